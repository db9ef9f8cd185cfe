"""Seeds that collapsed: beside the mean what others would have said, and whether a verdict hangs on them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_runs import gold, predicted, write_run

from ner_lab.report.compare import Comparison, compare


def trained(
    folder: Path, nll: Sequence[float], focal: Sequence[float], other_seeds: int = 0, equivalent: float | None = None
) -> Comparison:
    """Runs of two losses, each with the probability of finding an entity."""
    sentences, number = gold(), 0
    for loss, rights, first in (("nll", nll, 1), ("focal", focal, 1 + other_seeds)):
        for seed, right in enumerate(rights, first):
            target = {"loss": {"_target_": f"ner_lab.losses.{loss}.Loss"}, "seed": seed}
            found = predicted(sentences, right, seed=100 * len(loss) + seed)
            write_run(folder / str(number), found, target, (f"loss={loss}", f"seed={seed}"))
            number += 1
    return compare(folder, by="loss", equivalent=equivalent)


def remarks(found: Comparison) -> list[str]:
    return [remark for remark in found.test_sets[0].remarks if "failed" in remark]


@pytest.mark.parametrize("other_seeds", [0, 10])
def test_a_collapsed_seed_that_hides_a_difference_is_named_with_the_verdict_without_it(tmp_path, other_seeds):
    found = trained(tmp_path, [0.7, 0.72, 0.71, 0.69, 0.7], [0.9, 0.0, 0.91, 0.9, 0.89], other_seeds)
    (pair,) = found.pairs
    assert pair.verdict == "not known yet" and pair.found is not None
    assert pair.found.paired == (other_seeds == 0)
    (remark,) = remarks(found)
    assert remark.startswith("1 of 5 runs of focal failed") and "which decides" in remark
    assert "the verdict on nll and focal is 'focal better'" in remark
    focal = next(system for system in found.test_sets[0].systems if system.label == "focal")
    assert focal.failed == (False, True, False, False, False)
    row = next(row for row in found.table.to_dict("records") if row["system"] == "focal")
    assert row["failed"] == 0.2 and row["median"] == statistics.median(focal.scores) > 0.85 > row["mean"]
    terminal = str(found).splitlines()
    assert "median" in terminal[2] and "failed" in terminal[2] and "caution: 1 of 5 runs of focal failed" in str(found)


@pytest.mark.parametrize("seeds", [3, 4])
def test_a_pooled_verdict_that_hangs_on_collapsed_seeds_is_named(tmp_path, seeds):
    for corpus in range(6):
        sentences = gold(60, seed=corpus, documents=20)
        for loss, rights in (("nll", [0.7, 0.72, 0.71, 0.7]), ("focal", [0.0, 0.9, 0.9, 0.91])):
            for seed, right in enumerate(rights[:seeds], 1):
                config = {"loss._target_": f"ner_lab.losses.{loss}.L", "seed": seed, "data.dir": f"corpora/c{corpus}"}
                found = predicted(sentences, right, seed=1000 * corpus + 100 * len(loss) + seed)
                write_run(tmp_path / f"{corpus}{loss}{seed}", found, config, (f"loss={loss}", f"seed={seed}"))
    result = compare(tmp_path, by="loss", across="data")
    assert result.across is not None and result.across.pairs[0].verdict == "not known yet"
    (remark,) = [remark for remark in result.across.remarks if "failed" in remark]
    if seeds == 3:
        assert remark.startswith("6 of 18 runs of focal failed") and "too few are left for a verdict" in remark
    else:
        assert remark.startswith("6 of 24 runs of focal failed") and "which decides" in remark
        assert "'focal better'" in remark and "caution: 6 of 24 runs" in str(result)


def test_a_collapsed_seed_that_changes_nothing_is_in_the_table_alone(tmp_path):
    found = trained(tmp_path, [0.7, 0.72, 0.71, 0.69, 0.7], [0.74, 0.0, 0.75, 0.73, 0.73])
    assert found.pairs[0].verdict == "not known yet" and not remarks(found)
    assert found.table["failed"].max() == 0.2


def test_too_few_are_left(tmp_path):
    found = trained(tmp_path, [0.7, 0.72, 0.71], [0.9, 0.0, 0.9])
    (remark,) = remarks(found)
    assert "1 of 3 runs of focal failed" in remark and "too few are left for a verdict on nll and focal" in remark


def test_where_the_median_is_0_what_scored_0_failed_and_all_of_it_is_no_collapse(tmp_path):
    found = trained(tmp_path / "most", [0.7, 0.72, 0.71, 0.69, 0.7], [0.0, 0.0, 0.9, 0.0, 0.9])
    focal = found.test_sets[0].systems[1]
    assert (focal.median, sum(focal.failed)) == (0, 3) and len(remarks(found)) == 1
    found = trained(tmp_path / "all", [0.7, 0.72, 0.71, 0.69, 0.7], [0.0] * 5)
    assert all(found.test_sets[0].systems[1].failed) and not remarks(found)
    assert found.pairs[0].verdict == "nll better"


def test_a_verdict_of_equivalence_has_the_p_value_of_its_own_test(tmp_path):
    found = trained(tmp_path, [0.7, 0.72, 0.71, 0.69, 0.7], [0.73, 0.0, 0.74, 0.72, 0.73], equivalent=10)
    (remark,) = remarks(found)
    assert "'equivalent within 10'" in remark and float(remark.rpartition("p ")[2].strip("=< )")) < 0.05
