"""Plain values from JSON and YAML, whatever a file holds: it cannot run, explode or end in anything but a `UserError`
with `file:line`.

Both give mappings, lists, texts, numbers, true, false and null alone, of bounded depth; configs and what runs leave
behind need no more.
"""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from ner_lab.files.json_places import RepeatedKeyError, of_depth, of_long_number, of_repeated_key, unique_keys
from ner_lab.types import UserError

DEEPEST = 100  # mappings and lists within each other; Python's own stack ends at some thousand
LARGEST_YAML = 2**20  # bytes; a config has about 4,000
LARGEST_JSON = 2**26  # bytes of a file, or of a line; the training entities of a million sentences have less
LONGEST_NUMBER = 100  # characters; no number that a program writes has more
LARGEST_WHOLE = 2**63 - 1

_TOO_DEEP = f"lists and mappings within each other, more than {DEEPEST} deep"
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(path: Path, lenient: bool = False) -> Any:
    """The value of a JSON file.

    Raises:
        UserError: see `parse_json`; or the file cannot be read, or is larger than `LARGEST_JSON`.
    """
    return parse_json(_text(path, LARGEST_JSON), path, lenient=lenient)


def parse_json(text: str, path: str | Path, line: int = 1, half_pairs: bool = False, lenient: bool = False) -> Any:
    """The value of a JSON text.

    Args:
        text: of the file, or one of its lines.
        path: of the file, for errors.
        line: number of the text's first line in the file, for errors.
        half_pairs: half of a surrogate pair is left to the caller, who mends it or refuses it.
        lenient: as transformers writes and reads it: whole numbers may be beyond 64 bits (10^30 for a tokenizer without
            a limit), and of a key that is given twice the last value counts.

    Raises:
        UserError: no JSON, nested too deeply, a key twice, a whole number beyond 64 bits, or half of a surrogate pair.

    >>> parse_json('{"f1": [0.5, 1]}', "metrics.json")
    {'f1': [0.5, 1]}
    """

    def refusal(at: int, reason: str) -> UserError:
        return UserError(f"{path}:{line + text.count(chr(10), 0, at)}: {reason}")

    try:
        value = json.loads(
            text, parse_int=_large if lenient else _whole, object_pairs_hook=None if lenient else unique_keys
        )
        deep = text.count("[") + text.count("{") > DEEPEST and _deep(value)
    except json.JSONDecodeError as error:
        raise refusal(error.pos, f"no JSON ({error.msg}, at character {error.colno})") from error
    except RecursionError:
        deep = True
    except RepeatedKeyError as error:
        raise refusal(of_repeated_key(text), str(error)) from None
    except ValueError as error:
        raise refusal(of_long_number(text), str(error)) from None
    if deep:
        raise refusal(of_depth(text, DEEPEST), _TOO_DEEP) from None
    if not half_pairs and _HALF_PAIR.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise refusal(0, "a text holds half of a surrogate pair, which is no character") from None
    return value


def read_yaml(path: Path) -> Any:
    """The value of a YAML file; None of an empty one.

    Raises:
        UserError: see `parse_yaml`; or the file cannot be read, or is larger than any config.
    """
    return parse_yaml(_text(path, LARGEST_YAML), path)


