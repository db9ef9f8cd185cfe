"""What a run folder may name: it is data, and never decides which code runs.

A run is rebuilt from classes that the faces of our rooms list, each of the kind that its place wants, and from plain
values. Whatever else a config names needs the word of the user, `trust=true`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

from ner_lab.types import UserError

HOW = "A run folder chooses no code and no place to write to: if you know it, say trust=true (in Python trust=True)"


class Place(NamedTuple):
    """What may stand at a key: a public name of one of these modules, of this kind.

    `kind` is the dotted name of a class; of functions it is `*` and what their names end in.
    """

    modules: tuple[str, ...]
    kind: str
    partial: bool = False


_LIGHTNING = "pytorch_lightning"
# A star is any key; elsewhere stand plain values.
PLACES = {
    "data": [Place(("ner_lab.data", "ner_lab.newswire"), "ner_lab.data.DataModule")],
    "model": [Place(("ner_lab.training",), "ner_lab.training.Tagger")],
    "model.encoder": [Place(("ner_lab.models",), "ner_lab.models.Encoder")],
    "model.between": [Place(("ner_lab.models",), "torch.nn.Module")],
    "model.head": [Place(("ner_lab.models",), "ner_lab.models.Head")],
    "loss": [Place(("ner_lab.losses",), "ner_lab.losses.Loss")],
    "optimizer": [Place(("ner_lab.training",), "*_optimizer")],
    "optimizer.algorithm": [Place(("torch.optim",), "torch.optim.Optimizer", partial=True)],
    "scheduler": [Place(("ner_lab.training",), "*_schedule")],
    "trainer": [Place((_LIGHTNING,), f"{_LIGHTNING}.Trainer")],
    "trainer.strategy": [Place((f"{_LIGHTNING}.strategies",), f"{_LIGHTNING}.strategies.DDPStrategy")],
    "trainer.profiler": [Place((f"{_LIGHTNING}.profilers",), f"{_LIGHTNING}.profilers.SimpleProfiler")],
    "callbacks.*": [
        Place(("ner_lab.callbacks",), f"{_LIGHTNING}.Callback"),
        Place((f"{_LIGHTNING}.callbacks",), f"{_LIGHTNING}.callbacks.EarlyStopping"),
    ],
}


def check(settings: Any, key: str, file: Path | str) -> None:
    """Refuses a node of a run's config that names something else than the parts of ner_lab.

    Args:
        settings: the node, as it was read: nothing in it is resolved.
        key: where it stands in the config: `data`, `model`, ...; "" for the whole.
        file: the config, for the message.

    Raises:
        UserError: naming the key, the class that wants to be called, and the file.
    """
    for at, node in _mappings(settings, key):
        places = _places(at)
        for name, value in node.items():
            if not (isinstance(name, str) and re.fullmatch("_[a-z]+_", name)):
                continue
            if name == "_target_":
                if any(_fits(value, place) for place in places):
                    continue
                wanted = " or ".join(f"a {p.kind.rpartition('.')[2]} of {' or '.join(p.modules)}" for p in places)
                wanted = wanted or "nothing that is called"
                raise UserError(f"{file}: {at}._target_ names {value!r}, where {wanted} can stand. {HOW}")
            if not (name == "_partial_" and value is True and any(place.partial for place in places)):
                raise UserError(f"{file}: {at}.{name}: {value!r} says how {node.get('_target_')!r} is called. {HOW}")


def check_resolved(settings: Any, file: Path, key: str = "") -> None:
    """Refuses interpolations: a run's config is written with all of them resolved.

    Raises:
        UserError: naming the key and the file.
    """
    stack = [(key, settings)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, dict):
            stack += [(f"{at}.{name}".lstrip("."), value) for name, value in node.items()]
            stack += [(f"a key of {at or 'the config'}", name) for name in node]
        elif isinstance(node, list):
            stack += [(f"{at}.{number}", value) for number, value in enumerate(node)]
        elif isinstance(node, str) and "${" in node:
            raise UserError(f"{file}: {at} holds an interpolation ({node[:200]!r}), which is not resolved. {HOW}")


def check_patterns(settings: Any, key: str, file: Path | str) -> None:
    """Refuses a regular expression in what will be trained: one can be made that never ends.

    Raises:
        UserError: naming the key, the expression and the file.
    """
    for at, node in _mappings(settings, key):
        wanted = node.get("target_modules") if at == "model.encoder.lora" else None
        if isinstance(wanted, str) and wanted != "all-linear":
            raise UserError(
                f"{file}: {at}.target_modules={wanted[:200]!r} is a regular expression, which may take forever; a list "
                f"names modules. {HOW}"
            )


def _mappings(node: Any, key: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    if isinstance(node, Mapping):
        yield key, node
        for name, value in node.items():
            yield from _mappings(value, f"{key}.{name}".lstrip("."))
    elif isinstance(node, list | tuple):
        for number, value in enumerate(node):
            yield from _mappings(value, f"{key}.{number}")


def _places(key: str) -> list[Place]:
    """What can stand at a key; parts of a compound loss are losses."""
    key = re.sub(r"^loss(\.parts\.[^.]+\.loss)+$", "loss", key)
    return PLACES.get(key) or PLACES.get(re.sub(r"\.[^.]+$", ".*", key), [])


def _fits(name: Any, place: Place) -> bool:
    """Whether a dotted name is one that a module of the place lists, and of its kind."""
    module, _, last = name.rpartition(".") if isinstance(name, str) else ("", "", "")
    if module not in place.modules or last not in resolve_name(module).__all__:
        return False
    if place.kind.startswith("*"):
        return last.endswith(place.kind[1:])
    if name == place.kind:  # the class itself, which nobody has to import for that
        return True
    found, kind = resolve_name(name), resolve_name(place.kind)
    return isinstance(found, type) and issubclass(found, kind)
