"""What a verdict says of a pair: by the corrected p-value, and by the seeds that there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ner_lab.report.compare import verdict
from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.significance import Difference

FOUND = Difference(0.01, 0.001, 0.019, 0.02, 0.004, 12.0, 1e-5, 1e-5, 20.0, True)  # p = 0.020


def said(
    found: Difference, p_holm: float, seeds: int = 5, family: int = 3, same: tuple[float, float] | None = None
) -> tuple[str, str]:
    margin = () if same is None else (0.005, *same)
    claim = Claim(found.value, found.p, p_holm, family, False, *margin)
    sentence = verdict.sentence("focal", "nll", "F1", found, claim, seeds)
    return verdict.short("focal", "nll", claim, seeds), sentence


def test_what_counts_alone_but_not_after_the_correction_is_not_known_yet() -> None:
    short, sentence = said(FOUND, p_holm=0.06)
    assert short == "not known yet"
    assert sentence.startswith(
        "Not known yet which of focal and nll is better in F1: focal \N{MINUS SIGN} nll is +1.00 (95 %"
    )
    assert "p = 0.020, p = 0.060 after Holm's correction for 3 comparisons" in sentence
    assert "On its own it would be significant; among so many comparisons it may be chance." in sentence
    assert said(FOUND, p_holm=0.05)[0] == "not known yet"
    assert "On its own" not in said(replace(FOUND, p=0.2), p_holm=0.6)[1]


@pytest.mark.parametrize(("value", "better", "worse"), [(0.01, "focal", "nll"), (-0.01, "nll", "focal")])
def test_a_difference_names_the_better_one(value: float, better: str, worse: str) -> None:
    low, high = sorted((0.1 * value, 1.9 * value))
    short, sentence = said(replace(FOUND, value=value, low=low, high=high), p_holm=0.04)
    assert short == f"{better} better"
    assert sentence.startswith(f"{better} is better than {worse} by 1.00 points of F1 (95 % interval 0.10 to 1.90,")
    assert "p = 0.040 after Holm's correction" in sentence
    assert "Holm" not in said(FOUND, p_holm=0.02, family=1)[1]


def test_equivalence_is_said_by_its_corrected_p_value() -> None:
    short, sentence = said(FOUND, p_holm=0.4, same=(0.01, 0.03))
    assert short == "equivalent within 0.5"
    assert sentence == (
        "focal and nll are equivalent within 0.5 points of F1: focal \N{MINUS SIGN} nll is +1.00 (95 % interval "
        "+0.10 to +1.90; two one-sided tests, p = 0.010, p = 0.030 after Holm's correction for 3 comparisons)."
    )
    short, sentence = said(FOUND, p_holm=0.4, same=(0.02, 0.06))
    assert short == "not known yet"
    assert "Equivalence within 0.5 points is not shown either (two one-sided tests, p = 0.020, p = 0.060" in sentence
    short, sentence = said(FOUND, p_holm=0.02, same=(0.01, 0.01), family=1)
    assert short == "focal better, equivalent within 0.5"
    assert sentence.endswith("Yet they are equivalent within 0.5 points (two one-sided tests, p = 0.010).")
    assert said(FOUND, p_holm=0.02, same=(0.5, 0.5))[0] == "focal better"


def test_fewer_than_five_seeds_are_a_caution() -> None:
    assert all("aution" in text for p_holm in (0.04, 0.5) for text in said(FOUND, p_holm, seeds=4))
    assert not any("aution" in text for p_holm in (0.04, 0.5) for text in said(FOUND, p_holm, seeds=5))
    for seeds, rate in verdict.FALSE.items():
        assert f"{seeds} seeds are few: in simulations, up to {100 * rate:.1f} %" in verdict.few_seeds(seeds)
        assert said(FOUND, 0.04, seeds=seeds)[1].endswith(f"Caution: {seeds} seeds.")
    assert set(verdict.FALSE) == set(range(verdict.LEAST, verdict.ENOUGH))


def test_as_many_seeds_as_it_takes_are_enough() -> None:
    effect, known = "to detect a difference of 0.5 points", " (10 to 90 % range: 3 to 20)"
    assert verdict.power(5, 5, 0.005, (3, 20)) == f"{effect}, 5 seeds each are enough{known}"
    assert verdict.power(6, 5, 0.005, (3, 20)) == f"{effect}, about 6 seeds each are needed{known}"
    unknown = verdict.power(None, 5, 0.005, (40, None))
    assert "no number of seeds" in unknown and "(10 to 90 % range: 40 to no number)" in unknown
    assert "range" not in verdict.power(None, 5, 0.005, (None, None))
    assert verdict.seeds_text((None, None)) == "no number" and verdict.seeds_text((3, 3)) == "3"
