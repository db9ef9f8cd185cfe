"""Every number of a report again, by other code, from the predictions file alone."""

from __future__ import annotations

import inspect
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import reported_runs
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from seqeval.metrics import classification_report, f1_score
from seqeval.metrics.sequence_labeling import get_entities

from ner_lab.files import RunFolder
from ner_lab.report.single import findings as findings_module
from ner_lab.report.single import remarks, wording
from ner_lab.report.single.findings import findings, verdict
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.page import render
from ner_lab.report.single.source import read
from ner_lab.training.calibrated import Calibration
from ner_lab.types import UserError


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return reported_runs.make_run(tmp_path_factory.mktemp("runs") / "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return reported_runs.make_run(tmp_path_factory.mktemp("runs") / "two", system=1, errors=0.06)


@pytest.fixture(scope="module")
def report(run: RunFolder, other: RunFolder) -> dict:
    return numbers(read(str(run.path), "test"), read(str(other.path), "test"))


def rows_of(run: RunFolder, split: str = "test") -> list[dict]:
    return [json.loads(line) for line in run.predictions(split).read_text().splitlines()]


def entities(tags: list[str]) -> set[tuple[str, int, int]]:
    return {(type_, begin, end + 1) for type_, begin, end in get_entities(tags)}


def test_scores_are_those_of_seqeval(run: RunFolder, report: dict) -> None:
    rows = rows_of(run)
    gold, predicted = [r["gold"] for r in rows], [r["predicted"] for r in rows]
    right = classification_report(gold, predicted, output_dict=True, zero_division=0)
    for name, row in report["scores"]["types"].items():
        assert (row["precision"], row["recall"], row["f1"], row["gold"]) == pytest.approx(
            tuple(right[name][k] for k in ("precision", "recall", "f1-score", "support"))
        )
        for score in ("precision", "recall", "f1"):
            low, high = row["intervals"][score]
            assert 0 <= low <= row[score] <= high <= 1
    assert report["scores"]["all"]["f1"] == pytest.approx(f1_score(gold, predicted))
    assert (report["scores"]["unit"], report["scores"]["units"]) == ("document", 15)
    words = [(a, b) for r in rows for a, b in zip(r["gold"], r["predicted"], strict=True)]
    assert report["scores"]["accuracy"] == pytest.approx(sum(a == b for a, b in words) / len(words))


def test_errors_and_confusions_add_up(run: RunFolder, report: dict) -> None:
    kinds, scores = report["taxonomy"]["kinds"], report["scores"]["all"]
    number = {kind: row["number"] for kind, row in kinds.items()}
    assert all(number[kind] for kind in ("boundary", "type", "missed", "spurious"))  # else this tests nothing
    assert sum(number.values()) == report["taxonomy"]["errors"]
    assert scores["gold"] - scores["correct"] == sum(number.values()) - number["spurious"]
    assert scores["predicted"] - scores["correct"] == sum(number.values()) - number["missed"]
    assert sum(row["share"] for row in kinds.values()) == pytest.approx(1)
    for kind in kinds:
        assert sum(row[kind] for row in report["taxonomy"]["types"].values()) == number[kind]
    # By hand: exact pairs leave; then a gold and a predicted entity of the same words are a wrong type.
    of_type = 0
    for row in rows_of(run):
        gold, predicted = entities(row["gold"]), entities(row["predicted"])
        places = {e[1:] for e in gold - predicted} & {e[1:] for e in predicted - gold}
        of_type += len(places)
    assert number["type"] == of_type
    cells = report["confusions"]
    for type_, row in report["scores"]["types"].items():
        assert sum(cells[type_].values()) == row["gold"]
        assert sum(line[type_] for line in cells.values()) == row["predicted"]
    assert sum(line[""] for line in cells.values()) == number["missed"]
    assert sum(cells[""].values()) == number["spurious"]


def test_breakdowns_by_hand(run: RunFolder, report: dict) -> None:
    known = json.loads(run.train_entities.read_text())
    found = report["breakdowns"]
    assert set(found) == {
        "entity length",
        "sentence length",
        "times in training",
        "seen in training",
        "position in document",
    }
    for breakdown in found.values():
        for key in ("correct", "gold", "predicted"):
            assert sum(row[key] for row in breakdown["groups"]) == report["scores"]["all"][key]
    one_word, unseen, first, often = Counter(), Counter(), Counter(), Counter()
    for index, row in enumerate(rows_of(run)):
        for side in ("gold", "predicted"):
            for _, begin, end in entities(row[side]):
                text = " ".join(row["words"][begin:end])
                one_word[side] += end - begin == 1
                unseen[side] += text not in known
                first[side] += index % 4 == 0
                often[side] += sum(known.get(text, {}).values()) >= 20

    def group(name: str, which: str) -> dict:
        (row,) = [row for row in found[name]["groups"] if row["group"] == which]
        return {side: row[side] for side in ("gold", "predicted")}

    assert group("entity length", "1") == one_word
    assert group("seen in training", "unseen") == group("times in training", "0") == unseen
    assert group("position in document", "1") == first
    assert group("times in training", "20 or more") == often


def test_calibration_by_hand(run: RunFolder, report: dict) -> None:
    answers = []
    for row in rows_of(run):
        gold = entities(row["gold"])
        answers += [(s["confidence"], (s["type"], s["begin"], s["end"]) in gold) for s in row["spans"]]
    gaps = 0.0
    for b in range(10):
        inside = [(c, r) for c, r in answers if b == min(9, int(c * 10))]
        gaps += abs(sum(c - r for c, r in inside))
    assert report["confidence"]["entities"]["ece"] == pytest.approx(gaps / len(answers))
    assert report["confidence"]["precision"] == pytest.approx(report["scores"]["all"]["precision"])
    assert report["confidence"]["coverage"][-1]["f1"] == pytest.approx(report["scores"]["all"]["f1"])
    words = report["confidence"]["temperature"]["words"]
    nll = {}
    for split, temperature in (
        ("test", 1.0),
        ("test", words["temperature"]),
        ("dev", words["temperature"]),
        ("dev", 1.0),
    ):
        total, number = 0.0, 0
        for row in rows_of(run, split):
            for tag, log_probs in zip(row["gold"], row["log_probs"], strict=True):
                scaled = [x / temperature for x in log_probs]
                total += math.log(sum(map(math.exp, scaled))) - scaled[reported_runs.LABELS.index(tag)]
                number += 1
        nll[split, temperature] = total / number
    assert words["before"] == pytest.approx(nll["test", 1.0])
    assert words["after"] == pytest.approx(nll["test", words["temperature"]])
    assert nll["dev", words["temperature"]] <= nll["dev", 1.0]
    assert words["gain"]["value"] == pytest.approx(words["before"] - words["after"])
    assert words["gain"]["interval"][0] < words["gain"]["value"] < words["gain"]["interval"][1]
    gap = report["confidence"]["gap"]
    assert gap["value"] == pytest.approx(report["confidence"]["mean_confidence"] - report["confidence"]["precision"])
    assert gap["interval"][0] < gap["value"] < gap["interval"][1]


def test_thresholds_are_those_of_predict(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=200)
    known = Calibration.of_run(run)
    assert known is not None and abs(known.temperature - 1) > 0.05
    sure = known.sure([s["confidence"] for row in rows_of(run) for s in row["spans"]])
    found = numbers(read(str(run.path), "test"))["confidence"]
    assert found["calibrated_by"] == pytest.approx(known.temperature, abs=1e-6)
    for row in found["thresholds"]:
        assert row["kept"] == sum(c >= row["threshold"] for c in sure)
    dev = numbers(read(str(run.path), "dev"))["confidence"]
    assert dev["calibrated_by"] == pytest.approx(known.temperature, abs=1e-6)
    run.predictions("dev").unlink()
    assert numbers(read(str(run.path), "test"))["confidence"]["calibrated_by"] is None


def test_a_temperature_is_advised_only_where_it_helps_beyond_chance_and_with_its_direction(report: dict) -> None:
    def said(temperature: float, low: float, gap: float = 0.06, after: float = 0.01) -> dict:
        gain = {"value": low + 0.02, "interval": [low, low + 0.04]}
        change = {"temperature": temperature, "before": 0.05, "after": after, "gain": gain}
        of_gap = {"value": gap, "interval": [gap - 0.02, gap + 0.02]}
        found = report["confidence"] | {"gap": of_gap, "temperature": {"entities": change} if temperature else None}
        scores = report["scores"] | {"all": report["scores"]["all"] | {"predicted": 400}}
        (finding,) = remarks._sureness(report | {"confidence": found, "scores": scores})
        return finding

    over, under = said(1.6, 0.01), said(0.7, 0.01, gap=-0.06)
    assert over["title"] == "The model is over-confident"
    assert "by dev, where the model is over-confident (temperature 1.60, above 1)" in over["advice"]
    assert under["title"] == "The model is under-confident"
    assert "by dev, where the model is under-confident (temperature 0.70, below 1)" in under["advice"]
    for none in (said(1.6, -0.001), said(1.6, 0.01, after=0.06)):
        assert "does not help here beyond chance" in none["advice"] and "calibrated=false" in none["advice"]
    assert "do not read them as probabilities" in said(0, 0)["advice"]  # dev itself: there is no temperature
    assert "ner-lab predict" not in said(1.0, 0)["advice"]  # nor where dev has too few
    assert said(1.6, -0.001, gap=0.01)["title"] == "The model is well calibrated on average"
    assert "can be read as probabilities. ner-lab predict calibrates by dev" in said(1.6, -0.001, gap=0.01)["advice"]


def test_what_the_other_fixed_and_broke_by_hand(run: RunFolder, other: RunFolder, report: dict) -> None:
    changes: Counter[str] = Counter()
    for a, b in zip(rows_of(run), rows_of(other), strict=True):
        gold, one, two = entities(a["gold"]), entities(a["predicted"]), entities(b["predicted"])
        changes["found"] += len((two & gold) - one)
        changes["lost"] += len((one & gold) - two)
        changes["dropped"] += len(one - gold - two)
        changes["added"] += len(two - gold - one)
    found = report["against"]
    assert {kind: found[kind]["number"] for kind in changes} == changes and all(changes.values())
    difference = found["difference"]
    rows = rows_of(other)
    theirs = f1_score([r["gold"] for r in rows], [r["predicted"] for r in rows])
    assert difference["f1"] == pytest.approx(theirs - report["scores"]["all"]["f1"])
    assert difference["interval"][0] <= difference["f1"] <= difference["interval"][1]
    assert found["scores"]["correct"] - report["scores"]["all"]["correct"] == changes["found"] - changes["lost"]


def test_every_sentence_with_an_error_is_there_and_no_other(run: RunFolder) -> None:
    report = numbers(read(str(run.path), "test"))
    there = {row["id"]: row for row in report["sentences"]}
    strict_only = 0
    for row in rows_of(run):
        wrong = entities(row["gold"]) != entities(row["predicted"])
        strict_only += row["id"] in there and not wrong
        assert wrong <= (row["id"] in there)
        if row["id"] in there:
            shown = there[row["id"]]
            assert shown["words"] == row["words"] and shown["document"] == row["document"]
            assert {(t, b, e) for b, e, t in shown.get("gold", [])} == entities(row["gold"])
            assert {(t, b, e) for b, e, t, _ in shown.get("predicted", [])} == entities(row["predicted"])
            assert bool(shown.get("errors")) == wrong and (wrong or shown["schemes"])
    assert sum(len(row.get("errors", [])) for row in there.values()) == report["taxonomy"]["errors"]


def test_the_audit_counts_the_sentences_that_a_scheme_scores_otherwise(run: RunFolder, report: dict) -> None:
    for number, (name, row) in enumerate(report["audit"].items()):
        marked = [s for s in report["sentences"] if number in s.get("schemes", [])]
        assert len(marked) == row["sentences"], name
    rows = rows_of(run)
    broken = sum(
        tag[0] == "I" and before[2:] != tag[2:]
        for r in rows
        for before, tag in zip(["O", *r["predicted"]], r["predicted"], strict=False)
    )
    assert sum(report["violations"].values()) == broken > 0
    assert report["audit"]["seqeval default"]["f1"] != report["audit"]["seqeval strict"]["f1"]


def test_suspects_come_with_rising_probability(run: RunFolder, report: dict) -> None:
    ranked = report["label_errors"]["ranked"]
    chances = [row["probability"] for row in ranked]
    assert len(chances) > 10 and chances == sorted(chances)
    worst = next(row for row in ranked if row["gold"])
    row = rows_of(run)[worst["index"]]
    begin, end, type_ = worst["gold"]["begin"], worst["gold"]["end"], worst["gold"]["type"]
    chances = [math.exp(row["log_probs"][t][reported_runs.LABELS.index(row["gold"][t])]) for t in range(begin, end)]
    if end < len(row["words"]):
        chances.append(1 - math.exp(row["log_probs"][end][reported_runs.LABELS.index(f"I-{type_}")]))
    assert worst["probability"] == pytest.approx(min(chances), abs=1e-5)


def test_findings_name_numbers_of_the_report(report: dict) -> None:
    first = report["findings"][0]
    kind = first["filter"]["kind"]
    assert f"{report['taxonomy']['kinds'][kind]['number']:,}" in first["title"]
    assert report["taxonomy"]["kinds"][kind]["f1_without"] == max(
        row["f1_without"] for row in report["taxonomy"]["kinds"].values()
    )
    assert len({finding["title"] for finding in report["findings"]}) == len(report["findings"]) >= 3


def test_the_verdict_names_what_the_findings_say(report: dict) -> None:
    kinds = report["taxonomy"]["kinds"]
    order = sorted(kinds, key=lambda kind: -kinds[kind]["f1_without"])
    titles = [finding["title"] for finding in report["findings"] if "kind" in (finding["filter"] or {})]
    assert titles[0].startswith(wording.KINDS[order[0]][0])
    wrong, (title, _) = report["verdict"]["wrong"], wording.KINDS[order[0]]
    assert wrong.startswith(f"Most F1 is lost to {title.lower()} ({kinds[order[0]]['number']:,} of ")
    weakest = min(report["scores"]["types"], key=lambda name: report["scores"]["types"][name]["f1"])
    assert f"weakest type is {weakest}" in wrong
    assert report["verdict"]["change"].startswith(wording.advice(order[0], report)[0])
    assert report["training"] == {"LOC": 4, "ORG": 25, "PER": 1}


def test_training_that_ended_too_early_comes_first(report: dict) -> None:
    def found(*f1: float) -> list[dict]:
        return findings({**report, "curves": {"dev/f1": [(10 * i, value) for i, value in enumerate(f1, 1)]}})

    assert found(0.5, 0.6)[0]["title"] == "Training stopped while dev F1 still rose"
    assert "only once" in found(0.5)[0]["title"] and "after 10 steps" in found(0.5)[0]["text"]
    for settled in ((0.5, 0.6, 0.601), (0.6, 0.5), ()):
        assert "kind" in found(*settled)[0]["filter"]
    rising = {**report, "curves": {"dev/f1": [(1, 0.5), (2, 0.6)]}}
    change = verdict(rising, findings(rising))
    assert change and change["change"].startswith("Training stopped while dev F1 still rose. Train longer")


def test_a_weak_model_does_not_doubt_gold(tmp_path: Path) -> None:
    doubts = {}
    for errors in (0.12, 0.6):
        run = reported_runs.make_run(tmp_path / str(errors), number=200, errors=errors)
        found = numbers(read(str(run.path), "test"))
        for row in found["label_errors"]["ranked"]:
            row["probability"] = 0.001
        titles = " ".join(one["title"] for one in findings(found))
        doubts[found["scores"]["all"]["f1"] > 0.5] = "may be annotation errors" in titles
        assert ("poor judge" in render(found)[0]) == (found["scores"]["all"]["f1"] < 0.5)
    assert doubts == {True: True, False: False}


def test_types_that_are_never_predicted_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_text("Ann B-PER B-PER\nin O O\nOslo B-LOC O\n\nRain B-WORK O\n\nOslo B-LOC O\n\n")
    report = numbers(read(str(path)))
    assert "It never predicts LOC and WORK." in report["verdict"]["wrong"]
    (silent,) = (one for one in report["findings"] if one["title"].startswith("Never predicted"))
    assert silent["title"] == "Never predicted: LOC and WORK" and silent["filter"] == {"type": "LOC"}
    assert "3 of 4 gold entities" in silent["text"]


def test_advice_leaves_out_what_is_in_place_and_what_cannot_be(report: dict) -> None:
    def config(**model: dict) -> dict:
        data = {"_target_": "X", "document_context": 1}
        loss = {"_target_": "ner_lab.losses.dice.Dice"}
        return {**report, "config": {**report["config"], "model": model, "data": data, "loss": loss}}

    assert "model/head=crf" in " ".join(wording.advice("boundary", report))
    crf, large = {"_target_": "ner_lab.models.crf.crf_head.CRFHead"}, {"name": "roberta-base"}
    for kind in wording.KINDS:
        steps = wording.advice(kind, config(head=crf, encoder=large))
        assert steps and not re.search(r"model/head|decode|roberta|document_context|loss=", " ".join(steps))
    # Viterbi under the scheme knows what may follow what, and not what does.
    viterbi = " ".join(wording.advice("boundary", config(head={"_target_": "L", "decode": "viterbi"}, encoder=large)))
    assert "model/head=crf" in viterbi and "decode" not in viterbi
    without = {**report, "source": {**report["source"], "documents": 0}}
    assert "document_context" not in " ".join(wording.advice("type", without))
    assert "document_context" in " ".join(wording.advice("type", report))


@pytest.mark.seconds
def test_every_setting_that_advice_names_can_be_set() -> None:
    # The source, since which advice is given depends on the numbers.
    source = " ".join(inspect.getsource(module) for module in (wording, remarks, findings_module))
    named = set(re.findall(r"\b(?:model|model/head|loss|data|trainer|callbacks)(?:\.[a-z_]+)*=[a-z_0-9.-]*\w", source))
    assert {"model/head=crf", "loss=focal", "trainer.max_epochs=10", "callbacks=early_stopping"} <= named
    for override in sorted(named):
        GlobalHydra.instance().clear()
        with initialize_config_module("ner_lab.conf", version_base="1.3"):
            compose("train", [override])


def test_a_perfect_run_and_one_without_any_entity(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "perfect", errors=0.0)
    found = numbers(read(str(run.path), "test"))
    assert found["scores"]["all"]["f1"] == 1 and found["taxonomy"]["errors"] == 0 and found["sentences"] == []
    assert not any((finding["filter"] or {}).get("kind") for finding in found["findings"])
    path = tmp_path / "empty.conll"
    path.write_text("It O O\nrains O O\n\n")
    nothing = numbers(read(str(path), "test"))
    assert nothing["scores"]["all"]["f1"] == 0 and nothing["confidence"] is None


def test_damage_is_refused(run: RunFolder, other: RunFolder, tmp_path: Path) -> None:
    changed = reported_runs.make_run(tmp_path / "changed")
    metrics = json.loads(changed.metrics.read_text())
    metrics["test"]["f1"] += 0.01
    changed.metrics.write_text(json.dumps(metrics))
    with pytest.raises(UserError, match=r"metrics\.json says"):
        numbers(read(str(changed.path), "test"))
    elsewhere = reported_runs.make_run(tmp_path / "elsewhere", seed=5)
    with pytest.raises(UserError, match=r"other words at .*predictions for the same gold data"):
        numbers(read(str(run.path), "test"), read(str(elsewhere.path), "test"))
    shorter = reported_runs.make_run(tmp_path / "shorter", number=8)
    with pytest.raises(UserError, match="has 8 sentences, not 60"):
        numbers(read(str(run.path), "test"), read(str(shorter.path), "test"))
    rows = rows_of(other)
    entity = next(row for row in rows if row["spans"])
    entity["spans"] = []
    other_path = other.predictions("spoilt")
    other_path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UserError, match=r"spoilt\.jsonl:\d+: entities or log-probabilities do not belong"):
        numbers(read(str(other.path), "spoilt"))


def test_documents_need_not_stand_together(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=60)
    rows = [{**row, "document": f"d{index % 12}"} for index, row in enumerate(rows_of(run))]
    run.predictions("test").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = numbers(read(str(run.path), "test"))
    assert (found["scores"]["unit"], found["scores"]["units"], found["source"]["documents"]) == ("document", 12, 12)
    first = sum(len(entities(row["gold"])) for row in rows[:12])
    assert found["breakdowns"]["position in document"]["groups"][0]["gold"] == first


def test_sentences_are_resampled_where_no_documents_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_text("Ann B-PER B-PER\nmet O O\n\nBob B-PER O\n\n" * 10)
    scores = numbers(read(str(path), "test"))["scores"]
    assert (scores["unit"], scores["units"]) == ("sentence", 20)
    # Ten of twenty found, nothing invented: recall is a mean of twenty coins.
    low, high = scores["all"]["intervals"]["recall"]
    assert (low + high) / 2 == pytest.approx(0.5, abs=0.05)
    assert high - low == pytest.approx(2 * 1.96 * float(np.sqrt(0.25 / 20)), rel=0.25)
