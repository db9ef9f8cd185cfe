"""The runs that `ner-lab runs` and its words are about: as they are typed and found; their figures for people."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ner_lab.types import UserError

if TYPE_CHECKING:
    from ner_lab.report.overview.rows import RunRow


def words_of(
    arguments: Sequence[str], known: Sequence[str], several: Sequence[str] = ()
) -> tuple[list[str], dict[str, list[str]]]:
    """Paths, and the values of options by their key.

    Raises:
        UserError: an option that is unknown, has no value, or is given twice though it is not one of `several`.
    """
    paths: list[str] = []
    options: dict[str, list[str]] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if os.path.exists(argument) or not equals:
            if argument.startswith("-") and not os.path.exists(argument):
                raise UserError(f"{argument}: options are KEY=VALUE; see: ner-lab runs --help")
            paths.append(argument)
        elif key not in known:
            raise UserError(f"{argument}: no such option; there are {', '.join(f'{one}=' for one in known)}")
        elif not value and key != "text":
            raise UserError(f"{argument}: a value is missing; see: ner-lab runs --help")
        elif key in options and key not in several:
            raise UserError(f"{argument}: {key}={options[key][0]} was given already")
        else:
            options.setdefault(key, []).append(value)
    return paths, options


def selected(paths: Sequence[str], where: Sequence[str], sort: str = "date") -> list[RunRow]:
    """The runs below paths for which all conditions hold, in order.

    Raises:
        UserError: no such path, no run there, or a condition that cannot be understood.
    """
    from ner_lab.report.overview.rows import row
    from ner_lab.report.overview.selection import matching, ordered
    from ner_lab.report.runs import find
    from ner_lab.training.run_lock import writer

    rows = [row(run, bool(writer(run.path))) for run in find(paths) if not run.foreign]
    return ordered(matching(rows, where), sort)


def duration(seconds: float) -> str:
    """A time as people read it.

    >>> duration(59.6), duration(3700)
    ('60 s', '1:01 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"


def size(number: float) -> str:
    """A number of bytes as people read it.

    >>> size(999), size(91_000_000)
    ('999 B', '91.0 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
