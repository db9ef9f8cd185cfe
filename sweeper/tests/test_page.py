"""The page of a sweep: parsed, its marks are the trials; hostile names stay text; nothing is fetched from anywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import made_studies
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydra_slots.studies.history import History
from hydra_slots.views import page, parameter_plots, plots
from hydra_slots.views.charts import Scale, scale

NOW = made_studies.START + 1000
HOSTILE = "</style></svg></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u2028${x}"


def marks(text: str, tag: str, style: str = "") -> list[ET.Element]:
    """The elements of a chart with this tag and class."""
    found = ET.fromstring(text).iter(tag)
    return [element for element in found if style in element.get("class", "").split() or not style]


def hints(elements: list[ET.Element]) -> list[str]:
    return [(element.findtext("title") or "").splitlines()[0] for element in elements]


def height(dot: ET.Element) -> float:
    return float(dot.get("cy", "nan"))


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_the_history_has_a_dot_a_trial_and_the_best_so_far(direction):
    study = made_studies.mixed(directions=[direction])
    history = History.of(study)
    chart = plots.optimisation(history).svg()
    complete = [trial for trial in study.trials if trial.state.name == "COMPLETE"]
    dots = marks(chart, "circle", "complete")
    assert hints(dots) == [f"trial {t.number}, complete: {t.value:.5g}" for t in complete]
    assert len(marks(chart, "circle", "pruned")) == sum(t.state.name == "PRUNED" for t in study.trials)
    # Higher on the page is a smaller y; the order of the dots is that of the values.
    by_value = sorted(range(len(complete)), key=lambda i: complete[i].value)
    assert by_value == sorted(range(len(dots)), key=lambda i: -height(dots[i]))
    (line,) = marks(chart, "polyline", "best")
    steps = [float(point.split(",")[1]) for point in line.get("points", "").split()]
    extreme = min if direction == "maximize" else max
    assert steps[-1] == extreme(map(height, dots))
    assert steps == sorted(steps, reverse=direction == "maximize")


def test_what_lies_beyond_a_lowered_total_is_drawn_but_is_no_best():
    study = made_studies.new_study(n_trials=3)
    for value in (0.1, 0.5, 0.3, 0.9):
        made_studies.add(study, value=value, params={"loss": "nll", "optimizer.lr": value / 100})
    history = History.of(study)
    chart = plots.optimisation(history).svg()
    dots, (line,) = marks(chart, "circle", "complete"), marks(chart, "polyline", "best")
    assert len(dots) == 4 and float(line.get("points", "").split(",")[-1]) == height(dots[1])
    lines = marks(parameter_plots.parallel(study, history).svg(), "polyline", "through")
    assert len(lines) == 3 and hints(lines)[-1].startswith("trial 1,")
    bars = marks(plots.timeline(history, made_studies.START).svg(), "rect", "uncounted")
    assert len(bars) == 1 and hints(bars)[0].startswith("trial 3,")


def test_the_timeline_has_a_bar_an_attempt_in_the_row_of_its_slot():
    study = made_studies.mixed()
    made_studies.add(study, "RUNNING")
    chart = plots.timeline(History.of(study), NOW).svg()
    bars = marks(chart, "rect")
    assert len(bars) == len(study.trials)
    rows = {bar.get("y"): {text.split(" on ")[-1] for text in [bar.findtext("title") or ""]} for bar in bars}
    assert sorted(slot for slots in rows.values() for slot in slots) == ["cpu:0", "cpu:1"]
    assert hints(marks(chart, "rect", "uncounted")) == ["trial 6, fail: no value"]
    # 15 seconds each, but for the one that still runs.
    widths = {bar.get("width") for bar in bars if "running" not in bar.get("class", "")}
    assert len(widths) == 1
    (running,) = marks(chart, "rect", "running")
    last = float(running.get("x", "nan")) + float(running.get("width", "nan"))
    assert last == max(float(bar.get("x", "nan")) + float(bar.get("width", "nan")) for bar in bars)


def test_two_hosts_with_the_same_slot_have_a_row_each():
    study = made_studies.new_study()
    for host in ("one", "two"):
        made_studies.add(study, value=0.5, slot="cpu:0", host=host)
    bars = marks(plots.timeline(History.of(study), NOW).svg(), "rect")
    assert len({bar.get("y") for bar in bars}) == 2


def test_intermediate_lines_have_a_point_a_report():
    study = made_studies.mixed()
    lines = marks(plots.intermediate(History.of(study)).svg(), "polyline")
    reported = sorted(len(t.intermediate_values) for t in study.trials if t.intermediate_values)
    assert sorted(len(line.get("points", "").split()) for line in lines) == reported


def test_importance_is_optunas_and_knows_conditional_parameters():
    study = made_studies.mixed(size=60)
    history = History.of(study)
    ours = parameter_plots.importances(study, history)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    theirs = optuna.importance.get_param_importances(study, evaluator=evaluator)
    assert ours == pytest.approx(theirs) and set(ours) == {"loss", "optimizer.lr", "loss.gamma"}
    assert max(ours, key=ours.__getitem__) == "optimizer.lr"  # which the values depend on most
    bars = marks(parameter_plots.importance(ours, "dev/f1").svg(), "rect")
    assert hints(bars) == [f"{key}: {share:.3f}" for key, share in ours.items()]


def test_a_grid_has_importances_too():
    study = made_studies.new_study()
    for i in range(12):
        text = {"loss": ["nll", "focal"][i % 2], "seed": str(i % 3)}
        made_studies.add(study, value=float(i % 2), params={}, params_text=text)
    shares = parameter_plots.importances(study, History.of(study))
    assert shares["loss"] > 5 * shares["seed"] >= 0


def test_slices_have_the_trials_that_have_the_parameter():
    study = made_studies.mixed()
    charts = {c.title: c.svg() for c in parameter_plots.slices(study, History.of(study))}
    assert set(charts) == {f"dev/f1 by {key}" for key in ("loss", "optimizer.lr", "loss.gamma")}
    with_gamma = [t for t in study.trials if "loss.gamma" in t.params and t.state.name == "COMPLETE"]
    dots = marks(charts["dev/f1 by loss.gamma"], "circle", "complete")
    assert len(dots) == len(with_gamma)
    order = sorted(range(len(dots)), key=lambda i: float(dots[i].get("cx", "nan")))
    assert order == sorted(range(len(dots)), key=lambda i: with_gamma[i].params["loss.gamma"])
    assert "optimizer.lr (log)" in charts["dev/f1 by optimizer.lr"]


def test_parallel_coordinates_draw_the_best_trial_last_and_strongest():
    study = made_studies.mixed()
    chart = parameter_plots.parallel(study, History.of(study)).svg()
    lines = marks(chart, "polyline", "through")
    assert len(lines) == sum(t.state.name == "COMPLETE" for t in study.trials)
    assert hints(lines)[-1].startswith(f"trial {study.best_trial.number},")
    assert lines[-1].get("opacity") == "1.00"
    assert all(len(line.get("points", "").split()) == 4 for line in lines)
    assert ">not used</text>" in chart


def test_several_objectives_have_their_plots_and_a_front():
    study = made_studies.new_study(directions=["maximize", "minimize"], objective_names=["f1", "seconds"])
    for i in range(8):
        made_studies.add(study, value=(0.1 * i, abs(i - 3.0)), params={"loss": ["nll", "focal"][i % 2]})
    text = page.render(study, NOW)
    stands_out = re.findall(r'onfront" [^>]*><title>trial (\d+),', text)
    assert sorted(map(int, stands_out)) == sorted(trial.number for trial in study.best_trials)
    assert "Slices for f1" in text and "Slices for seconds" in text


def balanced(text: str) -> None:
    """Every piece of SVG and the body itself are well-formed, so nothing has broken out of its place."""
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ET.fromstring(svg)
    assert text.count("<svg") == text.count("</svg>") and text.count("<script") == 0


def test_hostile_names_stay_text():
    study = made_studies.new_study(
        name=HOSTILE, objective_names=[HOSTILE], app=HOSTILE.replace("'", "").replace('"', "")
    )
    space = optuna.distributions.CategoricalDistribution([HOSTILE, "b"])
    for i in range(6):
        params = {HOSTILE: [HOSTILE, "b"][i % 2]}
        attributes = {"slot": HOSTILE, "host": HOSTILE, "folder": HOSTILE, "overrides": [HOSTILE], "end": HOSTILE}
        attributes |= {"started": made_studies.START, "seeds": {HOSTILE: 0.5}}
        trial = optuna.create_trial(
            value=i / 6,
            params=params,
            distributions={HOSTILE: space},
            user_attrs=attributes,
            intermediate_values={1: 0.1},
        )
        study.add_trial(trial)
    text = page.render(study, NOW)
    balanced(text)
    assert "<img" not in text and "alert(1)" in text
    assert text.count("</style>") == 1


@pytest.mark.parametrize("size", [0, 1, 2, 24])
def test_the_page_stands_alone_at_any_size(size):
    text = page.render(made_studies.mixed(size=size), NOW)
    balanced(text)
    assert not re.search(r"\b(src|href|action|data)\s*=|url\(|@import|https?:", text)
    assert ("No trial is complete yet." in text) == (size == 0)
    assert len(re.findall(r"<tr><td>", text)) == size + (size > 6)
    assert "prefers-color-scheme: dark" in text and 'name="viewport"' in text


def test_odd_values_do_not_break_the_page():
    study = made_studies.new_study()
    made_studies.add(study, value=float("inf"))
    made_studies.add(study, value=0.5, reported={1: float("nan"), 2: 0.5})
    made_studies.add(study, "PRUNED", reported={1: float("nan")})
    made_studies.add(study, "RUNNING", started=made_studies.START)
    made_studies.add(study, "WAITING")
    text = page.render(study, NOW)
    balanced(text)
    assert "nan" not in text.replace("finance", "") and '="inf' not in text


def test_a_thousand_trials_are_drawn_in_seconds_and_weigh_little():
    study = made_studies.mixed(size=1000)
    text = page.render(study, NOW)
    assert len(text) < 3_000_000


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=8))
def test_a_scale_keeps_its_values_and_ticks_inside(values):
    made = scale(values, 0.0, 100.0)
    assert all(-1e-6 <= made(value) <= 100 + 1e-6 for value in values)
    assert all(-1e-6 <= at <= 100 + 1e-6 for at, _ in made.ticks) and made.ticks


@given(st.floats(1e-8, 1e8), st.floats(1.001, 1e8))
def test_a_logarithmic_scale_spreads_ratios_evenly(low, ratio):
    made = scale([low, low * ratio], 0.0, 100.0, log=True, margin=0)
    assert made(low * ratio**0.5) == pytest.approx(50, abs=1e-3) and made.ticks


def test_choices_stand_side_by_side():
    made = scale([True, "b", None, "b"], 0.0, 90.0)
    assert made.ticks == [(15, "b"), (45, "null"), (75, "true")]
    assert made(True) == 75 and isinstance(made, Scale)
