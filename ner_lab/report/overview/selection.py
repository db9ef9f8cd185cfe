"""Which runs are shown, and in which order: `where=dev.f1>50`, `where=loss=focal`, `sort=-test.f1`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from ner_lab.report.overview.rows import COLUMNS, STATES, RunRow
from ner_lab.types import UserError

ORDERING = (">=", "<=", ">", "<")
_CONDITION = re.compile(r"([^=<>!~]+?)\s*(>=|<=|!=|=|>|<|~)\s*(.*)", re.DOTALL)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def matching(rows: Sequence[RunRow], conditions: Sequence[str]) -> list[RunRow]:
    """The rows for which all conditions hold.

    A condition is KEY, one of `= != < > <= >= ~` (contains), and a value; numbers are compared as numbers. A run that
    does not have the key matches none but `!=`.

    Raises:
        UserError: another form, or a key that no run has.
    """
    for condition in conditions:
        rows = [row for row in rows if _holds(row, *_parsed(condition, rows))]
    return list(rows)


def ordered(rows: Sequence[RunRow], sort: str) -> list[RunRow]:
    """The rows by a key, ascending, with a minus before it descending; runs without it last.

    Raises:
        UserError: a key that no run has.
    """
    key, down = sort.removeprefix("-"), sort.startswith("-")
    _refuse_unknown(key, f"sort={sort}", rows)
    known = [row for row in rows if row.value(key) not in (None, "")]
    rest = [row for row in rows if row.value(key) in (None, "")]
    return sorted(known, key=lambda row: _sortable(row.value(key)), reverse=down) + rest


def _parsed(condition: str, rows: Sequence[RunRow]) -> tuple[str, str, str]:
    if not (found := _CONDITION.fullmatch(condition.strip())):
        raise UserError(f"where={condition}: must be KEY, one of = != < > <= >= ~, and a value, such as dev.f1>50")
    key, sign, value = found.groups()
    _refuse_unknown(key, f"where={condition}", rows)
    if key == "state" and sign in ("=", "!=") and value not in STATES:
        raise UserError(f"where={condition}: a state is one of {', '.join(STATES)}, got {value}")
    known = [found for row in rows if (found := row.value(key)) is not None]
    if sign in ORDERING and known and _number(value) is None and all(_number(one) is not None for one in known):
        raise UserError(f"where={condition}: {key} is a number, and {value!r} is none")
    return key, sign, value


def _refuse_unknown(key: str, place: str, rows: Sequence[RunRow]) -> None:
    if rows and key not in COLUMNS and all(row.value(key) is None for row in rows):
        raise UserError(
            f"{place}: no run here has {key}; there are {', '.join(COLUMNS)}, config groups (loss, model/head) "
            "and keys of the config (optimizer.lr)"
        )


def _holds(row: RunRow, key: str, sign: str, wanted: str) -> bool:
    value = row.value(key)
    if value is None:
        return sign == "!="
    if key == "tags" and sign in ("=", "!="):
        return (wanted in row.notes.tags) == (sign == "=")
    if sign == "~":
        return wanted.casefold() in _text(value).casefold()
    number, other = _number(value), _number(wanted)
    if number is not None and other is not None:
        return _COMPARISONS[sign](number, other)
    return _COMPARISONS[sign](_text(value), wanted)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _sortable(value: Any) -> tuple[int, float, str]:
    number = _number(value)
    return (1, 0.0, _text(value)) if number is None else (0, number, "")
