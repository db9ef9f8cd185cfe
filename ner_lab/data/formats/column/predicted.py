"""Column files of gold and predicted tags, as conlleval reads and most toolkits write them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ner_lab.data.formats.column.layout import DOCUMENT_START, find_layout
from ner_lab.data.formats.column.rows import Block, RowCounts, blocks
from ner_lab.data.formats.repair import TagReader, read_tag
from ner_lab.data.formats.text import line_at, lines
from ner_lab.tags import convert
from ner_lab.types import Prediction, Sentence, UserError, shortened


def read_predicted(path: str | Path, repaired: Counter[str] | None = None) -> list[Prediction]:
    """Predictions of a file whose last two columns are gold and predicted tags, the word in the first column.

    Columns named `word`, `gold` and `predicted` in the
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
    for block in blocks(path, gold_layout, "utf-8", "strict", RowCounts()):
        reader.observe(block.tags)
    reader.settle()
    found = []
    repaired = Counter() if repaired is None else repaired
    both = zip(*(blocks(path, each, "utf-8", "strict", RowCounts()) for each in (gold_layout, layout)), strict=True)
    for block, other in both:

        def where(index: int, numbers: list[int] = block.numbers) -> str:
            return f"{path}:{numbers[index]} (row {line_at(path, numbers[index])!r})"

        tags = reader.read(block.tags, where, repaired)
        sentence = Sentence(tuple(block.words), tags, block.document, f"{path}:{block.numbers[0]}")
        found.append(Prediction(sentence, _predicted(other, reader.scheme, path), (), [], None))
    return found


def _columns(path: Path) -> tuple[int | str, int | str, int | str]:
    width = find_layout(path, tag_column=None).width
    first = next((line for line in lines(path) if line.strip() and line[0] != "#" and DOCUMENT_START not in line), "")
    if width < 3:
        raise UserError(
            f"{path}: a file of predictions has a word, its gold tag and its predicted tag in each row, separated by "
            f"tabs or blanks; its first row is {shortened(first)!r}"
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
