"""`export.json`: what an export holds and what was measured of it. It is data, of which nothing is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ner_lab.files import write_json
from ner_lab.files.plain import read_json
from ner_lab.tags import split_tag
from ner_lab.types import UserError

NAME = "export.json"
FORMATS = ("onnx", "safetensors")
PRECISIONS = ("float32", "int8")
DECODINGS = ("greedy", "viterbi", "crf", "head")
VERSION = 1
_LARGEST = 10**6


@dataclass(frozen=True)
class Manifest:
    """What `export.json` says.

    Attributes:
        format: `onnx` or `safetensors`.
        precision: of the weights: `float32` or `int8`.
        labels: IOB2, in the order of the scores.
        max_subwords: the longest row, special tokens included.
        document_context: sentences of the document on either side that are read, too.
        width: hidden units of the encoder.
        pad_id, unknown_id: of the tokenizer; None where it has none.
        decoding: how scores become tags: `greedy`, `viterbi`, `crf`, or as the `head` of the whole model does it.
        sha256: of each file of the folder that is read, by its name.
        calibration: what dev says of confidences; see `ner_lab.training.calibrated.Calibration`.
        measured: what was compared with the run, for people.
    """

    format: str
    precision: str
    labels: tuple[str, ...]
    max_subwords: int
    document_context: int
    width: int
    pad_id: int | None
    unknown_id: int | None
    decoding: str
    sha256: Mapping[str, str]
    calibration: Mapping[str, Any] | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def is_in(folder: str | Path) -> bool:
        return isinstance(folder, str | Path) and bool(str(folder)) and (Path(folder) / NAME).is_file()

    def write(self, folder: Path) -> None:
        write_json(folder / NAME, {"version": VERSION, **asdict(self)})

    @staticmethod
    def read(folder: Path) -> Manifest:
        """Of an export.

        Raises:
            UserError: it is not what `ner-lab export` writes; the text names the key.
        """
        file = folder / NAME
        found = read_json(file)
        if not isinstance(found, dict):
            raise UserError(f"{file}: must be an object; export the run again")
        if found.get("version") != VERSION:
            raise UserError(
                f"{file}: version is {found.get('version')!r}, and this ner-lab reads {VERSION}; export the run again"
            )
        for key, (is_right, rule) in _RULES.items():
            if not is_right(found.get(key)):
                raise UserError(f"{file}: {key} must be {rule}, got {str(found.get(key))[:80]}; export the run again")
        known = {key: found[key] for key in _RULES}
        return Manifest(**{**known, "labels": tuple(known["labels"])})

    def bytes_of(self, folder: Path, name: str) -> bytes:
        """A file of the folder, compared with its checksum.

        Raises:
            UserError: it is missing, cannot be read, or is not what was written.
        """
        file = folder / name
        try:
            if not file.is_file():
                raise UserError(f"{file}: missing; copy the export whole, or export the run again")
            content = file.read_bytes()
        except OSError as error:
            raise UserError(f"{file}: cannot be read ({error.strerror or error})") from error
        if sha256(content) != self.sha256.get(name):
            raise UserError(f"{file}: is not what was exported (its checksum differs); copy it again, or export again")
        return content


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= _LARGEST


def _maybe(rule: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or rule(value)


def _are_labels(value: Any) -> bool:
    try:
        return (
            isinstance(value, list)
            and len(value) > 1
            and len(set(value)) == len(value)
            and all(isinstance(label, str) and split_tag(label)[0] in "BIO" for label in value)
        )
    except (TypeError, ValueError):
        return False


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "format": (lambda value: value in FORMATS, f"one of {', '.join(FORMATS)}"),
    "precision": (lambda value: value in PRECISIONS, f"one of {', '.join(PRECISIONS)}"),
    "labels": (_are_labels, "a list of IOB2 labels"),
    "max_subwords": (_whole(8), "a whole number from 8"),
    "document_context": (_whole(0), "a whole number from 0"),
    "width": (_whole(1), "a whole number from 1"),
    "pad_id": (_maybe(_whole(0)), "a whole number, or null"),
    "unknown_id": (_maybe(_whole(0)), "a whole number, or null"),
    "decoding": (lambda value: value in DECODINGS, f"one of {', '.join(DECODINGS)}"),
    "sha256": (
        lambda value: isinstance(value, dict) and all(isinstance(one, str) for one in value.values()),
        "checksums by file name",
    ),
    "calibration": (_maybe(lambda value: isinstance(value, dict)), "an object, or null"),
    "measured": (lambda value: isinstance(value, dict), "an object"),
}
