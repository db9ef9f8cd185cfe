"""What a user has said of a run: a note and tags, in a file of its folder that training neither reads nor writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ner_lab.files import RunFolder, write_json
from ner_lab.report.run_files import read_json

_SHAPE = {"note?": str, "tags?": [str]}


@dataclass(frozen=True)
class Notes:
    """Of one run; both are empty where nothing was said."""

    note: str = ""
    tags: tuple[str, ...] = ()

    def tagged(self, added: Iterable[str], removed: Iterable[str]) -> Notes:
        gone = set(removed)
        return Notes(self.note, tuple(dict.fromkeys(tag for tag in (*self.tags, *added) if tag not in gone)))


def read_notes(run: RunFolder) -> Notes:
    """What was said of a run.

    Raises:
        UserError: the file is damaged.
    """
    if not run.notes.is_file():
        return Notes()
    found = read_json(run.notes, _SHAPE)
    return Notes(found.get("note", ""), tuple(found.get("tags", ())))


def write_notes(run: RunFolder, notes: Notes) -> None:
    """Keeps what is said of a run; nothing said, no file."""
    if notes == Notes():
        run.notes.unlink(missing_ok=True)
    else:
        write_json(run.notes, {"note": notes.note, "tags": list(notes.tags)})
