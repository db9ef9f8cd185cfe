"""`ner-lab compare tuned=true`: trials of searches, at equal budgets, in every output."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from made_runs import gold, predicted, write_run

from ner_lab.report.compare import compare, tuned
from ner_lab.report.compare.expected_best import Trials
from ner_lab.report.compare.significance import holm
from ner_lab.report.compare.tuned_results import TunedSystem


def write_trial(folder, loss, lr, right, seed=1, pruned=None, **config):
    settings = {"loss._target_": f"ner_lab.losses.{loss}.Loss", "seed": seed, "optimizer.lr": lr, "loss.gamma": lr * 2}
    path = folder / f"{loss}-{lr}-{seed}"
    found = predicted(gold(40, documents=10), right, seed=int(1e6 * lr) + seed)
    write_run(path, found, settings | config, (f"loss={loss}", f"optimizer.lr={lr}"))
    metrics = json.loads((path / "metrics.json").read_text())
    metrics["dev"] = metrics["test"] | {"f1": metrics["test"]["f1"] - 0.02}
    (path / "metrics.json").write_text(json.dumps(metrics))
    if pruned is not None:
        (path / "metrics.json").unlink()
        (path / "pruned.json").write_text(json.dumps({"step": 5, "evaluations": 1, "last": {"dev/f1": pruned}}))
    return path


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    rng = np.random.default_rng(0)
    for number in range(8):
        write_trial(folder, "nll", 0.001 * (number + 1), rng.uniform(0.4, 0.7))
    for number in range(10):
        write_trial(folder, "focal", 0.001 * (number + 1), rng.uniform(0.7, 0.9))
    write_trial(folder, "focal", 0.1, 0.5, pruned=0.99)
    write_trial(folder, "focal", 0.2, 0.5, pruned=0.05)
    return folder


def test_systems_are_compared_at_the_budget_of_the_one_with_the_fewest_trials(run, search):
    printed, result = run(search, "by=loss", "tuned=true")
    (one,) = result["tuned"]
    assert (one["budget"], one["compared_at"]) == (8, 2)
    by = {system["label"]: system for system in one["systems"]}
    assert [(label, s["trials"], s["pruned"]) for label, s in by.items()] == [("focal", 12, 2), ("nll", 8, 0)]
    dev = [json.loads((search / f"nll-{0.001 * n}-1" / "metrics.json").read_text())["dev"]["f1"] for n in range(1, 9)]
    expected = {point["trials"]: point for point in by["nll"]["expected"]}
    assert list(expected) == [1, 2, 4, 5, 8]
    for k, point in expected.items():
        assert point["dev"]["value"] == pytest.approx(np.mean([max(some) for some in combinations(dev, k)]))
        assert point["test"]["value"] == pytest.approx(point["dev"]["value"] + 0.02)  # as the runs were made
        assert (point["dev"]["low"] is None) == (k > 4)
    assert by["nll"]["best_test"] == pytest.approx(max(dev) + 0.02)
    (pair,) = one["pairs"]
    assert (pair["a"], pair["b"], pair["trials"], pair["verdict"]) == ("focal", "nll", 2, "focal better")
    assert "After 2 trials each: focal is better than nll by" in printed and "assumes a random search" in printed


def test_from_python_the_table_has_a_row_a_system(run, search):
    _, result = run(search, "by=loss", "tuned=true")
    table = compare(search, by="loss", tuned=True).table
    (one,) = result["tuned"]
    assert table["system"].tolist() == ["focal", "nll"] and set(table["corpus"]) == {one["corpus"]}
    for row, system in zip(table.to_dict("records"), one["systems"], strict=True):
        assert (row["trials"], row["pruned"], row["budget"]) == (system["trials"], system["pruned"], 8)
        last = system["expected"][-1]
        assert (row["dev"], row["test"]) == (last["dev"]["value"], last["test"]["value"])
        assert (row["best_dev"], row["best_test"]) == (system["best_dev"], system["best_test"])


def test_the_table_of_pairs_has_the_p_of_equivalence_where_that_was_asked(search, tmp_path, run):
    path = tmp_path / "out.md"
    _, result = run(search, "by=loss", "tuned=true", "equivalent=3", f"markdown={path}")
    p = result["tuned"][0]["pairs"][0]["p_equivalent_holm"]
    assert "p (within 3, Holm)" in path.read_text() and f"| {p:.3f} | focal better" in path.read_text().replace(
        "\\", ""
    )


def test_pruned_trials_are_spent_and_below_all_that_finished(run, search):
    _, result = run(search, "by=loss", "tuned=true")
    focal = result["tuned"][0]["systems"][0]
    finished = [
        json.loads((search / f"focal-{0.001 * n}-1" / "metrics.json").read_text())["dev"]["f1"] for n in range(1, 11)
    ]
    values = [*finished, min(finished), 0.05]
    assert focal["expected"][0]["dev"]["value"] == pytest.approx(np.mean(values))
    assert focal["best_dev"] == pytest.approx(max(finished))
    # The test score of the best of two, where one of them finished: a pruned one is never chosen, even at the worst.
    pairs = [[x for x in two if x is not None] for two in combinations([*finished, None, None], 2)]
    best = [max(known) + 0.02 for known in pairs if known]
    point = next(point for point in focal["expected"] if point["trials"] == 2)
    assert point["test"]["value"] == pytest.approx(np.mean(best))


def test_seeds_of_a_configuration_are_one_trial(run, tmp_path):
    for loss, right in (("nll", 0.5), ("focal", 0.8)):
        for lr in (0.001, 0.002, 0.003, 0.004):
            for seed in (1, 2):
                write_trial(tmp_path / "s", loss, lr, right, seed)
    _, result = run(tmp_path / "s", "by=loss", "tuned=true", "metric=f1_macro")
    assert [s["trials"] for s in result["tuned"][0]["systems"]] == [4, 4] and result["metric"] == "f1_macro"


def test_it_is_in_every_output_with_holm_over_all_corpora(run, search, tmp_path):
    other = tmp_path / "other"
    for number in range(6):
        write_trial(other, "nll", 0.001 * (number + 1), 0.3 + 0.05 * number, **{"data.dir": "corpora/b"})
        write_trial(other, "focal", 0.001 * (number + 1), 0.32 + 0.05 * number, **{"data.dir": "corpora/b"})
    files = {key: tmp_path / f"out.{key}" for key in ("csv", "markdown", "latex", "html", "svg")}
    arguments = [f"{key}={path}" for key, path in files.items()]
    _, result = run(search, other, "by=loss", "tuned=true", "equivalent=1", *arguments)
    assert [one["corpus"] for one in result["tuned"]] == ["made", "b"]
    pairs = [pair for one in result["tuned"] for pair in one["pairs"]]
    assert [pair["p_holm"] for pair in pairs] == pytest.approx(holm([pair["p"] for pair in pairs]))
    assert pairs[1]["verdict"] in ("not known yet", "equivalent within 1")
    rows = list(csv.DictReader(files["csv"].open()))
    assert list(rows[0]) == [
        "corpus", "system", "metric", "trials", "dev", "dev_low", "dev_high", "test", "test_low", "test_high",
    ]  # fmt: skip
    first = result["tuned"][0]["systems"][0]["expected"][0]
    assert float(rows[0]["dev"]) == pytest.approx(first["dev"]["value"], rel=1e-4)
    for key in ("markdown", "latex", "html"):
        assert "after tuning" in files[key].read_text(), key
    assert {path.name for path in files["svg"].iterdir()} == {"tuning-0.svg", "tuning-1.svg"}
    ElementTree.fromstring((files["svg"] / "tuning-0.svg").read_text())
    assert files["html"].read_text().count("<svg") == 2
    assert result["units"][1].startswith("b: units are trials")
    for key in ("markdown", "latex", "html"):
        assert "units are trials" in files[key].read_text(), key
    # What is said of the tests of runs does not hold of trials.
    assert "over trials" in files["html"].read_text() and "Satterthwaite" not in files["html"].read_text()


def test_what_is_no_search_is_refused_or_left_out_by_name(run, search, tmp_path, refused):
    for loss in ("nll", "focal"):
        for seed in (1, 2, 3):
            write_trial(tmp_path / "plain", loss, 0.001, 0.8, seed)
    said = refused(tmp_path / "plain", "by=loss", "tuned=true")
    assert "nothing was tuned here: each of focal, nll has one configuration" in said
    assert "tuned=true needs by=" in refused(search, "tuned=true") and "needs by=" in refused(
        search, "tuned=true", "by=run"
    )
    assert "tuned=maybe: must be true or false" in refused(search, "tuned=maybe", "by=loss")
    assert "one or the other" in refused(search, "tuned=true", "across=data", "by=loss")
    assert "chosen on dev and scored on test" in refused(search, "tuned=true", "split=dev", "by=loss")
    assert "by=nothing: no run has this key" in refused(search, "tuned=true", "by=nothing")
    assert "baseline=dice: no system is called that; there are" in refused(
        search, "tuned=true", "by=loss", "baseline=dice"
    )
    assert "no finished trial with f1.XYZ of dev and test" in refused(search, "tuned=true", "by=loss", "metric=f1.XYZ")
    (tmp_path / "flair").mkdir()
    (tmp_path / "flair" / "1.txt").write_text("Ada B-PER B-PER\n")
    broken = write_trial(tmp_path / "more", "nll", 0.5, 0.5)
    (broken / "metrics.json").write_text('{"dev": {"f1": NaN}}')
    printed, result = run(search, tmp_path / "more", tmp_path / "flair" / "1.txt", "by=loss", "tuned=true")
    reasons = {one["run"].rpartition("/")[2]: one["reason"] for one in result["left_out"]}
    assert "does not say what was tuned" in reasons["1.txt"] and "damaged" in reasons["nll-0.5-1"]
    assert "nan" not in printed.lower().replace("nobody", "")
    assert result["tuned"][0]["budget"] == 8


def test_every_trial_pruned_is_said(run, search, tmp_path):
    for lr in (0.001, 0.002):
        write_trial(tmp_path / "dice", "dice", lr, 0.5, pruned=0.1)
    printed, result = run(search, tmp_path / "dice", "by=loss", "tuned=true")
    assert "every trial of dice was pruned: there is no model to score" in printed
    assert result["tuned"][0]["budget"] == 8


@pytest.mark.parametrize("score", [0.1, 0.3, 0.7, 0.8123])
@pytest.mark.parametrize(("first", "second"), [(7, 9), (8, 12), (13, 16), (11, 30)])
def test_trials_of_the_same_score_are_identical_whatever_their_sums_round_to(first, second, score):
    systems = []
    for label, n in (("a", first), ("b", second)):
        trials = Trials(np.linspace(0.2, 0.8, n), np.full(n, score))
        systems.append(TunedSystem(label, trials, n, 0, 0.8, score, ()))
    pair = tuned._pair(systems[0], systems[1], max(1, first // 4))
    assert (pair.p, pair.standard_error) == (1.0, 0.0)
