"""A study that is there already, found by the folder of its sweep or by its storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra_slots import bounded
from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted, scrubbed
from hydra_slots.studies.storage import file_of, open_storage
from hydra_slots.studies.sweep_folder import JOURNAL

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage

NAMED = 5  # studies of a storage that a message lists
# What data of a kind that nobody expects makes of the code that reads it.
UNEXPECTED = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
    OverflowError,
)


def open_study(
    folder: str | Path | None, storage: str | None = None, study_name: str | None = None, writing: bool = False
) -> Study:
    """The study of a sweep folder, or of a storage (`env:NAME`, a URL without password, a journal file).

    Looking changes nothing: a journal and a database stay as they are, and no table is made. Before `writing`, a
    journal is mended if a writer died in the middle of a line. What a folder says of its storage is taken for files
    alone; nothing in it is computed, and no host is contacted that only the folder names.

    Raises:
        SweepError: there is no study, or there are several and none was named; the folder names a host.
    """
    import optuna

    where = f"folder {folder}" if storage is None else "the storage"
    said: Mapping[str, str] = {}
    if folder is not None:
        said = _sweeper_settings(Path(folder) / "multirun.yaml")
    if storage is None:
        path = Path(folder or ".")
        if not path.is_dir():
            raise SweepError(f"{path}: no such folder; name the folder of a sweep (its hydra.sweep.dir)")
        storage, study_name = _storage_of(path, said, writing), study_name or said.get("study_name")
        if storage is None and writing and (path / JOURNAL).is_symlink():
            raise SweepError(
                f"{path / JOURNAL} is a link, and what it leads to is not written because a folder says so; if it is "
                f"yours, name it yourself: --storage {(path / JOURNAL).resolve()}"
            )
        if storage is None and not (path / JOURNAL).is_file():
            raise SweepError(
                f"{path}: no {JOURNAL}, so no sweep was kept here; name the folder of a sweep "
                "(its hydra.sweep.dir), or give --storage and --study"
            )
    with readable(where, Path(folder or "."), storage):
        opened = _open(storage, Path(folder or "."), writing)
        names = optuna.get_all_study_names(opened)
        if study_name is None and said.get("study_name") in names:
            study_name = said["study_name"]
        if study_name is None and len(names) == 1:
            (study_name,) = names
        if study_name not in names:
            asked = "" if study_name is None else f" no study {study_name!r};"
            held = [repr(name[:80]) for name in sorted(names)[:NAMED]] + ["and more"] * (len(names) > NAMED)
            raise SweepError(f"{where}:{asked} it holds {', '.join(held) or 'no study'}; give --study NAME")
        study = optuna.load_study(study_name=study_name, storage=opened)
        study.get_trials(deepcopy=False)
        return study


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


@contextmanager
def readable(where: str, folder: Path, storage: str | None) -> Iterator[None]:
    """What cannot be read of a study is one message.

    Raises:
        SweepError: instead of what Optuna raises on data that is not its own, or a database that fails.
    """
    from optuna.exceptions import OptunaError

    try:
        yield
    except OptunaError as error:
        raise SweepError(f"{where}: its storage failed: {scrubbed(error, storage or '')}") from None
    except UNEXPECTED as error:
        journal = folder / JOURNAL if storage is None else file_of(storage)
        line = bounded.first_bad_line(journal) if journal and journal.is_file() and "sqlite" not in str(storage) else ""
        at = f"{journal}{line}" if line else f"{where}: {type(error).__name__}: {scrubbed(error, storage or '')[:200]}"
        raise SweepError(f"{at}; that is not what Optuna writes") from None


def _storage_of(folder: Path, said: Mapping[str, str], writing: bool) -> str | None:
    """The storage that a folder names, if that is a file.

    Raises:
        SweepError: it is anything else, or a file elsewhere that would be written.
    """
    storage = said.get("storage")
    if storage is None:
        return None
    file = None if "${" in storage or storage.startswith("env:") else file_of(storage)
    inside = file is not None and folder.resolve() in file.resolve().parents
    if file is not None and (inside or not writing):
        return storage
    why = "is not written because a folder says so" if file is not None else "is not asked because a folder says so"
    give = "env:NAME" if "${" in storage else redacted(storage)
    raise SweepError(
        f"{folder / 'multirun.yaml'} says that the study lies in {redacted(storage)}, which {why}; if the folder is "
        f"yours, name it yourself: --storage {give}"
    )


def _sweeper_settings(file: Path) -> dict[str, str]:
    """The sweeper's texts in what Hydra wrote of a sweep; nothing while Hydra is still writing it."""
    from yaml import YAMLError

    try:
        node: Any = bounded.yaml_texts(file)
    except (FileNotFoundError, YAMLError):
        return {}
    except OSError as error:
        raise SweepError(f"{file}: cannot be read ({error.strerror})") from None
    for key in ("hydra", "sweeper"):
        node = node.get(key) if isinstance(node, dict) else None
    texts = node.items() if isinstance(node, dict) else ()
    return {str(key): one for key, one in texts if isinstance(one, str) and one not in ("null", "~", "")}


def _open(storage: str | None, folder: Path, writing: bool) -> BaseStorage:
    try:
        return open_storage(storage, folder, make=False, looking=not writing)
    except FileNotFoundError:
        raise SweepError(f"storage={storage}: there is no such file, so no sweep was kept in it") from None
