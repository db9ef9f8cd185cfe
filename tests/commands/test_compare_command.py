"""`ner-lab compare` on made-up runs: what it says, what it writes, what it leaves out and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from made_runs import age, edit_json, gold, predicted, study, write_run

from ner_lab.commands import compare
from ner_lab.report.compare.significance import holm


@pytest.fixture(scope="module")
def losses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("losses")
    study(folder, {"nll": 0.8, "focal": 0.88, "dice": 0.8})
    return folder


def test_what_runs_differ_in_is_found_and_compared(run, losses):
    printed, result = run(losses)
    (one,) = result["test_sets"]
    assert (result["split"], result["metric"], one["by"]) == ("test", "f1", ["loss"])
    assert [(system["label"], system["n"]) for system in one["systems"]] == [("nll", 5), ("focal", 5), ("dice", 5)]
    assert (one["sentences"], one["documents"], one["remarks"]) == (120, 40, [])
    for system in one["systems"]:  # against what training wrote into metrics.json
        scores = [json.loads((losses / r["run"] / "metrics.json").read_text())["test"] for r in system["runs"]]
        assert [r["score"] for r in system["runs"]] == pytest.approx([s["f1"] for s in scores])
        assert system["mean"] == pytest.approx(sum(s["f1"] for s in scores) / 5)
        per = sum(s["per_type"]["PER"]["f1"] for s in scores) / 5
        assert system["f1_per_type"]["PER"] == pytest.approx(per)
        assert (system["seconds"], system["words_per_s"]) == (60, 1000)
    assert "focal is better than nll by" in printed and "Not known yet which of nll and dice is better in F1" in printed
    assert "To detect a difference of 0.5 points" in printed


def test_the_csv_has_the_columns_scripts_rely_on_and_holm_over_all_pairs(run, losses, tmp_path):
    _, result = run(losses, f"csv={tmp_path / 'pairs.csv'}")
    rows = list(csv.DictReader((tmp_path / "pairs.csv").open()))
    assert list(rows[0]) == ["a", "b", "metric", "difference", "low", "high", "p", "p_holm", "verdict", "units"]
    assert [(row["a"], row["b"]) for row in rows] == [("focal", "nll"), ("focal", "dice"), ("nll", "dice")]
    means = {system["label"]: system["mean"] for system in result["test_sets"][0]["systems"]}
    for row in rows:
        low, difference, high = (float(row[key]) for key in ("low", "difference", "high"))
        assert difference == pytest.approx(means[row["a"]] - means[row["b"]], abs=1e-6)
        assert low < difference < high
        assert (float(row["p"]) < 0.05) == (not low <= 0 <= high)
    assert [float(row["p_holm"]) for row in rows] == pytest.approx(holm([float(row["p"]) for row in rows]), rel=1e-4)
    assert [row["verdict"] for row in rows] == ["focal better", "focal better", "not known yet"]
    assert all(float(row["difference"]) > 0 for row in rows), "the better one comes first"


def test_a_baseline_is_compared_with_all_others_and_with_nothing_else(run, losses):
    _, result = run(losses, "baseline=nll", "by=loss")
    pairs = result["test_sets"][0]["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("focal", "nll"), ("dice", "nll")]
    assert [p["p_holm"] for p in pairs] == pytest.approx(holm([p["p"] for p in pairs]))
    assert pairs[0]["difference"] > 0 and pairs[0]["verdict"] == "focal better"


@pytest.mark.parametrize("metric", ["f1_strict", "f1_macro", "precision", "recall", "accuracy", "f1.PER"])
def test_other_metrics_are_those_of_the_runs(run, losses, metric):
    _, result = run(losses, f"metric={metric}")
    system = result["test_sets"][0]["systems"][1]
    for one in system["runs"]:
        scores = json.loads((losses / one["run"] / "metrics.json").read_text())["test"]
        scores["f1.PER"] = scores["per_type"]["PER"]["f1"]
        scores["f1_macro"] = sum(row["f1"] for row in scores["per_type"].values()) / 3
        assert one["score"] == pytest.approx(scores[metric])


def test_holm_runs_over_the_pairs_of_all_test_sets(run, losses, tmp_path):
    study(tmp_path / "other", {"nll": 0.8, "focal": 0.84, "dice": 0.8}, sentences=gold(120, seed=9))
    printed, result = run(losses, tmp_path / "other")
    pairs = [pair for one in result["test_sets"] for pair in one["pairs"]]
    assert [pair["p_holm"] for pair in pairs] == pytest.approx(holm([pair["p"] for pair in pairs]))
    assert {pair["tests"] for pair in pairs} == {6} and "after Holm's correction for 6 comparisons" in printed
    # One of them is significant among the three of its test set, and not among all six.
    assert any(a["p_holm"] < 0.05 for a in pairs)
    for pair in pairs:
        assert pair["outcome"] == (
            "unknown" if pair["p_holm"] >= 0.05 else "better" if pair["difference"] > 0 else "worse"
        )
        assert ("Not known yet" in pair["sentence"]) == (pair["p_holm"] >= 0.05)


def test_equivalence_is_in_every_output(run, losses, tmp_path):
    files = {key: tmp_path / f"out.{key}" for key in ("csv", "markdown", "latex", "html")}
    printed, result = run(losses, "equivalent=9", *(f"{key}={path}" for key, path in files.items()))
    assert result["equivalent"] == 9
    pairs = {(pair["a"], pair["b"]): pair for pair in result["test_sets"][0]["pairs"]}
    assert (pairs["nll", "dice"]["verdict"], pairs["nll", "dice"]["outcome"]) == ("equivalent within 9", "equivalent")
    assert [pair["p_equivalent_holm"] for pair in pairs.values()] == pytest.approx(
        holm([pair["p_equivalent"] for pair in pairs.values()])
    )
    assert "nll and dice are equivalent within 9 points of F1" in printed
    for key in ("csv", "markdown", "latex", "html"):
        assert "equivalent within 9" in files[key].read_text(), key
    rows = list(csv.DictReader(files["csv"].open()))
    assert float(rows[2]["p_equivalent_holm"]) == pytest.approx(pairs["nll", "dice"]["p_equivalent_holm"], rel=1e-4)


def test_identical_predictions_differ_by_nothing(run, tmp_path):
    sentences = study(tmp_path / "s", {"nll": 0.8})
    for seed in range(1, 6):
        found = predicted(sentences, 0.8, seed)
        write_run(tmp_path / "s" / f"b{seed}", found, {"loss._target_": "x.focal.F", "seed": seed}, ("loss=focal",))
    printed, result = run(tmp_path / "s")
    (pair,) = result["test_sets"][0]["pairs"]
    assert (pair["difference"], pair["low"], pair["high"], pair["p"], pair["paired"]) == (0, 0, 0, 1, True)
    assert pair["sentence"] == "nll and focal have identical scores."
    assert "To detect a difference" not in printed  # nothing varied, which says nothing of the next seed


@pytest.mark.parametrize(("seeds", "verdict"), [(1, None), (2, None), (3, "caution: 3 seeds"), (4, "caution: 4 seeds")])
def test_few_seeds_are_cautioned_and_very_few_give_no_verdict(run, tmp_path, seeds, verdict):
    study(tmp_path / "s", {"nll": 0.5, "focal": 0.95}, seeds=seeds)
    printed, result = run(tmp_path / "s")
    (pair,) = result["test_sets"][0]["pairs"]
    if verdict is None:
        assert pair["verdict"] == "these two models only" and pair["p"] is pair["low"] is pair["p_holm"] is None
        assert pair["difference"] > 0 and "No verdict about the two systems" in printed
        assert "better than" not in printed
    else:
        assert pair["verdict"] == f"focal better ({verdict})" and f"Caution: {seeds} seeds." in pair["sentence"]
        assert printed.count(f"caution: {seeds} seeds are few: in simulations, up to") == 1


def test_pairs_are_made_only_where_seeds_are_shared(run, tmp_path):
    sentences = study(tmp_path / "s", {"nll": 0.8, "focal": 0.8})
    assert run(tmp_path / "s")[1]["test_sets"][0]["pairs"][0]["paired"] is True
    extra = {"loss._target_": "ner_lab.losses.focal.Loss", "seed": 77}
    write_run(tmp_path / "s" / "77", predicted(sentences, 0.8, 77), extra, ("loss=focal", "seed=77"))
    _, result = run(tmp_path / "s")
    assert result["test_sets"][0]["pairs"][0]["paired"] is False
    assert "unequal numbers of runs: nll 5, focal 6" in result["test_sets"][0]["remarks"]


def test_runs_that_auto_computed_in_several_precisions_are_named(run, losses, tmp_path):
    folder = shutil.copytree(losses, tmp_path / "s")
    for index in range(15):
        precision = "bf16-mixed" if index == 3 else "32-true"
        edit_json(folder / str(index) / "environment.json", lambda value, p=precision: value.update(precision=p))
    said = "the runs were computed in 32-true and bf16-mixed (precision in environment.json)"
    assert said in run(folder)[1]["test_sets"][0]["remarks"]
    assert said not in run(losses)[1]["test_sets"][0]["remarks"]


def test_unfinished_and_damaged_runs_are_listed_with_the_reason(run, losses, tmp_path):
    folder = shutil.copytree(losses, tmp_path / "s")
    (folder / "0" / "metrics.json").unlink()
    (folder / "0" / "checkpoints").mkdir(exist_ok=True)
    (folder / "0" / "checkpoints" / "last.ckpt").touch()
    (folder / "1" / "metrics.json").write_text('{"test": ')
    (folder / "2" / "predictions" / "test.jsonl").unlink()
    predictions = folder / "3" / "predictions" / "test.jsonl"
    predictions.write_bytes(predictions.read_bytes()[:-40])
    edit_json(folder / "5" / "metrics.json", lambda metrics: metrics["test"].update(f1=0.99))
    printed, result = run(folder)
    reasons = {one["run"].rpartition("/")[2]: one["reason"] for one in result["left_out"]}
    assert reasons.keys() == {"0", "1", "2", "3", "5"}
    assert reasons["0"] == f"unfinished: no metrics.json; go on with: ner-lab train resume={folder / '0'}"
    assert reasons["1"].startswith("damaged: metrics.json:1: no JSON ")
    assert "test.jsonl: No such file" in reasons["2"]
    assert "test.jsonl:120: not a prediction" in reasons["3"]
    assert "0.99" in reasons["5"] and "changed after the run" in reasons["5"]
    assert [system["n"] for system in result["test_sets"][0]["systems"]] == [1, 4, 5]
    assert all(reason in printed for reason in reasons.values())


def test_the_same_run_twice_is_no_second_piece_of_evidence(run, losses, tmp_path):
    folder = shutil.copytree(losses, tmp_path / "s")
    shutil.copytree(folder / "4", folder / "again")
    age(folder / "4" / "metrics.json", 60)
    _, result = run(folder)
    (left_out,) = result["left_out"]
    assert left_out["run"].endswith("/4") and "same settings and seed as" in left_out["reason"]
    assert [system["n"] for system in result["test_sets"][0]["systems"]] == [5, 5, 5]


def test_test_sets_are_never_mixed(run, losses, tmp_path):
    study(tmp_path / "other", {"nll": 0.9, "focal": 0.9}, sentences=gold(60, seed=9))
    _, result = run(losses, tmp_path / "other", f"csv={tmp_path / 'pairs.csv'}", f"svg={tmp_path / 'svg'}")
    assert [one["sentences"] for one in result["test_sets"]] == [120, 60]
    for one in result["test_sets"]:
        labels = {system["label"] for system in one["systems"]}
        assert {pair["a"] for pair in one["pairs"]} | {pair["b"] for pair in one["pairs"]} == labels
    rows = list(csv.DictReader((tmp_path / "pairs.csv").open()))
    assert len(rows) == 3 + 1 and list(rows[0])[-1] == "test_set"
    assert (tmp_path / "svg" / "scores-0.svg").is_file() and (tmp_path / "svg" / "scores-1.svg").is_file()


def test_test_sets_that_may_have_been_meant_to_be_one_are_named(run, losses, tmp_path):
    def other(change):
        sentences = [replace(one, words=change(one.words)) for one in gold()]
        return study(tmp_path / "other", {"nll": 0.9}, sentences=sentences)

    other(lambda words: tuple(word.upper() for word in words))
    remarks = [one["remarks"] for one in run(losses, tmp_path / "other")[1]["test_sets"]]
    assert all("as many sentences but other words" in some[-1] for some in remarks) and len(remarks) == 2
    study(tmp_path / "other", {"nll": 0.9}, sentences=[replace(one, tags=("O",) * 12) for one in gold()])
    remarks = [one["remarks"] for one in run(losses, tmp_path / "other")[1]["test_sets"]]
    assert all("the same sentences with other gold tags" in some[-1] for some in remarks) and len(remarks) == 2


def test_trials_that_did_not_finish_are_part_of_the_budget(run, losses, tmp_path):
    folder = shutil.copytree(losses, tmp_path / "s")
    for number in range(20, 23):  # three more of focal, pruned or killed
        config = {"loss._target_": "ner_lab.losses.focal.Loss", "seed": number}
        write_run(folder / str(number), predicted(gold(), 0.8, number), config, ("loss=focal", f"seed={number}"))
        (folder / str(number) / "metrics.json").unlink()
    shutil.copytree(folder / "0", folder / "killed")  # and was done when it was repeated: no further trial
    (folder / "killed" / "metrics.json").unlink()
    _, result = run(folder)
    said = "unequal numbers of trials, those that did not finish included: nll 5, focal 8, dice 5"
    assert result["test_sets"][0]["remarks"] == [said]


def test_scores_of_nothing_and_few_documents_are_cautioned(run, tmp_path):
    long_and_short = [replace(one, document=f"d{max(0, n - 90)}") for n, one in enumerate(gold())]  # one of 91, 29 of 1
    study(tmp_path / "s", {"nll": 0.0, "focal": 0.0}, sentences=[replace(one, document="") for one in gold()])
    for path in (tmp_path / "s").glob("*/predictions/test.jsonl"):
        path.write_text(re.sub(r'"predicted": \[[^]]*\]', f'"predicted": {json.dumps(["O"] * 12)}', path.read_text()))
        edit_json(path.parents[1] / "metrics.json", lambda metrics: metrics["test"].update(f1=0.0))
    assert run(tmp_path / "s")[1]["test_sets"][0]["remarks"] == [
        "every run has a score of 0: nothing was learned that F1 could compare"
    ]
    study(tmp_path / "t", {"nll": 0.8, "focal": 0.8}, sentences=long_and_short)
    (remark,) = run(tmp_path / "t")[1]["test_sets"][0]["remarks"]
    assert remark.startswith("the test set has 30 documents, which count as 2 of equal length")


def test_unequal_budgets_data_and_code_are_warned_of(run, losses, tmp_path):
    folder = shutil.copytree(losses, tmp_path / "s")
    for number in range(5, 10):  # focal
        path = folder / str(number) / "config.yaml"
        path.write_text(path.read_text().replace("max_epochs: 3", "max_epochs: 9").replace("size: 32", "size: 8"))
        data = {"data": {"train": "other", "dev": "d"}, "git": {"commit": "b" * 40, "dirty": True}}
        edit_json(folder / str(number) / "environment.json", lambda value, data=data: value.update(data))
    printed, result = run(folder, "by=loss")
    remarks = "\n".join(result["test_sets"][0]["remarks"])
    assert "unequal epochs: nll 3, focal 9, dice 3" in remarks
    assert "unequal batch sizes: nll 32, focal 8, dice 32" in remarks
    assert "the train data differs between runs" in remarks and "the dev data" not in remarks
    assert "5 of 15 runs were made by code that was not committed" in remarks
    assert "2 versions of the code: aaaaaaa, bbbbbbb" in remarks
    assert all(f"caution: {remark}" in printed for remark in remarks.splitlines())


def test_a_setting_that_varies_within_a_system_is_warned_of(run, tmp_path):
    sentences = gold()
    for seed in range(1, 7):
        rate = 0.1 if seed > 3 else 0.001
        for loss in ("nll", "focal"):
            config = {"loss._target_": f"x.{loss}.L", "seed": seed, "optimizer.lr": rate}
            words = (f"loss={loss}", f"optimizer.lr={rate}")
            write_run(tmp_path / "s" / f"{loss}{seed}", predicted(sentences, 0.8, seed), config, words)
    _, result = run(tmp_path / "s", "by=loss")
    assert "also differ in optimizer.lr" in "\n".join(result["test_sets"][0]["remarks"])
    _, result = run(tmp_path / "s")
    labels = [system["label"] for system in result["test_sets"][0]["systems"]]
    assert labels == ["focal, lr=0.001", "focal, lr=0.1", "nll, lr=0.001", "nll, lr=0.1"]
    assert [remark[:18] for remark in result["test_sets"][0]["remarks"]] == ["3 seeds are few: i"]


def test_a_system_alone_is_called_by_what_was_typed_of_it(run, tmp_path):
    config = {"loss._target_": "ner_lab.losses.Focal", "data.dir": "corpora/made"}
    for seed in (1, 2):
        words = ("data=column", "data.dir=corpora/made", f"seed={seed}", "loss=focal", "model/head=linear")
        write_run(tmp_path / "s" / str(seed), predicted(gold(), 0.8, seed), config | {"seed": seed}, words)
    (one,) = run(tmp_path / "s")[1]["test_sets"]
    assert one["name"] == "made test" and [system["label"] for system in one["systems"]] == ["focal, linear"]


def test_predictions_of_other_toolkits_are_runs(run, losses, tmp_path):
    for number in range(5):
        view = losses / str(number) / "predictions" / "test.conll"
        shutil.copy(view, tmp_path / f"flair-seed{number + 1}.txt")
    _, result = run(losses / "[5-9]", tmp_path / "flair-*.txt")
    (one,) = result["test_sets"]  # the same sentences, so the same test set; documents as the run folders have them
    assert [(system["label"], system["n"]) for system in one["systems"]] == [("focal", 5), ("flair", 5)]
    assert one["documents"] == 40
    (pair,) = one["pairs"]
    assert (pair["paired"], pair["verdict"]) == (False, "focal better")
    assert [r["seed"] for r in one["systems"][1]["runs"]] == [1, 2, 3, 4, 5]


def test_runs_can_be_given_a_name(run, losses):
    _, result = run(f"ours={losses}/[5-9]", f"theirs={losses}/[0-4]", "baseline=theirs")
    (pair,) = result["test_sets"][0]["pairs"]
    assert (pair["a"], pair["b"], pair["verdict"]) == ("ours", "theirs", "ours better")


def test_what_exists_as_a_path_is_a_path(run, losses, tmp_path, monkeypatch):
    shutil.copytree(losses, tmp_path / "by=loss")
    monkeypatch.chdir(tmp_path)
    assert len(run("by=loss")[1]["test_sets"][0]["systems"]) == 3


@pytest.mark.parametrize(
    ("documents", "units", "assumed"),
    [
        (None, r"blocks of about \d+ consecutive sentences", "keeps the order of the text"),
        (10, "10 documents", "documents are independent"),
    ],
)
def test_every_output_begins_with_what_the_units_are_and_what_that_assumes(run, tmp_path, documents, units, assumed):
    study(tmp_path / "s", {"nll": 0.8, "focal": 0.8}, sentences=gold(50, documents=documents))
    outputs = {key: tmp_path / f"out.{key}" for key in ("markdown", "latex", "html", "csv")}
    printed, result = run(tmp_path / "s", *(f"{key}={path}" for key, path in outputs.items()))
    (one,) = result["test_sets"]
    assert one["documents"] == documents and re.fullmatch(units, one["units"]["name"])
    first = {"terminal": printed.splitlines()[0], "json": result["units"][0]}
    first |= {key: outputs[key].read_text().splitlines()[0] for key in ("markdown", "latex")}
    page = Tags()
    page.feed(outputs["html"].read_text())
    first["html"] = page.text[: page.text.index("nll")]
    assert next(iter(result)) == "units"
    for name, text in first.items():
        assert re.search(units, text.replace("\\", "")) and assumed in text, name
    rows = list(csv.DictReader(outputs["csv"].open()))
    assert all(re.fullmatch(units, row["units"]) for row in rows)
    assert ("no method can correct for shuffled sentences" in printed) == (documents is None)


def test_a_name_that_all_sentences_share_tells_no_documents(run, tmp_path):
    """A file with a single `-DOCSTART-` at its head: blocks of sentences count, as without it."""
    study(tmp_path / "s", {"nll": 0.5, "focal": 0.9}, sentences=gold(50, documents=1))
    printed, result = run(tmp_path / "s")
    assert result["test_sets"][0]["documents"] is None and "no documents are known" in printed
    assert result["test_sets"][0]["pairs"][0]["verdict"] == "focal better"


def test_a_single_sentence_gives_no_verdict(run, tmp_path):
    study(tmp_path / "s", {"nll": 0.5, "focal": 0.9}, sentences=gold(1, documents=1))
    _, result = run(tmp_path / "s")
    assert result["test_sets"][0]["pairs"][0]["verdict"] == "these two models only"
    assert "focal \N{MINUS SIGN} nll is" in result["test_sets"][0]["pairs"][0]["sentence"]


def test_a_single_sentence_is_called_one(run, tmp_path):
    study(tmp_path / "s", {"nll": 0.5, "focal": 0.9}, sentences=gold(1, documents=None))
    printed, result = run(tmp_path / "s")
    one = result["test_sets"][0]
    assert one["units"]["name"] == "1 sentence" and one["units"]["number"] == [1, 1]
    assert "single sentence" in one["pairs"][0]["sentence"] and "single sentence" in one["remarks"][-1]
    assert "document" not in one["pairs"][0]["sentence"] and "1 blocks" not in printed


def test_two_sentences_are_two_and_no_evidence(run, tmp_path):
    study(tmp_path / "s", {"nll": 0.2, "focal": 0.9}, seeds=2, sentences=gold(2, documents=None))
    printed, result = run(tmp_path / "s")
    (one,) = result["test_sets"]
    assert "counts as a single sentence, though it has 2" in one["remarks"][-1] and "is a single" not in printed
    assert "interval" not in one["pairs"][0]["sentence"]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_pages_and_figures_need_nothing_else_and_escape_what_runs_say(run, tmp_path):
    hostile = '<script>alert("x")</script>&'
    sentences = study(tmp_path / "s", {"nll": 0.6})
    for seed in range(1, 6):
        found = predicted(sentences, 0.95, seed + 50)
        write_run(tmp_path / "s" / f"h{seed}", found, {"optimizer.name": hostile, "seed": seed})
    outputs = {key: tmp_path / f"out.{key}" for key in ("html", "markdown", "latex", "svg")}
    run(tmp_path / "s", "by=optimizer.name", *(f"{key}={path}" for key, path in outputs.items()))
    page = Tags()
    page.feed(outputs["html"].read_text())
    assert not [tag for tag, _ in page.seen if tag in ("script", "link", "iframe", "img")]
    remote = [value for _, attrs in page.seen for key, value in attrs.items() if key in ("src", "href", "xlink:href")]
    assert remote == [] and "url(" not in outputs["html"].read_text()
    assert hostile in page.text and "better than" in page.text
    for name in ("scores", "differences", "verdicts"):
        root = ElementTree.fromstring((outputs["svg"] / f"{name}.svg").read_text())
        assert not [e for e in root.iter() if e.tag.endswith("script")]
        assert "script" in " ".join(root.itertext())
    circles = ElementTree.fromstring((outputs["svg"] / "scores.svg").read_text()).iter(
        "{http://www.w3.org/2000/svg}circle"
    )
    assert len(list(circles)) == 10
    assert "<script>" not in outputs["markdown"].read_text()
    assert r"\&" in outputs["latex"].read_text() and r"\toprule" in outputs["latex"].read_text()


def test_what_cannot_be_done_is_refused_with_what_to_do(losses, tmp_path, refused):
    (tmp_path / "empty").mkdir()
    assert "no runs given" in refused("by=loss")
    assert "nope: no such file or folder" in refused("nope")
    assert "no run in this folder" in refused(tmp_path / "empty")
    assert "baseline=ce: no system is called that; there are nll, focal, dice" in refused(losses, "baseline=ce")
    assert "by=lr: no run has this key in its config; the runs differ in loss" in refused(losses, "by=lr")
    assert "baselin=nll: baselin is no option (those are by, baseline, " in refused(losses, "baselin=nll")
    assert "equivalent=-1: must be a number of points above 0" in refused(losses, "equivalent=-1")
    assert "equivalent=abc: must be a number of points above 0" in refused(losses, "equivalent=abc")
    assert "metric=f2: must be one of f1, f1_strict" in refused(losses, "metric=f2")
    assert "a value is missing" in refused(losses, "csv=")
    assert "--by: options are KEY=VALUE" in refused(losses, "--by")
    assert "--by=loss: options are KEY=VALUE" in refused(losses, "--by=loss")
    assert "by=loss was given already" in refused(losses, "by=loss", "by=seed")
    assert "metric=f1.XYZ: no run has entities of that type; the types are LOC, ORG, PER" in refused(
        losses, "metric=f1.XYZ"
    )
    said = refused(losses, "split=dev")
    assert "no finished run with predictions for split=dev" in said and "... and 10 more" in said
    assert f"{losses}/0: predictions/dev.jsonl: No such file" in said
    (tmp_path / "file").write_text("")
    assert "file is a file, where a folder is meant" in refused(losses, f"csv={tmp_path / 'file' / 'a.csv'}")
    said = refused(losses, f"csv={tmp_path / 'file'}")
    assert "file is there already; nothing is overwritten" in said and "overwrite=true" in said
    assert "overwrite=maybe: must be true or false" in refused(losses, f"csv={tmp_path / 'x'}", "overwrite=maybe")


def test_runs_that_differ_in_much_need_to_be_told_what_counts(run, tmp_path, refused):
    keys = ("optimizer.lr", "data.batch_size", "data.size", "model.dropout")
    for number in range(3):
        config = dict.fromkeys(keys, number + 1)
        write_run(tmp_path / "s" / str(number), predicted(gold(), 0.8, number), config, tuple(f"{k}=1" for k in keys))
    said = refused(tmp_path / "s")
    assert "differ in 4 settings (optimizer.lr, data.batch_size, data.size, model.dropout)" in said and "by=run" in said
    _, result = run(tmp_path / "s", "by=run")
    assert [system["label"][-1] for system in result["test_sets"][0]["systems"]] == ["0", "1", "2"]


def test_help_names_every_option(capsys):
    compare.start(["--help"])
    printed = capsys.readouterr().out
    assert all(f"{option}=" in printed for option in compare.OPTIONS)
    compare.start([])
    assert capsys.readouterr().out == printed


@pytest.mark.seconds
def test_the_command_line_knows_it(ner_lab, losses, tmp_path):
    done = ner_lab("compare", losses, "csv=pairs.csv")
    assert done.returncode == 0, done.stderr
    assert len(list(csv.reader(io.StringIO((tmp_path / "pairs.csv").read_text())))) == 4
    failed = ner_lab("compare", losses, "by=nothing")
    assert failed.returncode == 1 and "Traceback" not in failed.stderr and "by=nothing" in failed.stderr
