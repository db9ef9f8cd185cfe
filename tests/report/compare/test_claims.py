"""What may be claimed of tests: Holm's correction over all of them, and equivalence by two one-sided tests."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from scipy import stats

from ner_lab.report.compare.claims import claims, margin_of, p_equivalent
from ner_lab.report.compare.significance import holm
from ner_lab.types import UserError


@dataclass(frozen=True)
class Made:
    value: float
    standard_error: float
    df: float = 8.0

    @property
    def p(self) -> float:
        return 2 * float(stats.t.sf(abs(self.value) / self.standard_error, self.df)) if self.standard_error else 1.0


@pytest.mark.parametrize("value", [-0.004, 0.0, 0.003, 0.02])
def test_equivalence_is_the_larger_of_two_one_sided_tests(value: float) -> None:
    test = Made(value, 0.001)
    above = stats.t.sf((value + 0.005) / 0.001, 8)  # of the hypothesis that it is below -0.005
    below = stats.t.cdf((value - 0.005) / 0.001, 8)
    assert p_equivalent(test, 0.005) == pytest.approx(max(above, below), rel=1e-9)


def test_equivalence_at_5_percent_is_a_90_percent_interval_within_the_margin() -> None:
    error = 0.002
    half = stats.t.ppf(0.95, 8) * error
    assert p_equivalent(Made(0.005 - half - 1e-6, error), 0.005) < 0.05
    assert p_equivalent(Made(0.005 - half + 1e-6, error), 0.005) > 0.05


def test_what_never_varies_is_equivalent_by_its_size_alone() -> None:
    assert [p_equivalent(Made(value, 0.0), 0.005) for value in (0.0, 0.004, 0.005, -0.006)] == [0, 0, 1, 1]


def test_each_kind_of_claim_is_corrected_over_all_tests() -> None:
    tests = [Made(0.02, 0.006), Made(0.0, 0.0019), Made(0.001, 0.004)]
    found = claims(tests, margin=0.005)
    p, same = [test.p for test in tests], [p_equivalent(test, 0.005) for test in tests]
    assert [one.p_holm for one in found] == pytest.approx([3 * p[0], 1, 1])
    assert [one.p_equivalent_holm for one in found] == pytest.approx(holm(same))
    assert [one.family for one in found] == [3] * 3
    assert [one.outcome for one in claims(tests[:1])] == ["better"]
    assert claims(tests)[0].equivalent is None


@pytest.mark.parametrize(
    ("test", "outcome", "equivalent"),
    [
        (Made(0.02, 0.001), "better", False),
        (Made(-0.02, 0.001), "worse", False),
        (Made(0.002, 0.0002), "better", True),
        (Made(0.0, 0.001), "equivalent", True),
        (Made(0.0, 0.01), "unknown", False),
        (Made(0.0, 0.0), "equivalent", True),
    ],
)
def test_the_outcomes(test: Made, outcome: str, equivalent: bool) -> None:
    (found,) = claims([test], margin=0.005)
    assert (found.outcome, found.equivalent) == (outcome, equivalent)


def test_identical_scores_are_said_as_such_where_nobody_asked_for_a_margin() -> None:
    assert [one.outcome for one in claims([Made(0.0, 0.0), Made(0.0, 0.01)])] == ["identical", "unknown"]


@pytest.mark.parametrize("points", [-1, 0, "abc", "nan", "inf", True, 100, "", [0.5]])
def test_a_margin_is_a_number_of_points(points: object) -> None:
    with pytest.raises(UserError, match=r"equivalent=.*a number of points above 0 and below 100, such as 0\.5"):
        margin_of(points)
    assert margin_of("0.5") == margin_of(0.5) == 0.005
