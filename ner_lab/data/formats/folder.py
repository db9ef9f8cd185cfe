"""Which files of a folder are which split: a file a split, or a folder with a file for each document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ner_lab.types import UserError, listed

NAMES = {
    "train": ("train", "training"),
    "dev": ("dev", "valid", "validation", "val", "devel", "development", "testa"),
    "test": ("test", "testb"),
    "all": ("all",),
}
_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz")
_NOT_DATA = (".md", ".rst", ".pdf", ".html", ".py", ".sh", ".yaml", ".yml", *_PACKED)
LEDGER = "ledger.json"  # which commands leave beside the corpora that they write
# Names of files that are splits, though none of `NAMES`: `corpus-train.txt`, `testset.txt`.
_LIKE_A_SPLIT = re.compile(r"(?<![a-z])(?:train|dev|valid|test)")


def find_splits(folder: str | Path, needed: Sequence[str] = ("train",)) -> dict[str, list[Path]]:
    """The files of a corpus by split: `train`, `dev`, `test`, or `all` for a corpus nobody has split yet.

    A file belongs to a split if a dot-separated part of its name says so: `train.conll`, `valid.txt`, `eng.testa`. A
    folder (or a path) with one data file and no such name is a corpus `all`. So is a folder of files with one ending,
    none of which is named like a split: a file for each document. Where there are folders `train`, `dev` and `test`
    instead of files, each of them holds the documents of its split.

    Raises:
        UserError: no folder, no file that is a split, several for one, or none for one that is needed; the files are
            listed.
    """
    folder = Path(folder)
    if folder.is_file():
        return _needed({"all": [folder]}, needed, folder, [folder])
    if not folder.is_dir():
        raise UserError(
            f"data.dir={folder}: no such folder; it should hold train.*, dev.* (or valid.*) and test.* files"
        )
    files = _data_files(folder)
    found = {
        split: [path for path in files if set(names) & set(path.name.lower().split("."))]
        for split, names in NAMES.items()
    }
    for split, paths in found.items():
        if len(paths) > 1:
            raise UserError(
                f"data.dir={folder}: several files for split {split!r} ({_listed(paths)}); keep one of them there"
            )
    if not any(found.values()):
        found = _document_folders(folder) or {"all": documents(files, folder)}
    return _needed({split: paths for split, paths in found.items() if paths}, needed, folder, files)


def documents(files: Sequence[Path], folder: Path) -> list[Path]:
    """The files that are documents of one corpus, those without content left out.

    Raises:
        UserError: no files, files with several endings, or files that seem to be splits.
    """
    splits = [path for path in files if _LIKE_A_SPLIT.search(path.stem.lower())]
    endings = Counter(path.suffix.lower() for path in files)
    if not files or (len(files) > 1 and (2 * len(splits) >= len(files) or len(endings) > 1)):
        packed = [path for path in sorted(folder.iterdir()) if path.name.lower().endswith(_PACKED)]
        kinds = ", ".join(f"{number:,} {ending or 'without an ending'}" for ending, number in endings.most_common(5))
        raise UserError(
            f"data.dir={folder}: no file is named train.*, dev.* (or valid.*), test.* or all.*; found "
            f"{_listed(files) or 'no data files'}"
            + (f"; {_listed(packed)}: unpack first what is packed" if packed else "")
            + (
                f" ({kinds}); a folder with a file for each document has files of one ending"
                if len(endings) > 1
                else ""
            )
        )
    return list(files) if len(files) == 1 else [path for path in files if path.stat().st_size]


def document_of(path: Path, paths: Sequence[Path], named: str) -> str:
    """The document of a sentence, for which its file says `named`, where each of several files is a document."""
    if len(paths) == 1:
        return named
    return f"{path.stem}/{named}" if named else path.stem


def passed_over(folder: str | Path, read: Iterable[Path]) -> list[str]:
    """A note on what lies beside the files (or folders) of the splits and is not read, none where nothing does.

    Folders count where the splits are folders or where they are named like one.
    """
    folder, known = Path(folder), set(read)
    if not folder.is_dir() or not known or folder in known:
        return []
    own = {part for path in known for part in (path, *path.parents)}
    in_folders = any(path.is_dir() or path.parent != folder for path in known)
    left = [
        path.name + "/" * path.is_dir()
        for path in sorted(folder.iterdir())
        if path not in own and path.name != LEDGER and _may_be_meant(path, in_folders)
    ]
    return [f"{folder}: not read: {listed(left)}; splits are named train, dev (or valid) and test"] if left else []


def _may_be_meant(path: Path, in_folders: bool) -> bool:
    if path.is_dir():
        return visible(path) and (in_folders or path.name.lower() in _ALL_NAMES)
    return _may_be_data(path) or (visible(path) and path.name.lower().endswith(_PACKED))


def visible(path: Path) -> bool:
    """Whether a file or folder is the user's: not hidden, no backup, none that a system leaves in archives."""
    return not path.name.startswith((".", "__MACOSX")) and not path.name.endswith("~")


def note_on(paths: Sequence[Path]) -> list[str]:
    """What to know about a split that was read from these files."""
    if len(paths) == 1:
        return []
    more = "; `ner-lab prepare` makes train, dev and test splits" if paths[0].parent.name not in _ALL_NAMES else ""
    return [f"{paths[0].parent}: {len(paths):,} files, each a document{more}"]


_ALL_NAMES = frozenset(name for names in NAMES.values() for name in names)


def _document_folders(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for split, names in NAMES.items():
        own = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name.lower() in names]
        if len(own) > 1:
            raise UserError(f"data.dir={folder}: two folders for split {split!r} ({_listed(own)}); keep one there")
        if own:
            found[split] = [path for path in _data_files(own[0]) if path.stat().st_size]
    return found if any(found.values()) else {}


def _needed(
    splits: dict[str, list[Path]], needed: Sequence[str], folder: Path, files: Sequence[Path]
) -> dict[str, list[Path]]:
    for split in needed:
        if split not in splits:
            names = " or ".join(f"{name}.*" for name in NAMES[split])
            hint = "; `ner-lab prepare` makes splits by ratio" if {"all", "train"} & set(splits) else ""
            raise UserError(
                f"data.dir={folder}: no file for split {split!r}, which is named {names}; found "
                f"{_listed(files) or 'no data files'}{hint}"
            )
    if not any(splits.values()):
        raise UserError(f"data.dir={folder}: every file in it is empty")
    return splits


def _listed(paths: Sequence[Path]) -> str:
    return listed(path.name for path in paths)


def _data_files(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.iterdir()) if not path.is_dir() and _may_be_data(path)]
    for path in found:
        if not path.is_file() and _ALL_NAMES & set(path.name.lower().split(".")):
            raise UserError(f"{path}: is named like a split and is no file, but a link to nothing, a pipe or a device")
    return [path for path in found if path.is_file()]


def _may_be_data(path: Path) -> bool:
    name = path.name.lower()
    return visible(path) and not name.startswith(("readme", "license", "licence")) and not name.endswith(_NOT_DATA)
