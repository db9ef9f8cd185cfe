"""Which file of a folder is which split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ner_lab.types import UserError

NAMES = {
    "train": ("train", "training"),
    "dev": ("dev", "valid", "validation", "val", "devel", "development", "testa"),
    "test": ("test", "testb"),
    "all": ("all",),
}
_NOT_DATA = (".md", ".rst", ".pdf", ".html", ".py", ".sh", ".yaml", ".yml", ".zip", ".gz")


def find_splits(folder: str | Path, needed: Sequence[str] = ("train",)) -> dict[str, Path]:
    """The files of a corpus by split: `train`, `dev`, `test`, or `all` for a corpus nobody has split yet.

    A file belongs to a split if a dot-separated part of its name says so: `train.conll`, `valid.txt`, `eng.testa`. A
    folder (or a path) with one data file and no such name is a corpus `all`.

    Raises:
        UserError: no folder, no file that is a split, several for one, or none for one that is needed; the files are
            listed.
    """
    folder = Path(folder)
    if folder.is_file():
        found: dict[str, list[Path]] = {"all": [folder]}
        files = [folder]
    elif folder.is_dir():
        files = [path for path in sorted(folder.iterdir()) if path.is_file() and _may_be_data(path)]
        found = {
            split: [path for path in files if set(names) & set(path.name.lower().split("."))]
            for split, names in NAMES.items()
        }
        if not any(found.values()) and len(files) == 1:
            found["all"] = files
    else:
        raise UserError(
            f"data.dir={folder}: no such folder; it should hold train.*, dev.* (or valid.*) and test.* files"
        )
    listed = ", ".join(path.name for path in files) or "no data files"
    for split, paths in found.items():
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            raise UserError(f"data.dir={folder}: several files for split {split!r} ({names}); keep one of them there")
    splits = {split: paths[0] for split, paths in found.items() if paths}
    if not splits:
        raise UserError(
            f"data.dir={folder}: no file is named train.*, dev.* (or valid.*), test.* or all.*; found {listed}"
        )
    for split in needed:
        if split not in splits:
            names = " or ".join(f"{name}.*" for name in NAMES[split])
            hint = "; `ner-lab prepare` makes splits by ratio" if {"all", "train"} & set(splits) else ""
            raise UserError(
                f"data.dir={folder}: no file for split {split!r}, which is named {names}; found {listed}{hint}"
            )
    return splits


def _may_be_data(path: Path) -> bool:
    name = path.name.lower()
    return not name.startswith((".", "readme", "license", "licence")) and not name.endswith(("~", *_NOT_DATA))
