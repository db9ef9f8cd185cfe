"""Counts per sentence: against seqeval, and their cache."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import age, gold, predicted, write_run
from seqeval.scheme import IOB2, Entities

from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.metrics.counts import Counts, of_spans, total
from ner_lab.report import sentence_counts
from ner_lab.report.compare import metric
from ner_lab.report.sentence_counts import SentenceCounts, count, of_run, strict_spans
from ner_lab.tags import repair, to_spans
from ner_lab.types import Prediction, Sentence, UserError

TAG = st.sampled_from(["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
PAIRS = st.lists(st.lists(st.tuples(TAG, TAG), min_size=1, max_size=8), min_size=1, max_size=5)


def predictions(pairs) -> list[Prediction]:
    made = []
    for rows in pairs:
        right = repair([a for a, _ in rows])[0]
        sentence = Sentence(tuple("w" for _ in rows), tuple(right))
        made.append(Prediction(sentence, tuple(b for _, b in rows), (), [], None))
    return made


def totals(counted: SentenceCounts) -> Counts:
    return Counts(*counted.entities_STX.sum((0, 1)).tolist())


def test_the_axis_of_counts_has_the_order_of_counts():
    """Gold and predicted differ in number, so that precision and recall would change places where the axes do."""
    gold = ("B-PER", "O", "O", "B-LOC", "I-LOC")
    missed = Prediction(Sentence(("w",) * 5, gold), ("B-PER", "O", "O", "O", "I-LOC"), (), [], None)
    invented = Prediction(Sentence(("w",) * 3, ("B-PER", "O", "O")), ("B-PER", "B-PER", "B-LOC"), (), [], None)
    for found, expected, strict in (
        ([missed], Counts(1, 2, 2), Counts(1, 2, 1)),
        ([invented], Counts(1, 1, 3), Counts(1, 1, 3)),
        ([missed, invented], Counts(2, 3, 5), Counts(2, 3, 4)),
    ):
        counted = count(found)
        assert totals(counted) == expected
        assert expected == total(of_spans(to_spans(p.sentence.tags), to_spans(p.tags)) for p in found)
        assert Counts(*counted.strict_SX.sum(0).tolist()) == strict
        for name, right in (("precision", expected.precision), ("recall", expected.recall), ("f1", expected.f1)):
            numerators_S, denominators_S = metric.ratio(counted, name)
            assert numerators_S.sum() / denominators_S.sum() == right, name


@given(PAIRS)
def test_sums_give_the_scores_of_seqeval(pairs):
    found = predictions(pairs)
    expected = spans.scores([p.sentence.tags for p in found], [p.tags for p in found])
    counted = count(found)
    whole = np.zeros(len(found), int)  # one document
    for name in metric.METRICS:
        value = metric.by_document([counted], whole, name).scores_N[0]
        reported = metric.reported(expected, name)
        assert value == pytest.approx(reported), name
        if name != metric.MACRO:
            assert reported == expected[name]
    assert metric.reported({"f1": 0.5}, metric.MACRO) is None
    per_type = metric.per_type_f1(counted, counted.types)
    assert per_type == pytest.approx({type_: row["f1"] for type_, row in expected["per_type"].items()})
    for type_ in counted.types:
        a, b = (part.sum() for part in metric.ratio(counted, f"f1.{type_}"))
        assert a / b == pytest.approx(per_type[type_])


@given(st.lists(TAG, min_size=1, max_size=10))
def test_strict_spans_are_those_of_seqevals_scheme(tags):
    (entities,) = Entities([tags], scheme=IOB2).entities
    assert strict_spans(tags) == {(e.start, e.end, e.tag) for e in entities}


@pytest.mark.parametrize("name", ["f2", "f1.", "loss"])
def test_other_metrics_are_refused_by_name(name):
    with pytest.raises(UserError, match=f"metric={name}: must be one of f1"):
        metric.check(name)


@pytest.fixture
def run(tmp_path):
    return RunFolder(write_run(tmp_path / "run", predicted(gold(20), 0.8, 1)))


def test_the_second_time_counts_come_from_the_cache(run, monkeypatch):
    first = of_run(run, "test")
    monkeypatch.setattr(sentence_counts, "count", lambda _: pytest.fail("counted again"))
    again = of_run(run, "test")
    assert again.types == first.types and again.documents == first.documents and again.test_set == first.test_set
    for name in ("entities_STX", "strict_SX", "words_SX"):
        assert np.array_equal(getattr(again, name), getattr(first, name))


def test_the_cache_of_other_predictions_is_not_used(run):
    of_run(run, "test")
    write_run(run.path, predicted(gold(20), 0.2, 1))
    assert totals(of_run(run, "test")).correct < 30
    kept = run.predictions("test").with_suffix(".counts.npz")
    age(run.predictions("test"), 5)  # another file of the same size
    before = kept.stat().st_mtime_ns
    of_run(run, "test")
    assert kept.stat().st_mtime_ns > before


def test_a_cache_that_has_predicted_before_gold_is_not_used(run):
    right = of_run(run, "test")
    kept, stat = run.predictions("test").with_suffix(".counts.npz"), run.predictions("test").stat()
    with np.load(kept) as file:
        held = dict(file)
    held |= {name: held[name][..., [0, 2, 1]] for name in ("entities_STX", "strict_SX", "words_SX")}
    held["stamp"] = np.array(f"1 {stat.st_size} {stat.st_mtime_ns}")
    np.savez_compressed(kept, **held)
    again = of_run(run, "test")
    assert totals(again) == totals(right) and totals(right).gold != totals(right).predicted


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive"])
def test_a_damaged_cache_is_made_anew(run, content):
    first = of_run(run, "test")
    run.predictions("test").with_suffix(".counts.npz").write_bytes(content)
    assert np.array_equal(of_run(run, "test").entities_STX, first.entities_STX)


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(run, monkeypatch):
    def refuse(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "replace", refuse)
    assert len(of_run(run, "test").documents) == 20
    assert not list(run.path.glob("predictions/*.npz*"))


def test_sentences_without_gold_tags_are_refused_with_their_place():
    with pytest.raises(UserError, match=r"a\.conll:3: a sentence without gold tags"):
        count([Prediction(Sentence(("a",), None, origin="a.conll:3"), ("O",), (), [], None)])
    with pytest.raises(UserError, match="no sentences"):
        count([])


def test_other_words_or_other_gold_tags_are_another_test_set():
    def test_set(word, tag):
        return count([Prediction(Sentence((word, "x"), (tag, "O")), ("O", "O"), (), [], None)]).test_set

    assert test_set("a", "B-PER") == test_set("a", "B-PER")
    assert len({test_set("a", "B-PER"), test_set("b", "B-PER"), test_set("a", "B-LOC")}) == 3
