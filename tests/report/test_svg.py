"""Axes: their ticks are round, inside, and as many as were asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.report.svg import Axis


@given(st.floats(-1000, 1000), st.floats(1e-3, 1e5), st.booleans())
def test_ticks_are_round_and_inside(low, width, at_most):
    ticks = [value for value, _ in Axis(low, low + width, 0, 300).ticks(at_most=at_most)]
    assert 2 <= len(ticks) <= (6 if at_most else 9)
    assert all(low - 1e-6 * width <= t <= low + width + 1e-6 * width for t in ticks)
    step = ticks[1] - ticks[0]
    assert f"{step:.0e}"[0] in "125"
    assert [t / step for t in ticks] == pytest.approx([round(t / step) for t in ticks], rel=1e-6)


def test_labels_have_the_digits_that_tell_them_apart_and_a_true_minus():
    assert [label for _, label in Axis(-0.02, 0.021, 0, 1).ticks()] == ["−0.02", "−0.01", "0.00", "0.01", "0.02"]
    assert [label for _, label in Axis(0, 12_345, 0, 1).ticks()] == [str(2000 * i) for i in range(7)]


def test_an_axis_around_values_holds_them_with_some_air():
    axis = Axis.around([2.0, 4.0], 0, 100)
    assert 0 < axis(2.0) < axis(4.0) < 100
    assert Axis.around([3.0], 0, 100)(3.0) == 50 == Axis.around([0.0], 0, 100)(0.0)
