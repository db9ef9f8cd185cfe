"""Splitting: nothing lost, no document cut, every type in its share, given splits untouched."""

import random
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data.split import prepare_splits, stratify
from ner_lab.types import Sentence, UserError


def corpus(size, documents=0, seed=0):
    """Sentences with 0 to 3 entities of types of very different frequency."""
    rng = random.Random(seed)
    sentences = []
    for number in range(size):
        types = rng.choices(["PER", "LOC", "ORG", "LAW"], [50, 30, 15, 5], k=rng.choice([0, 1, 1, 2, 3]))
        tags = [tag for type_ in types for tag in (f"B-{type_}", "O")] or ["O"]
        document = f"d{number * documents // size}" if documents else ""
        sentences.append(Sentence(tuple("w" for _ in tags), tuple(tags), document, f"all:{number}"))
    return sentences


def split(sentences, ratio=0.8, seed=0, by="auto"):
    return prepare_splits({"all": sentences}, ratio, seed, by)[0]


def types_of(sentences):
    return Counter(tag[2:] for sentence in sentences for tag in sentence.tags if tag != "O")


@given(
    size=st.integers(3, 60), documents=st.sampled_from([0, 3, 7]), ratio=st.floats(0.1, 0.9), seed=st.integers(0, 99)
)
def test_every_sentence_is_in_one_split_in_corpus_order(size, documents, ratio, seed):
    sentences = corpus(size, min(documents, size))
    splits = split(sentences, ratio, seed)
    origins = [[int(s.origin.split(":")[1]) for s in splits[name]] for name in ("train", "dev", "test")]
    assert sorted(chain(*origins)) == list(range(size))
    assert all(own and own == sorted(own) for own in origins)


@pytest.mark.parametrize("seed", range(3))
def test_every_type_and_the_size_are_in_their_share(seed):
    sentences = corpus(2000)
    total = types_of(sentences)
    for name, share in {"train": 0.8, "dev": 0.1, "test": 0.1}.items():
        part = split(sentences, 0.8, seed)[name]
        assert len(part) == pytest.approx(share * 2000, rel=0.02)
        for type_, number in types_of(part).items():
            assert number == pytest.approx(share * total[type_], rel=0.03, abs=1)


@pytest.mark.parametrize("seed", range(3))
def test_documents_stay_whole_and_still_balance(seed):
    sentences = corpus(2000, documents=100)
    total = types_of(sentences)
    splits = split(sentences, 0.8, seed)
    homes = {name: {s.document for s in part} for name, part in splits.items()}
    assert not homes["train"] & homes["dev"] | homes["train"] & homes["test"] | homes["dev"] & homes["test"]
    for name, share in {"train": 0.8, "dev": 0.1, "test": 0.1}.items():
        assert len(splits[name]) == pytest.approx(share * 2000, rel=0.1)
        for type_, number in types_of(splits[name]).items():
            assert number == pytest.approx(share * total[type_], rel=0.25, abs=1)


def test_stratification_beats_a_random_deal():
    sentences = corpus(300, documents=40)
    shares = [0.8, 0.1, 0.1]
    groups = {}
    for sentence in sentences:
        groups.setdefault(sentence.document, []).append(sentence)
    sizes, types = [len(g) for g in groups.values()], [types_of(g) for g in groups.values()]

    def error(homes):
        total = types_of(sentences)
        dealt = [sum((own for own, h in zip(types, homes, strict=True) if h == home), Counter()) for home in range(3)]
        return sum(abs(dealt[h][t] / total[t] - shares[h]) for h in range(3) for t in total)

    rng = random.Random(0)
    random_errors = [error(rng.choices(range(3), shares, k=len(sizes))) for _ in range(200)]
    assert error(stratify(sizes, types, shares)) < sorted(random_errors)[10]  # the best 5 %


def test_a_rare_type_stays_in_train():
    sentences = [*corpus(50), Sentence(("w",), ("B-RARE",), "", "all:50")]
    assert all("RARE" in types_of(split(sentences, seed=seed)["train"]) for seed in range(5))


@pytest.mark.parametrize("documents", [0, 20])
def test_the_seed_decides(documents):
    sentences = corpus(100, documents)
    first, again, other = (split(sentences, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first["dev"] != other["dev"]


def test_a_given_test_split_is_not_shrunk():
    train, test = corpus(100), corpus(30, seed=9)
    splits, report = prepare_splits({"train": train, "test": test}, ratio=0.7)
    assert splits["test"] == test
    assert (len(splits["train"]), len(splits["dev"])) == (70, 30)
    assert report[0].startswith("cut dev from train by sentence (the corpus names no two documents")
    assert [line.split(":")[0] for line in report[1:]] == ["train", "dev", "test (given)"]


def test_a_missing_test_split_is_cut_from_train():
    dev = corpus(30, seed=9)
    splits, _ = prepare_splits({"train": corpus(100), "dev": dev}, ratio=0.8)
    assert splits["dev"] == dev
    assert (len(splits["train"]), len(splits["test"])) == (80, 20)


def test_complete_splits_are_returned_as_they_are():
    found = {"train": corpus(10), "dev": corpus(1), "test": corpus(2)}
    splits, report = prepare_splits(found, ratio=0.5)
    assert splits == found
    assert report[0].endswith("nothing was cut")


def test_all_without_a_ratio_to_cut_is_train():
    found = {"all": corpus(10), "dev": corpus(1), "test": corpus(2)}
    assert prepare_splits(found)[0]["train"] == found["all"]


def test_the_report_says_how_and_with_what_result():
    sentences = corpus(200, documents=20)
    splits, report = prepare_splits({"all": sentences}, ratio=0.6, seed=4)
    assert report[0] == "cut dev and test from all by document (the corpus names 20 documents), ratio 0.6, seed 4"
    for line, (name, part) in zip(report[1:], splits.items(), strict=True):
        documents, types = len({s.document for s in part}), types_of(part)
        assert line.startswith(
            f"{name}: {len(part)} sentences, {documents} named documents, {types.total()} entities ("
        )
        assert f"LAW {types['LAW']}, LOC {types['LOC']}" in line


def test_one_document_is_no_reason_to_cut_by_document():
    _, report = prepare_splits({"all": corpus(30, documents=1)})
    assert "by sentence" in report[0]


@pytest.mark.parametrize(
    ("found", "options", "message"),
    [
        ({"all": corpus(9, documents=2)}, {}, r"at least 3 documents.*has 2.*data\.by=sentence"),
        ({"all": corpus(9)}, {"by": "document"}, r"at least 3 documents.*has 1.*data\.by=sentence"),
        ({"all": corpus(2)}, {}, "at least 3 sentences"),
        ({"all": corpus(9)}, {"ratio": 1.0}, r"data\.ratio .* got 1\.0"),
        ({"all": corpus(9)}, {"by": "file"}, r"data\.by is one of auto, document, sentence; got 'file'"),
        ({"test": corpus(9)}, {}, "named train or all; got test"),
    ],
)
def test_what_cannot_be_split_says_why(found, options, message):
    with pytest.raises(UserError, match=message):
        prepare_splits(found, **options)


def test_too_few_documents_can_be_cut_by_sentence():
    assert {name: len(part) for name, part in split(corpus(20, documents=2), by="sentence").items()} == {
        "train": 16,
        "dev": 2,
        "test": 2,
    }
