"""What is said of a corpus is what can be counted by hand."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data import statistics
from ner_lab.data.encode import SubwordEncoder
from ner_lab.models.encoder import tiny_tokenizer
from ner_lab.tags import label_set, to_spans
from ner_lab.types import Sentence


def sentence(text: str, tags: str | None = None, document: str = "", origin: str = "") -> Sentence:
    return Sentence(tuple(text.split()), tuple(tags.split()) if tags is not None else None, document, origin)


TRAIN = [
    sentence("Ann Lee met Bob", "B-PER I-PER O B-PER", "1", "train:1"),
    sentence("Oslo is cold", "B-LOC O O", "1", "train:6"),
    sentence("Oslo is cold", "B-LOC O O", "2", "train:10"),
    sentence("Oslo is cold", "B-ORG O O", "2", "train:14"),
    sentence("It rained", "O O", "", "train:18"),
    sentence("nobody read this", None, "", "train:21"),
]
TEST = [
    sentence("Oslo is cold", "B-LOC O O", "", "test:1"),
    sentence("ANN LEE and Paris", "B-LOC I-LOC O B-LOC", "", "test:5"),
    sentence("Bob and bob", "B-PER O B-PER", "", "test:10"),
]


def test_a_split_by_hand() -> None:
    found = statistics.describe(TRAIN)
    assert found == {
        "sentences": 6,
        "words": 18,
        "documents": 2,
        "annotated": 5,
        "entities": 5,
        "without_entities": 1,
        "length": {"mean": 3.0, "median": 3, "max": 4, "longest": "train:1"},
        "histogram": [{"from": 1, "to": 5, "sentences": 6}],
        "types": {
            "LOC": {"mentions": 2, "names": 1, "words": 1.0},
            "PER": {"mentions": 2, "names": 2, "words": 1.5},
            "ORG": {"mentions": 1, "names": 1, "words": 1.0},
        },
        "labels": {
            "O": {"words": 9, "share": 0.6},
            "B-PER": {"words": 2, "share": 2 / 15},
            "B-LOC": {"words": 2, "share": 2 / 15},
            "I-PER": {"words": 1, "share": 1 / 15},
            "B-ORG": {"words": 1, "share": 1 / 15},
        },
        "duplicates": {"sentences": 2, "other_tags": 1},
    }


def test_the_overlap_by_hand() -> None:
    """`ann lee` is a name of train, as another type; Paris is none; Bob is one twice."""
    assert statistics.overlap(TRAIN, TEST) == {
        "sentences": 3,
        "sentences_in_train": 1,
        "names": 4,
        "names_in_train": 3,
        "mentions": 5,
        "mentions_in_train": 4,
        "mentions_in_train_as_same_type": 3,
    }


def test_splits_without_sentences_are_left_out_and_without_train_there_is_no_overlap() -> None:
    found = statistics.by_split({"train": TRAIN, "dev": [], "test": TEST})
    assert list(found["splits"]) == ["train", "test"] and list(found["overlap"]) == ["test"]
    assert statistics.by_split({"all": TRAIN})["overlap"] == {}
    assert json.loads(json.dumps(found)) == found


@given(st.lists(st.integers(0, 700), min_size=1, max_size=30))
def test_every_sentence_is_in_the_bin_of_its_length(lengths: list[int]) -> None:
    bins = statistics.histogram(lengths)
    for row in bins:
        assert row["sentences"] == sum(row["from"] <= length <= row["to"] for length in lengths)
    assert sum(row["sentences"] for row in bins) == len(lengths)
    assert all(a["to"] + 1 == b["from"] for a, b in pairwise(bins))
    assert bins[-1]["from"] <= max(lengths) <= bins[-1]["to"]


def test_subwords_of_an_encoder() -> None:
    """The tiny tokenizer makes one subword of two letters."""
    sentences = [sentence("ab cd", origin="a"), sentence("abab " * 7, origin="b"), sentence("x", origin="c")]
    assert statistics.subwords(sentences, SubwordEncoder(tiny_tokenizer(), 15)) == {
        "subwords": 2 + 14 + 1,
        "per_word": 17 / 10,
        "longest": 14,
        "origin": "b",
        "row": 13,
        "windows": 1,
    }


def test_examples_show_every_type_first_and_are_drawn_by_the_seed() -> None:
    many = [sentence(f"w{i} Bob", "O B-PER") for i in range(50)] + [sentence("far " * 80 + "Ural", "O " * 80 + "B-RIV")]
    many += [sentence("no name", "O O")] * 9 + [sentence("May and Oslo", "B-PER O B-LOC")]
    for seed in range(5):
        chosen = statistics.examples(many, 5, seed)
        assert chosen[0]["words"] == ["May", "and", "Oslo"]
        assert chosen[0]["entities"][1] == {"begin": 2, "end": 3, "type": "LOC", "text": "Oslo"}
        assert [len(example["words"]) for example in chosen[1:]] == [2] * 4
        assert all(example["entities"] for example in chosen)
        assert chosen == statistics.examples(many, 5, seed)
    drawn = {tuple(e["words"][0] for e in statistics.examples(many, 5, seed)) for seed in range(5)}
    assert len(drawn) == 5
    everything = statistics.examples(many, 100, 0)
    assert len(everything) == len(many) and not everything[-1]["entities"]


@given(st.lists(st.sampled_from(TRAIN + TEST), min_size=1, max_size=12))
def test_sums_agree_with_the_sentences(sentences: list[Sentence]) -> None:
    found = statistics.describe(sentences)
    spans = [span for s in sentences for span in to_spans(s.tags or ())]
    assert sum(row["mentions"] for row in found["types"].values()) == found["entities"] == len(spans)
    assert sum(row["words"] for row in found["labels"].values()) == sum(len(s.tags or ()) for s in sentences)
    assert sum(row["share"] for row in found["labels"].values()) == pytest.approx(1 if found["labels"] else 0)
    assert found["duplicates"]["sentences"] == len(sentences) - len({s.words for s in sentences})


def test_types_without_a_label_are_counted() -> None:
    rows = [
        Sentence(("a", "b", "c"), ("B-LAW", "I-LAW", "B-PER")),
        Sentence(("a",), None),
        Sentence(("a",), ("I-LAW",)),
    ]
    assert statistics.unseen_types(rows, label_set(["PER"])) == {"LAW": 2}
    assert not statistics.unseen_types(rows, label_set(["LAW", "PER"]))