def parse_yaml(text: str, path: str | Path) -> Any:
    """The value of a YAML text, with numbers and texts told apart as in Hydra's configs (`1e-4` is a number).

    Raises:
        UserError: no YAML, or an anchor, an alias, a tag, a key that is given twice or is no plain value, a second
            document, a number of absurd length, or too many levels.

    >>> parse_yaml("lr: 1e-4\\nwords: [on, 'no', 2001-01-01]", "config.yaml")
    {'lr': 0.0001, 'words': [True, 'no', '2001-01-01']}
    """
    levels = [_Level([])]
    line = 1
    try:
        events = _Events(text)
        while events.check_event():
            event = events.get_event()
            line = event.start_mark.line + 1
            if anchor := getattr(event, "anchor", None):
                kind = "alias *" if isinstance(event, yaml.AliasEvent) else "anchor &"
                raise ValueError(f"{kind}{anchor[:40]}: a config writes every value out")
            if isinstance(event, yaml.CollectionStartEvent):
                if event.tag:
                    raise ValueError(f"tag {event.tag[:80]}: a config holds plain values")
                if len(levels) > DEEPEST:
                    raise ValueError(_TOO_DEEP)
                levels.append(_Level({} if isinstance(event, yaml.MappingStartEvent) else []))
            elif isinstance(event, yaml.ScalarEvent):
                levels[-1].add(events.value(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                ended = levels.pop().value
                levels[-1].add(ended)
            elif isinstance(event, yaml.DocumentStartEvent) and levels[0].value:
                raise ValueError("a second document")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem)))
        raise UserError(f"{path}:{mark.line + 1 if mark else line}: no YAML ({said})") from error
    except (ValueError, yaml.YAMLError) as error:
        raise UserError(f"{path}:{line}: {' '.join(str(error).split())}") from error
    return levels[0].value[0] if levels[0].value else None


class _Level:
    """A mapping or a list while it is read."""

    def __init__(self, value: dict[Any, Any] | list[Any]) -> None:
        self.value = value
        self._key: Any = None
        self._has_key = False

    def add(self, item: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(item)
        elif self._has_key:
            self.value[self._key] = item
            self._has_key = False
        elif isinstance(item, dict | list):
            raise ValueError("a list or a mapping as a key")
        elif item in self.value:
            raise ValueError(f"key {str(item)[:80]!r} is given twice")
        else:
            self._key, self._has_key = item, True


# The C parser is some ten times as fast; PyYAML wheels have it, its source builds may not.
class _Events(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A YAML text piece by piece, so that nothing is built before it was looked at."""

    def value(self, event: yaml.ScalarEvent) -> bool | int | float | str | None:
        """Of a scalar; texts are what is left when it is nothing else."""
        if event.tag not in (None, "!"):
            raise ValueError(f"tag {event.tag[:80]}: a config holds plain values")
        tag = self.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == "tag:yaml.org,2002:merge":
            raise ValueError("<<: a config writes every value out")
        if tag not in _PLAIN_TAGS:
            return str(event.value)
        if tag in _NUMBERS and len(event.value) > LONGEST_NUMBER:
            raise ValueError(f"a number of {len(event.value):,} characters")
        value: bool | int | float | str | None = self.construct_object(yaml.ScalarNode(tag, event.value))
        return _bounded(value) if tag == _NUMBERS[0] and isinstance(value, int) else value


_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_PLAIN_TAGS = (*_NUMBERS, *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "bool", "null")))
_Events.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][-+]?[0-9]+$"),  # YAML 1.1 wants 1.0e+4
    list("-+0123456789."),
)


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError(f"a whole number of {len(digits):,} digits; 64 bits hold 19")
    return _bounded(int(digits))


def _large(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a whole number of {len(digits):,} digits")
    return int(digits)


def _bounded(value: int) -> int:
    if not -LARGEST_WHOLE - 1 <= value <= LARGEST_WHOLE:
        raise ValueError(f"{value} is beyond 64 bits")
    return value


def _deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def open_file(path: Path) -> BinaryIO:
    """Opens a file of a folder that anybody may have made: nothing is read from what is no plain file, which could
    have no end, or wait for somebody to write.

    Raises:
        OSError: it cannot be opened, or is no plain file.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    return path.open("rb")


def _text(path: Path, largest: int) -> str:
    """Of a file in UTF-8."""
    try:
        with open_file(path) as file:
            raw = file.read(largest + 1) if os.fstat(file.fileno()).st_size <= largest else None
        if raw is None or len(raw) > largest:
            raise UserError(f"{path}: larger than {largest:,} bytes, which no file of its kind is")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        assert raw is not None
        line = raw.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: not UTF-8 (byte 0x{raw[error.start]:02x})") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from error
