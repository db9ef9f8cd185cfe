"""Predictions as they were saved: JSON lines of a run folder, or a column file of any other toolkit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ner_lab.data.formats.layout import DOCUMENT_START, find_layout
from ner_lab.data.formats.repair import TagReader, read_tag
from ner_lab.data.formats.rows import Block, Counts, blocks
from ner_lab.data.formats.text import line_at, lines
from ner_lab.files import RunFolder
from ner_lab.tags import convert
from ner_lab.types import Entity, Prediction, Sentence, UserError

_AFTER_TAGS = ', "spans": ['  # no JSON string can hold it: the quotes would be escaped


def read_run(folder: RunFolder, split: str, marginals: bool = True) -> Iterator[Prediction]:
    """The saved predictions of a run, in the order of the split.

    Args:
        folder: of the run.
        split: `dev`, `test` or what `ner-lab evaluate` called it.
        marginals: with entities, log-probabilities and sentence losses; without them only words and tags are parsed,
            which is some ten times as fast.

    Raises:
        UserError: no such file, or a line that is no prediction, with `file:line`.
    """
    path = folder.predictions(split)
    try:
        file = path.open(encoding="utf-8", newline="\n")
    except OSError as error:
        there = ", ".join(sorted(p.stem for p in path.parent.glob("*.jsonl"))) or "none"
        raise UserError(f"{path}: {error.strerror}; splits with predictions: {there}") from error
    with file:
        try:
            for number, line in enumerate(file, 1):
                yield _prediction(line, f"{path}:{number}", marginals)
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: is not utf-8 text, so it was damaged after it was written") from error


def _prediction(line: str, place: str, marginals: bool) -> Prediction:
    try:
        if not line.endswith("}\n"):
            raise ValueError("it ends in the middle")
        at = -1 if marginals else line.find(_AFTER_TAGS)
        row = json.loads(line if at < 0 else f"{line[:at]}}}")
        words, gold, tags = row["words"], row["gold"], row["predicted"]
        if len(words) != len(tags) or (gold is not None and len(gold) != len(words)):
            raise ValueError("words, gold and predicted differ in length")
        sentence = Sentence(tuple(words), None if gold is None else tuple(gold), row["document"], place)
        if not marginals:
            return Prediction(sentence, tuple(tags), (), [], None)
        entities = tuple(Entity(**entity) for entity in row["spans"])
        return Prediction(sentence, tuple(tags), entities, row["log_probs"], row["loss"])
    except (ValueError, KeyError, TypeError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else error
        raise UserError(
            f"{place}: not a prediction of ner-lab ({reason}); the file was damaged after it was written"
        ) from error


def read_columns(path: str | Path, repaired: Counter[str] | None = None) -> list[Prediction]:
    """A column file whose last two columns are gold and predicted tags, the word in the first column.

    Such files are what conlleval reads and most toolkits write. Columns named `word`, `gold` and `predicted` in the
    first row may stand anywhere. Tags may be in any scheme: gold tags become IOB2 with the entities that conlleval
    sees; predicted tags in IOB2 stay as they are, others are converted in the same way. There are no probabilities,
    so `entities` and `log_probs_WK` are empty and `loss` is None.

    Args:
        path: of the file.
        repaired: is given what had to change in gold tags, by reason, and how often.

    Raises:
        UserError: fewer than three columns, a broken row, or a tag that is none, with `file:line`.
    """
    path = Path(path)
    word, gold, predicted = _columns(path)
    gold_layout = find_layout(path, word_column=word, tag_column=gold)
    layout = find_layout(path, word_column=word, tag_column=predicted)
    reader = TagReader("auto", "conlleval")
    for block in blocks(path, gold_layout, "utf-8", "strict", Counts()):
        reader.observe(block.tags)
    reader.settle()
    found = []
    repaired = Counter() if repaired is None else repaired
    both = zip(*(blocks(path, each, "utf-8", "strict", Counts()) for each in (gold_layout, layout)), strict=True)
    for block, other in both:

        def where(index: int, numbers: list[int] = block.numbers) -> str:
            return f"{path}:{numbers[index]} (row {line_at(path, numbers[index])!r})"

        tags = reader.read(block.tags, where, repaired)
        sentence = Sentence(tuple(block.words), tags, block.document, f"{path}:{block.numbers[0]}")
        found.append(Prediction(sentence, _predicted(other, reader.scheme, path), (), [], None))
    return found


def _columns(path: Path) -> tuple[int | str, int | str, int | str]:
    width = find_layout(path, tag_column=None).width
    first = next((line for line in lines(path) if line.strip() and not line.startswith(("#", DOCUMENT_START))), "")
    if width < 3:
        raise UserError(
            f"{path}: a file of predictions has a word, its gold tag and its predicted tag in each row, separated by "
            f"tabs or blanks; its first row is {first!r}"
        )
    names = first.split()
    if {"gold", "predicted"} <= set(names):
        return ("word" if "word" in names else 0), "gold", "predicted"
    return 0, -2, -1


def _predicted(block: Block, scheme: str, path: Path) -> tuple[str, ...]:
    tags = [_tag(raw, scheme, f"{path}:{number}") for raw, number in zip(block.tags, block.numbers, strict=True)]
    foreign = scheme != "iob2" or any(tag[0] not in "OBI" for tag in tags)
    return tuple(convert(tags, "iob2") if foreign else tags)


def _tag(raw: str, scheme: str, place: str) -> str:
    reading = read_tag(raw)
    if reading is not None:
        return reading[0]
    if scheme == "io" and raw[:1].isalpha():  # a corpus whose tags are bare types
        return f"I-{raw.strip()}"
    raise UserError(f"{place}: the predicted tag {raw!r} is none; a tag is O, or a prefix, a hyphen and a type (B-PER)")
