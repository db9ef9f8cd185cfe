"""A study that is there already, found by the folder of its sweep or by its storage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.study.sweep_folder import JOURNAL

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage


def open_study(
    folder: str | Path | None, storage: str | None = None, study_name: str | None = None, writing: bool = False
) -> Study:
    """The study of a sweep folder, or of a storage (`env:NAME`, a URL without password, a journal file).

    Looking at a journal leaves it as it is; before `writing` it is mended if a writer died in the middle of a line.

    Raises:
        SweepError: there is no study, or there are several and none was named.
    """
    import optuna

    where = f"folder {folder}" if storage is None else "the storage"
    if storage is None:
        path = Path(folder or ".")
        if not path.is_dir():
            raise SweepError(f"{path}: no such folder; name the folder of a sweep (its hydra.sweep.dir)")
        sweeper = _sweeper_settings(path / "multirun.yaml")
        storage, study_name = sweeper.get("storage"), study_name or sweeper.get("study_name")
        if storage is None and not (path / JOURNAL).is_file():
            raise SweepError(
                f"{path}: no {JOURNAL}, so no sweep was kept here; name the folder of a sweep "
                "(its hydra.sweep.dir), or give --storage and --study"
            )
    opened = _open(storage, Path(folder or "."), writing)
    names = optuna.get_all_study_names(opened)
    if study_name is None and len(names) == 1:
        (study_name,) = names
    if study_name not in names:
        asked = "" if study_name is None else f" no study {study_name!r};"
        raise SweepError(
            f"{where}:{asked} it holds {', '.join(map(repr, sorted(names))) or 'no study'}; give --study NAME"
        )
    return optuna.load_study(study_name=study_name, storage=opened)


def name_within(folder: Path) -> str:
    """The name of the study that a sweep folder keeps, which may have been moved since; of a new one the folder's.

    Raises:
        SweepError: there are several, and none has the folder's name.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    if not (folder / JOURNAL).is_file():
        return folder.name
    try:
        names = optuna.get_all_study_names(JournalStorage(JournalFileBackend(str(folder / JOURNAL))))
    except (OSError, ValueError, KeyError, TypeError):  # whoever opens it for writing says what is wrong
        return folder.name
    if folder.name in names or not names:
        return folder.name
    if len(names) > 1:
        raise SweepError(
            f"{folder / JOURNAL} holds {', '.join(map(repr, sorted(names)))}; say which with "
            "hydra.sweeper.study_name=NAME"
        )
    return names[0]


def _sweeper_settings(file: Path) -> Any:
    """The sweeper's part of what Hydra wrote of a sweep; nothing while Hydra is still writing it."""
    from omegaconf import OmegaConf
    from yaml import YAMLError

    try:
        return OmegaConf.select(OmegaConf.load(file), "hydra.sweeper") or {}
    except (OSError, ValueError, YAMLError):
        return {}


def _open(storage: str | None, folder: Path, writing: bool) -> BaseStorage:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    journal = folder / JOURNAL if storage is None else Path(storage)
    if journal.is_file() and not writing:
        return JournalStorage(JournalFileBackend(str(journal)))
    from hydra_slots.study.storage import open_storage

    try:
        return open_storage(storage, folder, make=False)
    except FileNotFoundError:
        raise SweepError(f"storage={storage}: there is no such file, so no sweep was kept in it") from None
