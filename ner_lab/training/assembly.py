"""Builds a tagger from its config, new or from a run folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from traceback import extract_tb
from typing import Any

import hydra
from hydra.errors import InstantiationException
from hydra.utils import get_object, instantiate
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException
from torch import nn

from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder, cache_folder, replacing, with_public_names
from ner_lab.files.plain import read_yaml
from ner_lab.models.encoder.kernels import at_hand
from ner_lab.tags import split_tag
from ner_lab.training import console, frozen
from ner_lab.training.checkpoint_files import WEIGHTS, read_checkpoint, read_exported
from ner_lab.training.network import TaggingNetwork
from ner_lab.training.setting_types import check
from ner_lab.training.trust import check as check_names
from ner_lab.training.trust import check_resolved
from ner_lab.types import UserError

# What reads with the weights that a class has trained; its settings are the same, and it does without Lightning.
READ_BY = {"ner_lab.training.Tagger": TaggingNetwork}
MODEL = ("dropout",)  # settings of a model itself; what stands beside them is of its parts, or to be referred to


def check_settings(node: DictConfig, key: str = "") -> None:
    """Checks every `_target_` under a config node against its settings, before anything is built.

    Raises:
        UserError: a setting is missing or of a wrong type, or a target does not exist; the text names the config key.
    """
    try:
        _check_settings(node, key)
    except OmegaConfBaseException as error:
        inner = str(error.full_key or "")
        name = inner if inner.startswith(f"{key}.") or not inner else f"{key}.{inner}".lstrip(".")
        if isinstance(error, MissingMandatoryValue):
            raise UserError(f"{name} is missing; give it as {name}=...") from error
        raise UserError(f"{name or key}: {str(error).splitlines()[0]}") from error


def _check_settings(node: DictConfig, key: str) -> None:
    for name in node:
        if isinstance(child := node[name], DictConfig):
            _check_settings(child, f"{key}.{name!s}".lstrip("."))
    if "_target_" not in node:
        return
    settings = OmegaConf.to_container(node, resolve=True, throw_on_missing=True)
    assert isinstance(settings, dict)
    try:
        target = READ_BY.get(settings["_target_"]) or get_object(settings["_target_"])
    except ImportError as error:
        raise UserError(f"{key}._target_={settings['_target_']}: {_place_of(error)}") from error
    own = {str(name): value for name, value in settings.items() if not str(name).startswith("_")}
    check(target, own, key, others=own.keys() - {*MODEL} if key == "model" else ())


def _place_of(error: ImportError) -> str:
    """Where a module of the user's own failed as it was imported; Hydra's words where it is not there."""
    inner: BaseException = error
    while inner.__cause__ is not None:
        inner = inner.__cause__
    if isinstance(inner, SyntaxError):
        return f"{inner.filename}:{inner.lineno}: {type(inner).__name__}: {inner.msg}"
    frames = extract_tb(inner.__traceback__)
    if not frames or frames[-1].filename.startswith(("<frozen", os.path.dirname(hydra.__file__))):
        return f"{' '.join(str(error).split())} Modules are looked for in the folder of the command and on PYTHONPATH."
    return f"{frames[-1].filename}:{frames[-1].lineno}: {type(inner).__name__}: {inner}"


def require_target(node: object, key: str) -> None:
    """What is built from a config node is named by it.

    Raises:
        UserError: the node is no mapping with a `_target_`.
    """
    if isinstance(node, DictConfig) and "_target_" in node:
        return
    what = f"has {', '.join(map(str, node)) or 'nothing'}" if isinstance(node, DictConfig) else f"is {node!r}"
    raise UserError(f"{key} must name by _target_ the class that is built of its settings; it {what}")


def build(node: DictConfig, key: str, kind: type = object, /, **arguments: Any) -> Any:
    """Calls a config node's `_target_` with its own settings and `arguments`; it must give an object of a kind.

    The arguments never pass through the config, so that a label named `${x}` stays a label.

    Raises:
        UserError: there is no target, or it refuses a setting, or gives something else; the text names the config key.
    """
    require_target(node, key)
    try:
        built = instantiate(node, _partial_=True, _convert_="all")(**arguments)
    except OmegaConfBaseException as error:
        raise UserError(f"{key}: {str(error).splitlines()[0]}") from error
    except (TypeError, ValueError, ImportError) as error:
        raise UserError(f"{key} ({node.get('_target_')}): {error}") from error
    except InstantiationException as error:
        raise UserError(f"{key}: {str(error.__cause__ or error).splitlines()[0]}") from error
    if not isinstance(built, kind):
        raise UserError(
            f"{key}._target_={node.get('_target_')}: must make a {kind.__module__.split('.')[0]} {kind.__name__}, "
            f"made a {type(built).__name__}"
        )
    if isinstance(built, nn.Module) and "_parameters" not in vars(built):
        raise UserError(f"{key}._target_={node.get('_target_')}: its __init__ must begin with super().__init__()")
    return built


def build_tagger(cfg: DictConfig, labels: Sequence[str], encoder: Any, **training: Any) -> Any:
    """A tagger around an encoder, with the layers between and the head that `cfg.model` names.

    Args:
        cfg: of a run.
        labels: the IOB2 labels.
        encoder: the `Encoder`.
        training: the loss and what else trains; without it a network that is only read, where that is enough.
    """
    between = build(cfg.model.between, "model.between", width=encoder.width)
    head = build(cfg.model.head, "model.head", width=between.width, labels=labels)
    settings = OmegaConf.masked_copy(cfg.model, ["_target_", *MODEL])
    parts = {"encoder": encoder, "between": between, "head": head, "labels": labels}
    if training:
        return build(settings, "model", **parts, **training)
    if (reader := READ_BY.get(str(settings.get("_target_")))) is None:
        return build(settings, "model", **parts, loss=None)
    settings["_target_"] = f"{reader.__module__}.{reader.__name__}"  # of the copy
    return build(settings, "model", **parts)


def save_architecture(encoder: Any, folder: RunFolder) -> None:
    """Config and tokenizer of the encoder, so that the run folder alone rebuilds it."""
    inner = encoder.model.get_base_model() if hasattr(encoder.model, "get_base_model") else encoder.model
    with replacing(folder.encoder) as partial:
        inner.config.save_pretrained(partial)
        encoder.tokenizer.save_pretrained(partial)


def read_config(folder: RunFolder, parts: Sequence[str] = (), trust: bool = False) -> DictConfig:
    """The config of a run; classes that a run of an earlier version names otherwise have today's public names.

    Args:
        folder: of the run.
        parts: what of it will be built: `model`, `data`, ...
        trust: the user's word that the folder may name classes of any kind, and interpolations.

    Raises:
        UserError: no config of a run, or one that wants more than it is trusted with.
    """
    if not isinstance(trust, bool):
        raise UserError(f"trust must be true or false, got {trust!r}")
    settings = with_public_names(read_yaml(folder.config))
    for key in ("data", "model", "model.encoder", "model.between", "model.head"):
        node = settings
        for name in key.split("."):
            node = node.get(name) if isinstance(node, dict) else None
        if not isinstance(node, dict):
            raise UserError(
                f"{folder.config}: must be a mapping with {key} and more, as `ner-lab train` writes it; train again"
            )
    context = settings["data"].get("document_context", 0)
    if type(context) is not int or context < 0:
        raise UserError(f"{folder.config}: data.document_context must be a whole number, at least 0, got {context!r}")
    if not trust:
        check_resolved(settings, folder.config)
        for part in parts:
            check_names(settings.get(part), part, folder.config)
        if settings["data"].get("cache") is not None:  # where this user keeps it
            settings["data"]["cache"] = str(cache_folder())
    config = OmegaConf.create(settings)
    for part in parts:
        if isinstance(config.get(part), DictConfig):
            check_settings(config[part], part)
    return config


def load_run(
    folder: RunFolder, trust: bool = False, kernels: str | None = None, only_read: bool = False
) -> tuple[Any, SubwordEncoder, DictConfig]:
    """The best tagger of a run, in evaluation mode, from the run folder alone.

    Args:
        folder: of the run.
        trust: see `read_config`.
        kernels: other ones than those that the run was trained with.
        only_read: without transformers, which takes seconds to import, where the encoder can be read without.

    Raises:
        UserError: no checkpoint was kept, it does not fit the config beside it, or see `read_config`.
    """
    exported = folder.path / WEIGHTS
    if not folder.best.is_file() and not exported.is_file():
        state = f"unfinished; {folder.way_on}"
        if folder.finished:
            state = "finished, but kept no checkpoint (callbacks.checkpoint.keep=none); train it again"
        raise UserError(f"run={folder.path}: no {folder.best.relative_to(folder.path)} in it; the run is {state}")
    cfg = read_config(folder, ["model"], trust)
    if not folder.encoder.is_dir():
        raise UserError(
            f"run={folder.path}: incomplete, there is no folder {folder.encoder.name}/ in it; copy it whole"
        )
    try:
        checkpoint = read_checkpoint(folder.best) if folder.best.is_file() else read_exported(exported)
        labels = checkpoint["labels"]
        if frozen.STRIPPED in checkpoint:
            raise UserError(
                f"{folder.best}: holds no weights of the frozen layers, as the run is unfinished (cache_frozen=true); "
                f"{folder.way_on}"
            )
        if not (isinstance(labels, list | tuple) and all(map(_is_label, labels))):
            raise UserError(f"{folder.best}: its labels are no tags, so it is no checkpoint of ner-lab; train again")
        encoder = _reading_encoder(folder, cfg, checkpoint["state_dict"]) if only_read else None
        if encoder is None:
            from ner_lab.models.encoder.pretrained import count_parameters

            _refuse_size(folder, checkpoint["state_dict"], count_parameters(folder.encoder))
        if kernels is not None:
            cfg.model.encoder.kernels = kernels
        if note := slower(cfg):
            console.say(note)
        chosen, _ = at_hand(cfg.model.encoder.get("kernels", "auto"))
        settings: dict[str, Any] = {"name": str(folder.encoder), "weights": False, "kernels": chosen}
        if (lora := cfg.model.encoder.get("lora")) and lora.get("r") and isinstance(lora.get("target_modules"), str):
            settings["lora"] = {**lora, "target_modules": _adapted(checkpoint["state_dict"])}
        encoder = encoder or build(cfg.model.encoder, "model.encoder", **settings)
        tagger = build_tagger(cfg, labels, encoder)
        weights = {name: value for name, value in checkpoint["state_dict"].items() if not name.startswith("loss.")}
        tagger.load_state_dict(weights)
        if wrong := next((name for name, value in tagger.state_dict().items() if bool(value.isnan().any())), None):
            raise UserError(
                f"{folder.best if folder.best.is_file() else exported}: {wrong} is not a number, so that nothing could "
                "be predicted; the training went wrong, or the file was changed: train again"
            )
    except (RuntimeError, KeyError, OSError, OmegaConfBaseException) as error:
        first_line = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise UserError(
            f"run={folder.path}: {folder.best.name} does not fit the config beside it ({first_line}); train again"
        ) from error
    tagger.eval()
    return tagger, SubwordEncoder(encoder.tokenizer, encoder.max_subwords), cfg


def _adapted(weights: Iterable[str]) -> list[str]:
    """The modules that have a LoRA adapter in a checkpoint; what chose them, a regular expression, may take forever."""
    found = {name.rpartition(".lora_")[0] for name in weights if ".lora_" in name}
    return sorted(name.partition("base_model.model.")[2] for name in found)


def slower(cfg: DictConfig) -> str:
    """What is said of a run with kernels that cannot be had here; "" where all can."""
    _, lacking = at_hand(cfg.model.encoder.get("kernels", "auto"))
    names = ", ".join(map(str, lacking))
    return f"the run has kernels that cannot be had here ({names}); it is read without them" if lacking else ""


def _is_label(label: Any) -> bool:
    try:
        return isinstance(label, str) and split_tag(label)[0] in "BIO"
    except ValueError:
        return False


def _reading_encoder(folder: RunFolder, cfg: DictConfig, weights: dict[str, Any]) -> Any:
    """Without weights yet; None where transformers has to be asked."""
    from ner_lab.models.encoder.kernels.read_bert import ReadBert, count_parameters, settings_of
    from ner_lab.models.encoder.reading_encoder import ReadingEncoder, suits, tokenizer_of

    settings: Any = OmegaConf.to_container(cfg.model.encoder, resolve=True)
    if not suits(settings) or (config := settings_of(folder.encoder)) is None:
        return None
    if (tokenizer := tokenizer_of(folder.encoder)) is None:
        return None
    _refuse_size(folder, weights, count_parameters(config))
    try:
        return ReadingEncoder(
            ReadBert(config), tokenizer, settings.get("pooling", "first"), settings.get("max_subwords")
        )
    except (TypeError, ValueError) as error:
        raise UserError(f"model.encoder ({settings['_target_']}): {error}") from error


def _refuse_size(folder: RunFolder, weights: dict[str, Any], wanted: int) -> None:
    """An architecture is built before its weights come; without weights for it, none is."""
    # A tensor may be a few numbers that stand for many.
    held = sum(min(w.numel(), w.untyped_storage().nbytes() // w.element_size()) for w in weights.values())
    if wanted > held:
        file = folder.encoder / "config.json"
        raise UserError(
            f"{file}: an encoder of {wanted:,} parameters, where {folder.best.name} holds {held:,}; "
            "the two are not of one run: train again, or bring the right files back"
        )
