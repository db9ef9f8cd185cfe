"""`ner-lab data`: a corpus as it would be trained on, in tables or as JSON."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from hydra.utils import get_object
from omegaconf import DictConfig, OmegaConf

from ner_lab.commands import data_tables as corpus_tables
from ner_lab.data import statistics
from ner_lab.data.datamodule import DataModule
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import output_path, sources, write_json
from ner_lab.training.assembly import build, check_settings, require_target
from ner_lab.training.bounds import at_least, whole
from ner_lab.types import UserError
from ner_lab.types.printing import print_json


def show(cfg: DictConfig) -> None:
    """Reads `cfg.data` and prints what it is like; the report also goes to `cfg.json`, or there alone if that is `-`.

    Raises:
        UserError: the data cannot be read, or the encoder cannot be loaded.
    """
    whole("examples", cfg.examples, at_least(0))
    if cfg.json not in (None, "-"):
        output_path("json", cfg.json, overwrite=cfg.get("overwrite", False), sources=sources(cfg.data))
    report = describe(cfg)
    if cfg.json == "-":
        print_json(json.dumps(report, indent=2, ensure_ascii=False))
        return
    corpus_tables.show(report)
    if cfg.json is not None:
        try:
            write_json(Path(cfg.json), report)
        except OSError as error:
            raise UserError(f"json={cfg.json}: {error.strerror or error}") from error


def describe(cfg: DictConfig) -> dict[str, Any]:
    """The report.

    `splits` and `overlap`, see `statistics`, with `subwords` in every split; `examples` of the first split; what the
    reader says (`tagging` of each file, `notes`); the settings of `data`, and the name of the `encoder`.
    """
    chosen = _without_unknown_repair(cfg.data)
    check_settings(chosen, "data")
    data: DataModule = build(chosen, "data")
    data.load()
    report = statistics.by_split(data.sentences)
    if not report["splits"]:
        raise UserError("the corpus has no sentences")
    encoder = _encoder(cfg.model.encoder)
    for name, split in report["splits"].items():
        split["subwords"] = statistics.subwords(data.sentences[name], encoder) if encoder else None
    first = data.sentences[next(iter(report["splits"]))]
    return {
        "data": OmegaConf.to_container(chosen, resolve=True),
        "encoder": cfg.model.encoder.name,
        **report,
        "examples": statistics.examples(first, cfg.examples, data.seed),
        "tagging": data.tagging,
        "notes": data.notes,
    }


def _without_unknown_repair(data: DictConfig) -> DictConfig:
    """This command has a `repair` for all data sets; one that reads no tags from files has no use for it."""
    require_target(data, "data")
    try:
        target = get_object(data._target_)
    except ImportError:  # refused by the check that follows
        return data
    if not (inspect.isclass(target) and issubclass(target, DataModule)):
        raise UserError(f"data._target_ must be a ner_lab.data.DataModule, got {data._target_}")
    ours = [base for base in target.__mro__ if issubclass(base, DataModule)]
    takes = any("repair" in inspect.signature(base).parameters for base in ours)
    return data if takes else OmegaConf.masked_copy(data, [str(key) for key in data if key != "repair"])


def _encoder(settings: DictConfig) -> SubwordEncoder | None:
    if settings.name is None:
        return None
    check_settings(settings, "model.encoder")
    encoder = build(settings, "model.encoder", weights=False)
    return SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
