"""`data=parquet`: Parquet and Arrow files, and folders that `datasets` saved, with the tag names of their features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ner_lab.data.formats.arrow_sizes import refuse_unpacking
from ner_lab.data.formats.folder import NAMES
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.records import FIELDS, RecordData, RecordReader
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.writing import writable
from ner_lab.files import replacing
from ner_lab.types import Sentence, UserError, listed

if TYPE_CHECKING:
    from datasets import Dataset

SUFFIXES = (".parquet", ".arrow")
SAVED = ("dataset_dict.json", "dataset_info.json")  # what `save_to_disk` leaves beside the data
_SHARD = re.compile(r"-\d+-of-\d+")


class ArrowData(RecordData):
    """Reads tables with a row a sentence; for the settings see `RecordData`.

    `dir` is a folder with `{train,dev|valid,test}.*` (also in shards `train-00000-of-00002.parquet`, also in a folder
    `data` in it), a folder that `save_to_disk` wrote, or one file. Whole-number tags take their names from the features
    that `datasets` stores in the file.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = write(Path(folder, "train.parquet"), [Sentence(("Ada", "wrote"), ("B-PER", "O"))])
        ...     ArrowData(folder).read()["train"][0].tags
        ('B-PER', 'O')
    """

    def sources(self) -> dict[str, tuple[str, Dataset]]:
        return open_tables(Path(self.dir))

    def written(self, source: tuple[str, Dataset], remarks: Remarks) -> Iterator[Sentence]:
        place, table = source
        yield from rows(table, place, self.reader, remarks)


def datasets() -> Any:
    """The library.

    Raises:
        UserError: it is not installed; how to install it.
    """
    try:
        import datasets
    except ImportError as error:
        raise UserError(f"Parquet, Arrow and the hub need an extra: pip install 'ner-lab[hub]' ({error})") from error
    datasets.disable_progress_bars()
    return datasets


def rows(table: Dataset, place: str, reader: RecordReader, remarks: Remarks) -> Iterator[Sentence]:
    """The sentences of a table; the place of a row is `PLACE:row N`, counted from 0."""
    wanted = FIELDS["tags"] if reader.tags == "auto" else (reader.tags,)
    field = next((name for name in wanted if name in table.features), "")
    feature = table.features.get(field)
    while feature is not None and not hasattr(feature, "names"):
        feature = getattr(feature, "feature", None)
    number = 0
    for batch in table.with_format(None).iter(1000):
        for values in zip(*batch.values(), strict=True):
            record = dict(zip(batch, values, strict=True))
            yield from reader.sentences(record, f"{place}:row {number}", remarks, feature and feature.names)
            number += 1


def open_tables(folder: Path) -> dict[str, tuple[str, Dataset]]:
    """The tables of a folder by split, each with the name that its rows are shown under.

    Raises:
        UserError: no such folder or file, no table in it, or a file that is none.
    """
    library = datasets()
    if any((folder / name).is_file() for name in SAVED):
        try:
            for path in folder.rglob("*.arrow"):
                refuse_unpacking(path)
            saved = library.load_from_disk(str(folder))
        except (OSError, ValueError, KeyError) as error:
            raise UserError(f"data.dir={folder}: cannot be read as what datasets saved ({error})") from error
        return named_splits(saved if isinstance(saved, dict) else {"all": saved}, str(folder))
    paths = [folder] if folder.is_file() else find_tables(folder)
    if not paths:
        raise UserError(
            f"data.dir={folder}: no such folder, or no {' or '.join(SUFFIXES)} file in it; it should hold "
            "train.parquet, dev.parquet (or valid.parquet) and test.parquet"
        )
    parts: dict[str, list[Path]] = {}
    for path in paths:
        parts.setdefault(_SHARD.sub("", path.stem) if len(paths) > 1 else "all", []).append(path)
    if len(paths) == 1 and not folder.is_file() and (name := _SHARD.sub("", paths[0].stem)).lower() in _all_names():
        parts = {name: paths}
    tables = {name: library.concatenate_datasets([_open(path) for path in own]) for name, own in parts.items()}
    return named_splits(tables, str(folder), {name: str(own[0]) for name, own in parts.items()})


def find_tables(folder: Path) -> list[Path]:
    """The table files of a folder, or of the folder `data` in it."""
    for place in (folder, folder / "data"):
        if place.is_dir() and (found := sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES)):
            return found
    return []


def named_splits(
    tables: dict[str, Dataset], place: str, files: dict[str, str] | None = None
) -> dict[str, tuple[str, Dataset]]:
    """The tables under the names that splits have here.

    Raises:
        UserError: no name, or two names, of a split.
    """
    found: dict[str, tuple[str, Dataset]] = {}
    for name, table in tables.items():
        split = next((split for split, names in NAMES.items() if str(name).lower() in names), None)
        if split in found:
            raise UserError(f"{place}: two tables for split {split!r}, among {listed(tables)}")
        if split is not None:
            found[split] = (files[name] if files else f"{place}[{name}]", table)
    if not found:
        raise UserError(
            f"{place}: no table is called train, dev (or validation), test or all; there are {listed(tables)}"
        )
    return {split: found[split] for split in NAMES if split in found}


def _all_names() -> set[str]:
    return {name for names in NAMES.values() for name in names}


def _open(path: Path) -> Dataset:
    import pyarrow
    from pyarrow import ipc, parquet

    library = datasets()
    try:
        refuse_unpacking(path)
        if path.suffix.lower() == ".parquet":
            table = parquet.read_table(path)
        else:
            with pyarrow.memory_map(str(path)) as source:
                magic = source.read(6)
            opener = ipc.open_file if magic == b"ARROW1" else ipc.open_stream
            with path.open("rb") as file:
                table = opener(file).read_all()
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise UserError(f"{path}: is no {path.suffix} file that can be read ({error})") from error
    return library.Dataset(library.table.InMemoryTable(table))


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes a Parquet file with `tokens`, `tags` (numbers, with the names in the features) and `document`.

    The format holds everything, so nothing is ever counted as lost.

    Raises:
        UserError: see `writable`.
    """
    library, kept = datasets(), list(writable(path, sentences))
    names = ["O", *sorted({tag for s in kept for tag in s.tags or ()} - {"O"})]
    features = library.Features(
        {
            "tokens": library.List(library.Value("string")),
            "tags": library.List(library.ClassLabel(names=names)),
            "document": library.Value("string"),
        }
    )
    index = {name: number for number, name in enumerate(names)}
    columns = {
        "tokens": [list(s.words) for s in kept],
        "tags": [None if s.tags is None else [index[tag] for tag in s.tags] for s in kept],
        "document": [s.document for s in kept],
    }
    with replacing(path) as unfinished:
        library.Dataset.from_dict(columns, features=features).to_parquet(str(unfinished))
    return Counter()


def detect(sample: Sample) -> str:
    if any((sample.folder / name).is_file() for name in SAVED):
        return f"{sample.folder} was saved by datasets"
    if tables := find_tables(sample.folder):
        return f"{tables[0].name} is a table"
    return f"{sample.path.name} by its ending" if sample.folder.is_file() and sample.suffix in SUFFIXES else ""


FORMAT = Format(ArrowData, write, detect, ".parquet", tags=True)
