"""`ner-lab runs rm|note|tag`: what is done to runs that are there, one writer at a time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ner_lab.commands.run_selection import selected, size, words_of
from ner_lab.files import RunFolder
from ner_lab.types import UserError
from ner_lab.types.printing import shown

LISTED = 20  # runs that are named before they are deleted


def note(arguments: Sequence[str]) -> None:
    """Keeps a note with runs, or takes it away."""
    from ner_lab.report.overview.notes import Notes, read_notes, write_notes

    folders, options = _named(arguments, ("text",))
    if "text" not in options:
        raise UserError("text= is missing: ner-lab runs note RUN text='the one to ship'")
    for folder in folders:
        with _writing(folder):
            write_notes(folder, Notes(options["text"][0], read_notes(folder).tags))
    _say(f"noted with {_number(folders)}")


def tag(arguments: Sequence[str]) -> None:
    """Adds tags to runs, and takes others away."""
    from ner_lab.report.overview.notes import read_notes, write_notes

    folders, options = _named(arguments, ("add", "remove"))
    added, removed = (
        [one.strip() for text in options.get(key, []) for one in text.split(",") if one.strip()]
        for key in ("add", "remove")
    )
    if not added and not removed:
        raise UserError("add= or remove= is missing: ner-lab runs tag RUN add=baseline")
    for folder in folders:
        with _writing(folder):
            write_notes(folder, read_notes(folder).tagged(added, removed))
    _say(f"tagged {_number(folders)}")


def rm(arguments: Sequence[str]) -> None:
    """Deletes runs, when the user has said yes."""
    paths, options = words_of(arguments, ("where", "yes"), several=("where",))
    if not paths:
        raise UserError("no runs given: ner-lab runs rm RUN, or ner-lab runs rm outputs where=state=unfinished")
    agreed = options.get("yes", ["false"])[0]
    if agreed not in ("true", "false"):
        raise UserError(f"yes={agreed}: must be true or false")
    rows = selected(paths, options.get("where", []))
    if not rows:
        _say("no run matches; nothing is deleted")
        return
    folders = [RunFolder(row.run.path) for row in rows]
    for folder in folders:
        _refuse_more_than_a_run(folder)
    if agreed == "false" and not _agreed([str(folder.path) for folder in folders], sum(row.bytes for row in rows)):
        _say("nothing is deleted")
        return
    deleted = 0
    try:
        for folder in folders:
            with _writing(folder):
                shutil.rmtree(folder.path)
            deleted += 1
    finally:
        _say(f"deleted {deleted:,} of {_number(folders)}")


def _refuse_more_than_a_run(folder: RunFolder) -> None:
    """What is deleted is one run, and nothing that lies elsewhere."""
    if folder.path.is_symlink():
        raise UserError(f"{folder.path}: is a link; delete what it leads to, {folder.path.resolve()}, or the link (rm)")
    if folder.path.resolve() in (Path.cwd(), *Path.cwd().parents):
        raise UserError(f"{folder.path}: is the working directory, or above it; go elsewhere first")
    for above, _, files in os.walk(folder.path):
        if Path(above) != folder.path and {"config.yaml", "metrics.json"} <= set(files):
            raise UserError(f"{folder.path}: holds another run, {above}; delete or move that one first")


def _agreed(folders: Sequence[str], number: int) -> bool:
    if not sys.stdin.isatty():
        raise UserError(f"{_number(folders)} would be deleted, and nobody can be asked here; say yes=true")
    for folder in folders[:LISTED]:
        print(shown(folder), file=sys.stderr)
    if len(folders) > LISTED:
        print(f"and {len(folders) - LISTED:,} more", file=sys.stderr)
    what = f"delete {_number(folders)}, {size(number)}, for good?"
    print(f"{what} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _named(arguments: Sequence[str], known: Sequence[str]) -> tuple[list[RunFolder], dict[str, list[str]]]:
    paths, options = words_of(arguments, known, several=("add", "remove"))
    if not paths:
        raise UserError("no run given: name run folders")
    return [RunFolder.existing(path) for path in paths], options


@contextmanager
def _writing(folder: RunFolder) -> Iterator[None]:
    """As the folder's one writer; a run that goes on is left alone."""
    from ner_lab.training.run_lock import hold, release

    hold(folder.path)
    try:
        yield
    finally:
        release(folder.path)


def _number(folders: Sequence[object]) -> str:
    return f"{len(folders):,} run{'' if len(folders) == 1 else 's'}"


def _say(text: str) -> None:
    print(shown(text), file=sys.stderr)


WORDS: dict[str, Callable[[Sequence[str]], None]] = {"rm": rm, "note": note, "tag": tag}
