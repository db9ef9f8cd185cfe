"""Files that others may have written, read within bounds: small files of YAML, and journals of JSON lines."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hydra_slots.errors import SweepError

LARGEST = 4 * 2**20  # bytes of a YAML file
DEEPEST = 60  # mappings and lists in each other
LONGEST_LINE = 2**24  # bytes of a line of a journal
DIGITS = 1000  # of a number


def yaml_text(path: str | Path) -> str:
    """The text of a YAML file that is safe to load: of a sane size and depth, without aliases, which multiply.

    Raises:
        OSError: it cannot be read.
        yaml.YAMLError: it is not YAML.
        SweepError: it is out of bounds; with its line.
    """
    import yaml

    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    with open(path, "rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise SweepError(f"{path}: a config of more than {LARGEST // 2**20} MB is none; it is not read")
    depth = 0
    try:
        text = raw.decode("utf-8")
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise SweepError(f"{path}:{line}: nested more than {DEEPEST} deep, as no config is")
            if isinstance(event, yaml.AliasEvent):
                raise SweepError(
                    f"{path}:{line}: an alias (*{event.anchor}), which a config written by Hydra never has"
                )
            if isinstance(event, yaml.ScalarEvent) and len(event.value) > DIGITS and event.value.strip("+-_").isdigit():
                raise SweepError(f"{path}:{line}: a number of {len(event.value)} digits, as no setting has")
    except yaml.YAMLError as error:
        if "nesting depth" not in str(error):  # libyaml's own bound, before it gives an event
            raise
        mark = getattr(error, "problem_mark", None)
        at = f":{mark.line + 1}" if mark else ""
        raise SweepError(f"{path}{at}: nested more than {DEEPEST} deep, as no config is") from None
    except UnicodeDecodeError as error:
        raise SweepError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from None
    return text


def yaml_texts(path: str | Path) -> Any:
    """The tree of a YAML file with every value as the text that stands there: nothing is converted or resolved.

    Raises:
        OSError, YAMLError, SweepError: as `yaml_text`.
    """
    import yaml

    return yaml.load(yaml_text(path), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def check_journal(path: Path) -> None:
    """Raises:
    SweepError: a line is too long, or nested too deep, for whoever reads it.
    """
    for number, line in _lines(path) if path.is_file() else ():
        if line.count(b"[") + line.count(b"{") > DEEPEST and _depth(line) > DEEPEST:
            raise SweepError(f"{path}:{number}: nested more than {DEEPEST} deep, as no journal of a sweep is")


def first_bad_line(path: Path) -> str:
    """`:3: reason` of the first line that is no JSON object; empty if each is one."""
    for number, line in _lines(path):
        try:
            if not isinstance(json.loads(line), dict):
                return f":{number}: no JSON object"
        except (ValueError, RecursionError) as error:
            return f":{number}: {_line(error)}"
    return ""


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), b""), 1):
            if len(line) > LONGEST_LINE:
                raise SweepError(f"{path}:{number}: a line of more than {LONGEST_LINE // 2**20} MB is no journal's")
            yield number, line


def _depth(line: bytes) -> int:
    """How deep brackets stand in each other, those in strings left out."""
    depth = deepest = 0
    inside = escaped = False
    for one in line:
        if escaped:
            escaped = False
        elif inside:
            escaped, inside = one == 92, one != 34
        elif one == 34:
            inside = True
        elif one in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif one in b"]}":
            depth -= 1
    return deepest


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
