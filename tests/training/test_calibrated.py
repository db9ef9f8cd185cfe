"""Calibrated confidences and thresholds: the temperature is dev's, thresholds reach what they say they reach."""

from __future__ import annotations

import numpy as np
import pytest

import ner_lab
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.metrics import calibration
from ner_lab.training.calibrated import CalibratedReader, Calibration
from ner_lab.training.reading import open_reader
from ner_lab.types import Entity, Prediction, Sentence, UserError


def dev(number=400, seed=0):
    """One entity a sentence, of a model that is too sure: its log-odds are twice what they should be."""
    random = np.random.default_rng(seed)
    found = []
    for k, sure in enumerate(random.uniform(0.3, 1, number)):
        gold = ("B-X",) if random.uniform() < calibration.sharpened([sure], 2)[0] else ("O",)
        entity = Entity(0, 1, "X", float(sure))
        found.append(Prediction(Sentence(("w",), gold, f"d{k % 40}"), ("B-X",), (entity,), [], None))
    return found


def test_the_temperature_is_the_one_that_a_report_fits():
    known = Calibration.of(dev())
    assert known.temperature == pytest.approx(calibration.span_temperature(known.confidence, known.right), abs=1e-6)
    assert 1.4 < known.temperature < 2.8 and known.units == "40 documents"
    before, after = (
        calibration.reliability(c, known.right)["ece"] for c in (known.confidence, known.sure(known.confidence))
    )
    assert after < before / 1.5
    assert Calibration.from_dict(as_json(known), "x") == known


def as_json(known):
    import json

    return json.loads(json.dumps(known.as_dict()))


@pytest.mark.parametrize("precision", [0.5, 0.7, 0.8])
def test_a_threshold_is_the_lowest_that_reaches_its_precision(precision):
    known = Calibration.of(dev())
    at = known.threshold_for(precision)
    sure, right = np.array(known.sure(known.confidence)), np.array(known.right)

    def reached(threshold):
        return right[sure >= threshold].mean()

    assert reached(at) >= precision
    assert all(reached(lower) < precision for lower in sure[sure < at])
    assert f"precision {100 * reached(at):.1f} %" in known.at(at)
    low, high = map(float, known.at(at).partition("interval ")[2].partition(" over")[0].split(" to "))
    assert low <= 100 * reached(at) <= high and high - low > 1


def test_a_precision_that_nothing_reaches_is_refused_with_the_highest():
    wrong = [p for p in dev() if p.sentence.tags == ("O",)]
    with pytest.raises(UserError, match=r"precision=0.5: no threshold reaches that on dev; the highest .* is 0.0 %"):
        Calibration.of(wrong).threshold_for(0.5)
    with pytest.raises(UserError, match="finds no entity in dev"):
        Calibration.of([Prediction(Sentence(("w",), ("O",)), ("O",), (), [], None)]).threshold_for(0.5)


def test_of_few_entities_nothing_is_fitted_and_without_gold_nothing_is_known():
    assert Calibration.of(dev(20)).temperature == 1
    assert Calibration.of([Prediction(Sentence(("w",)), ("O",), (), [], None)]) is None
    assert Calibration.of([]) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"temperature": 0},
        {"temperature": "1"},
        {"confidence": [2]},
        {"unit": [0]},
        {"right": None},
        {"gold": -1},
        {"units": 3},
    ],
)
def test_a_calibration_that_was_changed_is_refused(changed):
    with pytest.raises(UserError, match="x: calibration is not what"):
        Calibration.from_dict(as_json(Calibration.of(dev(60))) | changed, "x")


class _Fixed:
    folder, labels, context, at_once, note = "x", ("O", "B-X", "I-X"), 0, 16, ""

    def annotate(self, sentences):
        entities = (Entity(0, 2, "X", 0.9), Entity(2, 3, "X", 0.5))
        return [Prediction(s, ("B-X", "I-X", "B-X"), entities, [], None) for s in sentences]


def test_what_is_below_a_threshold_is_dropped_with_its_tags_and_counted():
    reader = CalibratedReader(_Fixed(), None, 0.8)
    (found,) = reader.annotate([Sentence(("a", "b", "c"))])
    assert found.tags == ("B-X", "I-X", "O") and [e.confidence for e in found.entities] == [0.9]
    assert reader.ledger() == "2 entities found, 1 below 0.8 dropped"
    assert CalibratedReader(_Fixed(), None).annotate([Sentence(("a", "b", "c"))])[0].entities[1].confidence == 0.5


@pytest.mark.seconds
def test_a_run_is_read_with_the_temperature_of_its_dev_split(train, monkeypatch):
    monkeypatch.setattr("ner_lab.metrics.calibration.FEWEST", 5)
    run = train("trainer.max_epochs=20", "data.batch_size=8", "model/head=crf").folder
    saved = list(read_run(RunFolder(run), "dev"))
    lean = list(read_run(RunFolder(run), "dev", log_probs=False))
    assert [p.entities for p in lean] == [p.entities for p in saved] and not any(p.log_probs_WK for p in lean)
    known = Calibration.of_run(RunFolder(run))
    assert known == Calibration.of(saved)
    sentences = [p.sentence for p in saved]
    plain = open_reader(run, calibrated=False).annotate(sentences)
    found = open_reader(run).annotate(sentences)
    expected = [known.sure([e.confidence for e in p.entities]) for p in plain]
    assert known.temperature != 1
    assert [[e.confidence for e in p.entities] for p in found] == expected
    some = ner_lab.load(run, threshold=0.9)
    assert all(e.confidence >= 0.9 for p in sentences for e in some(" ".join(p.words)))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"precision": 1.5}, "precision=1.5: as a number"),
        ({"threshold": 2}, "threshold=2: must be a confidence"),
        ({"threshold": True}, "threshold=True"),
        ({"calibrated": "no"}, "calibrated=no"),
        ({"threshold": 0.5, "precision": 0.5}, "give one of them"),
    ],
)
def test_settings_that_are_none(settings, message):
    with pytest.raises(UserError, match=message):
        open_reader("nowhere", **settings)


def test_saved_predictions_that_were_damaged_leave_confidences_as_they_are(train):
    run = train("trainer.max_steps=1").folder
    RunFolder(run).predictions("dev").write_text("{}\n")
    with pytest.warns(UserWarning, match=r"confidences are not calibrated: .*dev\.jsonl:1: not a prediction"):
        tagger = ner_lab.load(run)
    assert tagger("Oslo") is not None
    with pytest.raises(UserError, match=r"precision=0.9: .* holds no predictions of dev"):
        ner_lab.load(run, precision=0.9)
