"""What may be claimed of tested differences: which is better, that two are equivalent, or nothing yet.

Two one-sided tests (Schuirmann 1987) say that two systems are equivalent: the difference is shown to be above -margin
and shown to be below +margin, each at 5 %. Not being shown to differ is no such claim. Holm's correction runs over all
that one command tests, on all test sets together: over the tests of difference, and in the same way over those of
equivalence, so that each of the two kinds of claim is wrong somewhere in one study of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from scipy.special import stdtr

from ner_lab.report.compare.significance import holm
from ner_lab.types import UserError

LEVEL = 0.05
_NOTHING = 1e-12  # a standard error below it is none
BETTER, WORSE, IDENTICAL, EQUIVALENT, UNKNOWN = "better", "worse", "identical", "equivalent", "unknown"


class Tested(Protocol):
    """A difference with its t-test."""

    @property
    def value(self) -> float: ...
    @property
    def p(self) -> float: ...
    @property
    def standard_error(self) -> float: ...
    @property
    def df(self) -> float: ...


@dataclass(frozen=True)
class Claim:
    """What the tests of a pair allow to say, among all tests of the command.

    Attributes:
        value: the difference.
        p, p_holm: of the hypothesis that it is zero, and after Holm's correction.
        family: how many such tests there are.
        identical: no seed and no document tells the two apart.
        margin: within which two systems count as equivalent, on the scale of the scores; None if nobody asked.
        p_equivalent, p_equivalent_holm: of the hypothesis that they differ by the margin or more.
    """

    value: float
    p: float
    p_holm: float
    family: int
    identical: bool = False
    margin: float | None = None
    p_equivalent: float | None = None
    p_equivalent_holm: float | None = None

    @property
    def different(self) -> bool:
        """One is better, after Holm's correction."""
        return self.p_holm < LEVEL

    @property
    def equivalent(self) -> bool | None:
        """They are within the margin, after Holm's correction; None if nobody asked."""
        return None if self.p_equivalent_holm is None else self.p_equivalent_holm < LEVEL

    @property
    def outcome(self) -> str:
        """Of the first system: `better` or `worse` (which may be by less than the margin), `identical`, `equivalent`,
        `unknown`."""
        if self.different:
            return BETTER if self.value > 0 else WORSE
        if self.equivalent:
            return EQUIVALENT
        return IDENTICAL if self.identical else UNKNOWN


def margin_of(points: object) -> float:
    """The margin of equivalence on the scale of the scores, from points as a user gives them.

    Raises:
        UserError: no number above 0, or 100 and more.
    """
    number = -1.0
    if isinstance(points, int | float | str) and not isinstance(points, bool):
        with suppress(ValueError):
            number = float(points)
    if not 0 < number < 100:
        raise UserError(
            f"equivalent={points}: must be a number of points above 0 and below 100, such as 0.5: the largest "
            "difference that would not matter"
        )
    return number / 100


def claims(tests: Sequence[Tested], margin: float | None = None) -> list[Claim]:
    """Of all the tests of one command.

    Args:
        tests: of differences, in any order.
        margin: of equivalence, on the scale of the scores.
    """
    corrected = holm([test.p for test in tests])
    same: list[float | None] = [None] * len(tests)
    same_corrected = same
    if margin is not None:
        one_sided = [p_equivalent(test, margin) for test in tests]
        same, same_corrected = [*one_sided], [*holm(one_sided)]
    return [
        Claim(test.value, test.p, p, len(tests), _identical(test), margin, p_same, p_same_corrected)
        for test, p, p_same, p_same_corrected in zip(tests, corrected, same, same_corrected, strict=True)
    ]


def p_equivalent(test: Tested, margin: float) -> float:
    """Of two one-sided t-tests the larger p: that the difference is not within `margin` of zero."""
    room = margin - abs(test.value)
    if test.standard_error <= _NOTHING:
        return float(room <= 0)
    return float(stdtr(test.df, -room / test.standard_error))


def _identical(test: Tested) -> bool:
    return test.standard_error <= _NOTHING and abs(test.value) <= _NOTHING


def as_data(claim: Claim | None) -> dict[str, Any]:
    """What the JSON has of a pair's claim; all of it None where there is none."""
    names = ("p_holm", "p_equivalent", "p_equivalent_holm", "outcome", "equivalent")
    return {"tests": claim.family if claim else None, **{name: getattr(claim, name, None) for name in names}}
