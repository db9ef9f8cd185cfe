"""K-fold: every sentence in one dev split, documents whole, types in their share, test left alone."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.commands import evaluate as evaluation
from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats.column import read_folder
from ner_lab.data.split import deal
from ner_lab.types import Sentence, UserError


def corpus(size: int, documents: int = 0, seed: int = 0) -> list[Sentence]:
    """Sentences with 0 to 3 entities of types of very different frequency; every seventh has no document."""
    rng = random.Random(seed)
    made = []
    for number in range(size):
        types = rng.choices(["PER", "LOC", "LAW"], [60, 30, 10], k=rng.choice([0, 1, 1, 2, 3]))
        tags = [tag for type_ in types for tag in (f"B-{type_}", "O")] or ["O"]
        document = f"d{number * documents // size}" if documents and number % 7 else ""
        made.append(Sentence(("w",) * len(tags), tuple(tags), document, f"all:{number}"))
    return made


def numbers(sentences: list[Sentence]) -> list[int]:
    return [int(sentence.origin.split(":")[1]) for sentence in sentences]


@given(
    size=st.integers(21, 70),
    documents=st.sampled_from([0, 1, 6, 12]),
    folds=st.integers(2, 6),
    seed=st.integers(0, 5),
    unsplit=st.booleans(),
)
def test_the_folds_partition_train_and_dev(size: int, documents: int, folds: int, seed: int, unsplit: bool) -> None:
    sentences, test = corpus(size, documents), corpus(3)
    cut = size if unsplit else size * 3 // 4
    splits = {"all" if unsplit else "train": sentences[:cut], "dev": sentences[cut:], "test": test}
    held_out = []
    for fold in range(folds):
        dealt, _ = deal(splits, fold, folds, seed)
        assert dealt["test"] == test and list(dealt) == ["train", "dev", "test"]
        train, dev = numbers(dealt["train"]), numbers(dealt["dev"])
        assert train == sorted(train) and dev == sorted(dev) and dev
        assert sorted(train + dev) == list(range(size))
        if documents > 1:
            both = {s.document for s in dealt["train"]} & {s.document for s in dealt["dev"]}
            assert both <= {""}
        held_out += dev
    assert sorted(held_out) == list(range(size))


@pytest.mark.parametrize("documents", [0, 150])
def test_every_fold_has_its_share_of_sentences_and_of_every_type(documents: int) -> None:
    sentences = corpus(1500, documents)
    total = Counter(tag for s in sentences for tag in s.tags or ())
    for fold in range(5):
        dev = deal({"train": sentences}, fold, 5, seed=2)[0]["dev"]
        assert len(dev) == pytest.approx(300, rel=0.03)
        for tag, number in Counter(tag for s in dev for tag in s.tags or ()).items():
            assert number == pytest.approx(total[tag] / 5, rel=0.1), tag


def test_the_seed_decides_and_nothing_else() -> None:
    splits = {"train": corpus(60)}
    first = deal(splits, 1, 5, seed=0)
    assert first == deal(splits, 1, 5, seed=0)
    random.seed(99)
    assert first == deal(splits, 1, 5, seed=0)
    assert first[0]["dev"] != deal(splits, 1, 5, seed=1)[0]["dev"]


def test_the_note_says_what_was_dealt_and_by_what() -> None:
    _, by_sentence = deal({"train": corpus(20), "dev": corpus(5)}, 1, 3, 0)
    assert by_sentence == "fold 1 of 3 (0 to 2) of train and dev is dev, dealt by sentence"
    assert deal({"all": corpus(50, 9)}, 0, 3, 0)[1].endswith("of all is dev, dealt by document")


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ({"train": corpus(4)}, r"data\.folds=5 needs at least as many sentences.*has 4"),
        ({"train": [s for s in corpus(40, 3) if s.document]}, r"data\.folds=5 needs at least as many documents.*has 3"),
        ({"test": corpus(40)}, r"one split named train or all.*has test"),
        ({"train": corpus(40), "all": corpus(40)}, r"one split named train or all.*has train, all"),
    ],
)
def test_what_cannot_be_dealt_is_refused(splits: dict[str, list[Sentence]], said: str) -> None:
    with pytest.raises(UserError, match=said):
        deal(splits, 0, 5, 0)


@pytest.mark.parametrize(
    ("settings", "said"),
    [((-1, 5), "data.fold must be at least 0, got -1"), ((5, 5), "fold must be from 0 to 4"), ((0, 1), "folds")],
)
def test_a_fold_that_is_none_is_refused(train, settings: tuple[int, int], said: str) -> None:
    fold, folds = settings
    with pytest.raises(UserError, match=said):
        train(f"data.fold={fold}", f"data.folds={folds}")


class Unsplit(DataModule):
    def read(self) -> dict[str, list[Sentence]]:
        return {"all": corpus(50, 10)}


def test_a_corpus_nobody_has_split_can_be_trained_on_by_folds() -> None:
    data = Unsplit(fold=2, folds=4, size=0.5)
    data.setup()
    assert len(data.sentences["train"]) == pytest.approx(19, abs=1) and data.ledger.steps["dev"]["read"].words
    both = data.ledger.steps["train and dev"]
    assert both["read"].entities == both["dealt"].entities > 0 and "fold 2 of 4" in both["dealt"].note
    assert any("fold 2 of 4" in note for note in data.notes)
    with pytest.raises(UserError, match=r"no sentences in split 'train'.*data\.fold=0"):
        Unsplit().setup()
    with pytest.raises(UserError, match=r"data\.size.*training split.*only all"):
        Unsplit(size=10).setup()


@pytest.mark.seconds
def test_a_run_on_a_fold_is_scored_on_that_fold(train, corpus, tmp_path) -> None:
    result = train("data.fold=1", "data.folds=3", "data.seed=4")
    rows = (result.folder / "predictions" / "dev.conll").read_text().split("\n\n")
    whole = {split: read.sentences for split, read in read_folder(corpus).items()}
    expected = deal(whole, 1, 3, 4)[0]
    assert [tuple(line.split("\t")[0] for line in row.splitlines()) for row in rows if row] == [
        s.words for s in expected["dev"]
    ]
    assert len(expected["test"]) == 24 and (result.folder / "predictions" / "test.conll").is_file()

    # And so it is later: the run's dev split is its fold, not the file of that name, which it was partly trained on.
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        overrides = [f"run={result.folder}", "data.split=dev", f"hydra.runtime.output_dir={tmp_path / 'again'}"]
        cfg = compose("evaluate", overrides, return_hydra_config=True)
    HydraConfig.instance().set_config(cfg)
    evaluation.evaluate(cfg)
    HydraConfig.instance().cfg = None
    scored = json.loads((tmp_path / "again" / "evaluation.json").read_text())["dev"]
    assert scored["accuracy"] == result.metrics["dev"]["accuracy"] and scored["nll"] == result.metrics["dev"]["nll"]
