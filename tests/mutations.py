"""Damage for the fuzzer: bytes, lines and structured values, from a seeded generator."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import yaml

DEEP = 100_000
NASTY = (
    "\x1b]0;title\x07",
    "\x9b31m",
    "\r",
    "\x00",
    "\u202e",
    "\ud800",
    "\ufeff",
    "\u2028",
    "\x7f",
    "[b]x[/b]",
    "`|<b>",
)
TEXTS = (
    "",
    " ",
    "x" * 5000,
    "../../..",
    "/dev/null",
    "~",
    "a\x00b",
    "${oc.env:HOME}",
    "${x}",
    "O",
    "B-",
    "-",
    "é",
    "1e999",
)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, -(2**64), 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), [], {}, [[]],
    [None], {"": None}, *TEXTS, *NASTY,
)  # fmt: skip


def noise(rng: random.Random) -> bytes:
    """Bytes that do not belong into text, or not there."""
    return rng.choice(
        [
            bytes(rng.randrange(256) for _ in range(rng.randint(1, 20))),
            rng.choice(NASTY).encode("utf-8", "surrogatepass"),
            rng.choice(TEXTS).encode(),
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\r\n",
            b"\n\n\n",
            b"\t",
            b"\xe4\xf6",
            b"9" * 5000,
            b"[" * rng.choice((3, DEEP)),
            b'{"a":' * rng.choice((3, DEEP)),
        ]
    )


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 20))):
        at = rng.randrange(len(changed))
        changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _span(data: bytes, rng: random.Random) -> tuple[int, int]:
    begin = rng.randrange(len(data))
    return begin, min(len(data), begin + rng.choice((1, 4, 30, 400)))


def _doubled(data: bytes, rng: random.Random) -> bytes:
    begin, end = _span(data, rng)
    return data[:end] + data[begin:end] * rng.choice((1, 1, 50)) + data[end:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    begin, end = _span(data, rng)
    return data[:begin] + data[end:]


def _inserted(data: bytes, rng: random.Random) -> bytes:
    at = rng.choice((0, len(data), rng.randrange(len(data))))
    return data[:at] + noise(rng) + data[at:]


def _replaced(data: bytes, rng: random.Random) -> bytes:
    begin, end = _span(data, rng)
    return data[:begin] + noise(rng) + data[end:]


def _lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines[at] = lines[at].strip()
    else:
        lines[at] = noise(rng) + b"\n"
    return b"".join(lines)


def _fields(data: bytes, rng: random.Random) -> bytes:
    """A separator becomes another, or a field something else."""
    separators = (b"\t", b" ", b",", b";", b'"', b"\n", b"-", b":", b"#")
    return data.replace(rng.choice(separators), rng.choice((*separators, noise(rng))), rng.choice((1, 3, -1)))


def _whole(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("latin-1")
    return rng.choice(
        [b"", b"\n", b"\x00" * 64, noise(rng), text.encode("utf-16"), data.replace(b"\n", b"\r\n"), data[::-1]]
    )


_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _doubled, _cut, _inserted, _replaced, _lines, _lines, _fields, _whole,
    lambda data, rng: data[: rng.randrange(len(data))],
)  # fmt: skip


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The bytes after one to three mutations."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(_BYTES)(data or b"x", rng)
    return data


def changed(value: Any, rng: random.Random) -> Any:
    """A plain value with one place somewhere inside replaced, dropped, renamed, wrapped or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        kind = rng.randrange(8)
        if kind == 0:
            return {k: v for k, v in value.items() if k != key}
        if kind == 1:
            return {rng.choice((*TEXTS, *NASTY)) if k == key else k: v for k, v in value.items()}
        return value | {key: changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        kind = rng.randrange(6)
        if kind == 0:
            return value[:at] + value[at + 1 :]
        if kind == 1:
            return [*value, value[at]]
        return [*value[:at], changed(value[at], rng), *value[at + 1 :]]
    kind = rng.randrange(8)
    if kind == 0:
        return [value]
    if kind == 1:
        return {"a": value}
    if kind == 2 and isinstance(value, str) and value:
        at = rng.randrange(len(value))
        return value[:at] + rng.choice(NASTY) + value[at:]
    if kind == 3:
        return str(value)
    return rng.choice(VALUES)


def written(value: Any) -> bytes:
    """JSON as Python writes it, with `NaN` and halves of surrogate pairs as they may stand in a file."""
    return json.dumps(value, ensure_ascii=True).encode()


def damaged_json(data: bytes, rng: random.Random) -> bytes:
    """JSON, or JSON Lines, in which one value has changed."""
    try:
        return written(changed(json.loads(data), rng))
    except ValueError:
        rows = data.splitlines()
    at = rng.randrange(len(rows))
    rows[at] = written(changed(json.loads(rows[at]), rng))
    return b"\n".join(rows) + b"\n"


def damaged_yaml(data: bytes, rng: random.Random) -> bytes:
    """YAML in which one value has changed, or is a list that holds itself many times over."""
    value = yaml.safe_load(data)
    if rng.random() < 0.08:
        levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(9))
        return data + levels.encode() + b"\n"
    return yaml.safe_dump(changed(value, rng), allow_unicode=True, width=10**9).encode("utf-8", "surrogatepass")


def damage(name: str, data: bytes, rng: random.Random) -> bytes:
    """A file's bytes, changed in a way that goes with its kind half of the time."""
    structured = {"json": damaged_json, "jsonl": damaged_json, "yaml": damaged_yaml, "journal": damaged_json}
    if data and rng.random() < 0.6 and (change := structured.get(name.rpartition(".")[2])):
        try:
            return change(data, rng)
        except (UnicodeDecodeError, ValueError, yaml.YAMLError, RecursionError):
            pass  # is damaged already
    return damaged(data, rng)
