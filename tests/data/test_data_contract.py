"""What a user's own `read` may give wrongly is refused with the sentence and the rule; ours give what is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data import DataModule
from ner_lab.data.contract import check_read
from ner_lab.data.formats.base import FileData
from ner_lab.tags import repair, violations
from ner_lab.types import Sentence, UserError

GOOD = Sentence(("Ada", "wrote"), ("B-PER", "O"), origin="mine:1")


class Given(DataModule):
    """Gives what it is given."""

    def __init__(self, found: Any) -> None:
        super().__init__()
        self.found = found

    def read(self):
        return self.found


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (None, "must give a mapping of splits to lists of Sentence; it gave None"),
        ([GOOD], "it gave a list"),
        ({"train": None}, "split 'train' must be a list of Sentence, it is None"),
        ({"train": iter([GOOD])}, "split 'train' must be a list of Sentence, it is a list_iterator"),
        ({"train": "text"}, "it is a str"),
        ({"train": [GOOD], "dev": [GOOD, (("a",), ("O",))]}, r"dev\[1\]: must be a Sentence, it is a tuple"),
        ({"train": [Sentence(("a", 3), ("O", "O"), origin="mine:2")]}, "mine:2: its words must be a tuple of texts"),  # type: ignore[arg-type]
        ({"train": [Sentence(["a"], ("O",))]}, r"train\[0\]: its words must be a tuple of texts"),  # type: ignore[arg-type]
        ({"train": [Sentence(("a",), (None,))]}, "its tags must be a tuple of texts"),  # type: ignore[arg-type]
        ({"train": [Sentence(("a", "b"), ("O",))]}, "it has 2 words and 1 tags"),
        ({"train": [Sentence(("a",), ("PER",))]}, "a tag is O, or one of .*; got 'PER'"),
        ({"train": [Sentence(("a",), ("I-PER",), origin="mine:3")]}, "mine:3: its tags are not IOB2, where I-PER"),
        ({"train": [Sentence(("a",), ("S-PER",))]}, "its tags are not IOB2"),
        ({"train": [Sentence(("a", "b"), ("B-PER", "I-LOC"))]}, "where I-LOC cannot follow B-PER"),
    ],
)
def test_what_is_no_corpus_is_refused(found: Any, message: str) -> None:
    with pytest.raises(UserError, match=f"Given.read.*{message}"):
        Given(found).setup()


class Written(FileData):
    """Reads from its one file what it is given."""

    def __init__(self, dir: str, rows: Any) -> None:
        super().__init__(dir)
        self.rows = rows

    def written(self, source, remarks):
        return self.rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (None, r"must give one Sentence after another \(yield each\); it gave None"),
        (3, "it gave a int"),
        ([GOOD, (("a",), ("O",))], "sentence 1: must be a Sentence, it is a tuple"),
        ("Ada", "sentence 0: must be a Sentence, it is a str"),
        ([Sentence(("a", 3), ("O", "O"), origin="mine:2")], "mine:2: its words must be a tuple of texts"),
        ([Sentence("Ada", ("O", "O", "O"))], "its words must be a tuple of texts, got 'Ada'"),
        ([Sentence(("a",), (None,))], "its tags must be a tuple of texts"),
        ([Sentence(("a",), "O")], "its tags must be a tuple of texts, got 'O'"),
    ],
)
@pytest.mark.parametrize("documents", [1, 2])
def test_what_a_format_writes_wrongly_is_refused(rows: Any, message: str, documents: int, tmp_path: Path) -> None:
    for index in range(documents):
        (tmp_path / f"{index}.txt").write_text("text")
    with pytest.raises(UserError, match=f"Written.written.*{message}"):
        Written(str(tmp_path), rows).read()


def test_a_format_may_write_lists(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("text")
    assert Written(str(tmp_path), [Sentence(["Ada"], ["S-PER"])]).read()["train"][0] == Sentence(("Ada",), ("B-PER",))  # type: ignore[arg-type]


TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B"]), min_size=1, max_size=6)


@given(TAGS)
def test_tags_are_refused_where_they_are_not_iob2(tags: list[str]) -> None:
    def read(tags):
        return check_read({"train": [Sentence(("word",) * len(tags), tuple(tags))]}, "X")

    if violations(tags):
        with pytest.raises(UserError, match="not IOB2"):
            read(tags)
    read(repair(tags)[0])


def test_text_without_tags_may_be_read() -> None:
    splits = {"train": [GOOD], "text": [Sentence(("a",)), Sentence(())]}
    assert check_read(splits, "X") is splits
