"""`ner-lab compare across=data` on made-up runs: corpora, their names, who lacks one, and every output."""

from __future__ import annotations

import csv
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest
from made_runs import gold, predicted, write_run
from scipy import stats

from ner_lab.report.compare.significance import holm

RIGHTS = {"nll": 0.8, "focal": 0.9, "dice": 0.6}


def write_corpus(folder, number, rights, seeds=3, directory=None, config=None, corpus=None):
    sentences = gold(60, seed=100 + (number if corpus is None else corpus), documents=20)
    for place, (loss, right) in enumerate(rights.items()):
        for seed in range(1, seeds + 1):
            found = predicted(sentences, right, seed=10_000 * number + 100 * place + seed)
            settings = {
                "loss._target_": f"ner_lab.losses.{loss}.Loss",
                "seed": seed,
                "data.dir": directory or f"corpora/c{number}",
            }
            name = f"{number}-{loss}-{seed}"
            write_run(folder / name, found, settings | (config or {}), (f"loss={loss}", f"seed={seed}"))


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    for number in range(6):
        write_corpus(folder, number, RIGHTS)
    return folder


@pytest.mark.seconds
def test_corpora_are_ranked_tested_and_pooled(run, corpora):
    printed, result = run(corpora, "by=loss", "across=data")
    across = result["across"]
    assert across["corpora"] == [f"c{n}" for n in range(6)]
    labels = [system["label"] for system in across["systems"]]
    assert labels == ["focal", "nll", "dice"]
    means = np.array(
        [
            [next(s["mean"] for s in one["systems"] if s["label"] == label) for label in labels]
            for one in result["test_sets"]
        ]
    )
    assert [s["mean_rank"] for s in across["systems"]] == pytest.approx(stats.rankdata(-means, axis=1).mean(0))
    assert [s["mean"] for s in across["systems"]] == pytest.approx(means.mean(0))
    friedman = stats.friedmanchisquare(*means.T)
    assert across["friedman"] == pytest.approx({"statistic": friedman.statistic, "p": friedman.pvalue})
    pairs = across["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("focal", "nll"), ("focal", "dice"), ("nll", "dice")]
    assert [*pairs[0]["differences"].values()] == pytest.approx(means[:, 0] - means[:, 1])
    assert [pair["wilcoxon_holm"] for pair in pairs] == pytest.approx(holm([pair["wilcoxon"] for pair in pairs]))
    assert pairs[1]["verdict"] == "focal better" and "Over 6 corpora: focal is better than dice by" in printed
    assert pairs[1]["bayesian_signed_rank"]["first"] > 0.99
    assert "mean rank" in printed and "●" in printed and "Friedman: chi-squared" in printed
    # Six corpora cannot give less than 0.031, 0.094 of three pairs: then the bars are those of Nemenyi's test.
    assert "no difference can be significant" in printed and across["critical_difference"] == pytest.approx(
        1.353, abs=1e-3
    )
    assert across["not_told_apart"] == [["focal", "nll"], ["nll", "dice"]]
    assert "joins systems that Nemenyi's test (critical difference 1.35) does not tell apart" in printed


@pytest.mark.seconds
def test_holm_runs_over_corpora_and_pooled_differences_together(run, corpora, tmp_path):
    printed, result = run(corpora, "by=loss", "across=data", "equivalent=3")
    single = [pair for one in result["test_sets"] for pair in one["pairs"]]
    pooled = result["across"]["pairs"]
    p = [pair["p"] for pair in single] + [pair["pooled"]["p"] for pair in pooled]
    assert [pair["p_holm"] for pair in (*single, *pooled)] == pytest.approx(holm(p))
    same = [pair["p_equivalent"] for pair in (*single, *pooled)]
    assert [pair["p_equivalent_holm"] for pair in (*single, *pooled)] == pytest.approx(holm(same))
    assert {pair["tests"] for pair in (*single, *pooled)} == {21} and "for 21 comparisons" in printed
    path = tmp_path / "out.md"
    run(corpora, "by=loss", "across=data", "equivalent=3", f"markdown={path}")
    heads = [line for line in path.read_text().splitlines() if line.startswith("| A | B |")]
    assert len(heads) == 7 and all("p (within 3, Holm)" in head for head in heads)
    row = next(line for line in path.read_text().split(heads[-1])[1].splitlines() if line.startswith("| focal | dice"))
    assert row.split(" | ")[6].replace("\\", "") == f"{pooled[1]['p_equivalent_holm']:.3f}"
    assert result["across"]["rope"] == 3 and "within 3 points" in printed


def test_a_baseline_is_compared_with_the_others_over_corpora_too(run, corpora):
    _, result = run(corpora, "by=loss", "across=data", "baseline=nll")
    pairs = result["across"]["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("focal", "nll"), ("nll", "dice")[::-1]]
    assert [pair["wilcoxon_holm"] for pair in pairs] == pytest.approx(holm([pair["wilcoxon"] for pair in pairs]))
    assert pairs[1]["difference"] < 0 and pairs[1]["pooled"]["value"] < 0


def test_it_is_in_every_output(run, corpora, tmp_path):
    files = {key: tmp_path / f"out.{key}" for key in ("csv", "markdown", "latex", "html", "svg")}
    _, result = run(corpora, "by=loss", "across=data", *(f"{key}={path}" for key, path in files.items()))
    rows = list(csv.DictReader(files["csv"].open()))
    last = rows[-1]
    pair = result["across"]["pairs"][-1]
    assert (last["a"], last["b"], last["test_set"]) == ("nll", "dice", "pooled over 6 corpora")
    assert float(last["difference"]) == pytest.approx(pair["pooled"]["value"], rel=1e-4)
    assert float(last["p_holm"]) == pytest.approx(pair["p_holm"], rel=1e-4)
    for key in ("markdown", "latex", "html"):
        text = files[key].read_text()
        assert "mean rank" in text and "ver 6 corpora" in text, key
    assert "Over 6 corpora: focal is better than dice" in files["markdown"].read_text()
    drawn = (files["svg"] / "ranks.svg").read_text()
    texts = [element.text for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert {"1", "2", "3"} <= set(texts) and any(text.startswith("focal  1.") for text in texts if text)
    assert drawn.split("<svg")[1][:40] in files["html"].read_text()
    assert "Hartung-Knapp" in files["html"].read_text()
    assert "over all tests of this comparison" in files["latex"].read_text()


def test_fewer_than_five_corpora_are_said_and_not_tested(run, corpora):
    printed, result = run(*(corpora / f"[0-3]-{loss}-*" for loss in RIGHTS), "by=loss", "across=data")
    across = result["across"]
    assert "4 corpora are too few for a test: at least 5 are needed" in printed and across["friedman"] is None
    for pair in across["pairs"]:
        assert pair["pooled"] is pair["wilcoxon"] is pair["bayesian_signed_rank"] is pair["p_holm"] is None
        assert pair["verdict"] == "too few corpora to test"
        assert pair["difference"] == pytest.approx(np.mean([*pair["differences"].values()]))
    assert {pair["tests"] for one in result["test_sets"] for pair in one["pairs"]} == {12}


def test_a_system_that_lacks_corpora_and_a_corpus_that_lacks_systems_are_named(run, corpora, tmp_path):
    folder = shutil.copytree(corpora, tmp_path / "s")
    for number in range(1, 6):  # dice is on one corpus
        for seed in (1, 2, 3):
            shutil.rmtree(folder / f"{number}-dice-{seed}")
    for seed in (1, 2, 3):
        shutil.rmtree(folder / f"5-focal-{seed}")
    printed, result = run(folder, "by=loss", "across=data")
    assert result["across"]["corpora"] == [f"c{n}" for n in range(5)]
    assert [s["label"] for s in result["across"]["systems"]] == ["focal", "nll"]
    assert "dice was scored on 1 of 6 corpora (c0): left out of the comparison over corpora" in printed
    assert "c5 has no finished run of focal: left out of the comparison over corpora" in printed
    assert result["across"]["friedman"] is None and result["across"]["pairs"][0]["wilcoxon"] == 0.0625


def test_few_seeds_on_one_corpus_give_ranks_and_no_interval(run, corpora, tmp_path):
    folder = shutil.copytree(corpora, tmp_path / "s")
    shutil.rmtree(folder / "2-nll-3")
    printed, result = run(folder, "by=loss", "across=data")
    by = {(pair["a"], pair["b"]): pair for pair in result["across"]["pairs"]}
    assert by["focal", "dice"]["pooled"] is not None
    assert by["focal", "nll"]["pooled"] is None and by["focal", "nll"]["verdict"] == "not known yet"
    assert "without an interval: at least 3 seeds of each and more than one document are needed on c2." in printed
    assert by["focal", "nll"]["wilcoxon"] == pytest.approx(0.03125)


def test_corpora_of_the_same_name_are_told_apart(run, tmp_path):
    write_corpus(tmp_path / "s", 0, {"nll": 0.8, "focal": 0.9}, directory="a/wnut")
    write_corpus(tmp_path / "s", 1, {"nll": 0.8, "focal": 0.9}, directory="b/wnut")
    write_corpus(tmp_path / "s", 2, {"nll": 0.8, "focal": 0.9}, directory="b/conll")
    names = run(tmp_path / "s", "by=loss", "across=data")[1]["across"]["corpora"]
    assert names == ["a/wnut", "b/wnut", "conll"]
    write_corpus(tmp_path / "s", 3, {"nll": 0.8, "focal": 0.9}, directory="b/wnut")  # the folder's files have changed
    names = run(tmp_path / "s", "by=loss", "across=data")[1]["across"]["corpora"]
    assert len(set(names)) == 4 and sum(name.startswith("b/wnut [") for name in names) == 2


def test_folds_of_a_corpus_are_one_corpus(run, tmp_path):
    for fold in (0, 1):
        write_corpus(tmp_path / "s", fold, {"nll": 0.8, "focal": 0.9}, directory="a/wnut", config={"data.fold": fold})
    write_corpus(tmp_path / "s", 2, {"nll": 0.8, "focal": 0.9})
    _, result = run(tmp_path / "s", "by=loss", "across=data")
    assert result["across"]["corpora"] == ["wnut", "c2"]
    folds = [one["pairs"][0]["difference"] for one in result["test_sets"][:2]]
    assert abs(result["across"]["pairs"][0]["differences"]["wnut"]) == pytest.approx(abs(np.mean(folds)))


def test_a_system_is_called_the_same_on_every_corpus(run, tmp_path):
    for number in range(2):
        write_corpus(tmp_path / "s", number, {"nll": 0.8})
        write_corpus(tmp_path / "t", number, {"focal": 0.9}, config={"loss.gamma": 2.0})
    write_corpus(tmp_path / "u", 0, {"focal": 0.85}, config={"loss.gamma": 1.0})
    _, result = run(tmp_path / "s", tmp_path / "t", tmp_path / "u", "by=loss", "across=data")
    labels = {s["label"] for one in result["test_sets"] for s in one["systems"]}
    assert labels == {"nll", "focal(gamma=2)", "focal(gamma=1)"}
    assert "nll" in [s["label"] for s in result["across"]["systems"]]


def test_what_cannot_be_done_is_refused(corpora, tmp_path, refused):
    assert "across=nonsense: must be data" in refused(corpora, "across=nonsense")
    assert "across=data with by=run" in refused(corpora, "across=data", "by=run")
    write_corpus(tmp_path / "s", 0, {"nll": 0.8})
    write_corpus(tmp_path / "s", 1, {"focal": 0.8})
    said = refused(tmp_path / "s", "by=loss", "across=data")
    assert "no two systems were scored on the same corpora" in said and "nll: c0; focal: c1" in said


def test_ties_everywhere_are_no_fault(run, tmp_path):
    for number in range(5):
        sentences = gold(30, seed=number, documents=10)
        for loss in ("nll", "focal", "dice"):
            for seed in (1, 2, 3):
                settings = {"loss._target_": f"x.{loss}.L", "seed": seed, "data.dir": f"c{number}"}
                found = predicted(sentences, 0.8, seed)
                write_run(tmp_path / "s" / f"{number}{loss}{seed}", found, settings, (f"loss={loss}",))
    printed, result = run(tmp_path / "s", "by=loss", "across=data", "equivalent=0.5")
    assert "nan" not in printed.lower()
    assert {s["mean_rank"] for s in result["across"]["systems"]} == {2.0}
    assert result["across"]["friedman"] == {"statistic": 0, "p": 1}
    assert {pair["verdict"] for pair in result["across"]["pairs"]} == {"equivalent within 0.5"}


def test_a_corpus_on_which_nobody_scored_is_no_evidence_that_systems_are_the_same(run, corpora, tmp_path):
    alone, expected = run(corpora, "across=data", "metric=f1.PER")
    for place, loss in enumerate(RIGHTS):
        for seed in (1, 2, 3):
            rows = predicted(gold(30, seed=5), 0.5, seed=10 * place + seed)
            lines = [
                f"{word} {tag.replace('PER', 'LOC')} {said.replace('PER', 'LOC')}"
                for one in rows
                for word, tag, said in [*zip(one.sentence.words, one.sentence.tags, one.tags, strict=True)]
            ]
            (tmp_path / f"{loss}-seed{seed}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    printed, result = run(corpora, tmp_path / "*.txt", "across=data", "metric=f1.PER")
    assert result["across"]["corpora"] == expected["across"]["corpora"]
    for pair, before in zip(result["across"]["pairs"], expected["across"]["pairs"], strict=True):
        assert pair["pooled"] == before["pooled"]
    assert (
        "every run has a score of 0 on test set: left out of the comparison" in printed and "left out of" not in alone
    )
