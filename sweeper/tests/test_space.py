"""The search space: what its grammar means, which parameters exist when, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import optuna
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import DictConfig

from hydra_slots.errors import SweepError
from hydra_slots.space import reading
from hydra_slots.space.search_space import Space
from hydra_slots.space.texts import same
from hydra_slots.studies import start_points

TREE = {
    "loss": "choice(nll,focal,smooth)",
    "loss.gamma": {"when": {"loss": "focal"}, "is": "interval(0.5,5)"},
    "loss.epsilon": {"when": {"loss": ["focal", "smooth"]}, "is": "choice(0.1,0.2)"},
    "source": {"when": {"loss": "smooth", "loss.epsilon": 0.2}, "is": "choice(a,b)"},
}


@pytest.fixture(scope="module", autouse=True)
def hydra() -> Iterator[None]:
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(Path(__file__).parent / "toy"), version_base="1.3"):
        yield


def config() -> DictConfig:
    return compose("config", return_hydra_config=True)


def read(params: dict[str, Any] | None, *arguments: str) -> Space:
    return reading.read(params, arguments, config(), GlobalHydra.instance().config_loader())


def refused(params: dict[str, Any] | None, *arguments: str) -> str:
    with pytest.raises(SweepError) as error:
        read(params, *arguments)
    return str(error.value)


def drawn(room: Space, count: int = 60) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Points that Optuna suggests: as texts, and as Optuna's parameters."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    points = []
    for _ in range(count):
        trial = study.ask()
        points.append((room.suggest(trial), trial.params))
        study.tell(trial, 0.0)
    return points


@pytest.mark.parametrize(
    ("sweep", "values"),
    [
        ("a,b", {"a", "b"}),
        ("choice(3,2.5,true)", {3, 2.5, True}),
        ("range(0,4)", {0, 1, 2, 3}),
        ("range(1,8,3)", {1, 4, 7}),
        ("range(5,1,-2)", {5, 3}),
        ("range(-1.0,1.0,0.5)", {-1.0, -0.5, 0.0, 0.5}),
        ("int(interval(1,3))", {1, 2, 3}),
        ("tag(int,interval(0.5,3.5))", {1, 2, 3}),
        ("tag(log,int(interval(1,3)))", {1, 2, 3}),
        ("tag(log,range(1,4))", {1, 2, 3}),
        ("glob(b*,exclude=x)", {"bowl"}),
        ("choice(1,1.0)", {"1", "1.0"}),
        ("choice('a b',c)", {"a b", "c"}),
    ],
)
def test_what_a_sweep_can_be(sweep, values):
    key = "shape" if "glob" in sweep else "x"
    points = drawn(read({key: sweep}))
    assert {params[key] if params else chosen[key] for chosen, params in points} == values


@pytest.mark.seconds
@settings(max_examples=20)
@given(low=st.floats(1e-6, 1.0), factor=st.floats(1.5, 1e4))
def test_a_logarithmic_interval_is_uniform_in_the_exponent(low, factor):
    high = low * factor
    points = [params["x"] for _, params in drawn(read({"x": f"tag(log,interval({low!r},{high!r}))"}), 40)]
    assert all(low <= x <= high for x in points)
    below = sum(x < (low * high) ** 0.5 for x in points)
    assert 6 <= below <= 34  # half of 40, give or take 4.4 standard deviations


def test_texts_stand_for_the_values_that_optuna_stores():
    room = read({"a": "choice(1e-3,x,true,'y z')", "b": "interval(0,1)", "c": "range(0,9)"})
    for chosen, params in drawn(room):
        for key, value in params.items():
            assert same(chosen[key], str(value).lower() if isinstance(value, bool) else str(value))


def test_a_parameter_exists_exactly_under_its_condition():
    for chosen, params in drawn(read(TREE), 100):
        assert set(chosen) == set(params)
        assert ("loss.gamma" in chosen) == (chosen["loss"] == "focal")
        assert ("loss.epsilon" in chosen) == (chosen["loss"] in ("focal", "smooth"))
        assert ("source" in chosen) == (chosen["loss"] == "smooth" and chosen["loss.epsilon"] == "0.2")


def test_a_condition_may_come_before_what_it_names():
    turned = dict(reversed(TREE.items()))
    keys = [parameter.key for parameter in read(turned).parameters]
    assert sorted(keys) == sorted(TREE)
    assert keys.index("loss") < keys.index("loss.epsilon") < keys.index("source")


def test_points_are_all_combinations_that_exist():
    finite = {**TREE, "loss.gamma": {"when": {"loss": "focal"}, "is": "choice(1,2)"}}
    points = [tuple(point.items()) for point in read(finite).points()]
    assert len(points) == len(set(points)) == 1 + 2 * 2 + (1 + 2)
    plain = read({"x": "1,2", "y": "range(0,3)"})
    assert [tuple(p.values()) for p in plain.points()] == list(product(("1", "2"), ("0", "1", "2")))


@pytest.mark.parametrize("params", [TREE, {"x": "interval(0,1)", "y": "range(0,100)", "z": "a,b,c"}, {}])
def test_branches_contain_every_choice(params):
    room = read(params)
    seen = list(room.branches())
    for parameter in room.parameters:
        assert set(parameter.examples) == {branch[parameter.key] for branch in seen if parameter.key in branch}
    assert len(seen) == len({tuple(branch.items()) for branch in seen}) >= 1
    assert len(seen) <= 1 + sum(len(parameter.examples) for parameter in room.parameters)


@pytest.mark.seconds
def test_of_hundreds_of_choices_some_are_looked_at_and_both_ends():
    room = read({"x": ",".join(map(str, range(1000))), "y": "a,b,c"})
    seen = list(room.branches(10))
    assert [branch["x"] for branch in seen[:10]] == ["0", *map(str, range(111, 1000, 111))]
    assert (
        {branch["y"] for branch in seen} == {"a", "b", "c"} and len(seen) == 12 and len(list(room.branches())) == 1002
    )


def of_file(path: Path, text: str | bytes, *arguments: str) -> list[dict[str, Any]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return start_points.read([str(path)], read(TREE, *arguments), read(TREE))


def test_start_points_in_a_file(tmp_path):
    file = tmp_path / "points.csv"
    text = "\ufeffloss, loss.gamma,loss.epsilon\r\nfocal,2,\r\n\r\nsmooth,,1e-1\r\nnll\r\n focal ,2.0,\r\n"
    found = [{"loss": "focal", "loss.gamma": 2.0}, {"loss": "smooth", "loss.epsilon": 0.1}, {"loss": "nll"}]
    assert of_file(file, text) == found
    assert of_file(file, text, "loss=focal") == [{"loss.gamma": 2.0}], "others are excluded by the command line"
    assert of_file(file, "loss\n") == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [("loss,gamma\nfocal,2\n", [":1: gamma is not in the search space, which has loss, loss.gamma"]),
     ("loss,gamma\nfocal,\n", [":1: gamma"]),
     ("loss\nfocal\n\ndice\n", [":4: loss=dice is not one of nll, focal, smooth"]),
     ("loss,loss.gamma\nfocal,9\n", [":2: loss.gamma=9 is not in interval(0.5,5)"]),
     ("loss\nfocal,2\n", [":2: 2 cells under the 1 keys"]), ("loss,loss\nfocal,nll\n", [":1: ", "'loss' twice"]),
     ("loss,\nfocal,2\n", [":1: the first line names"]), ("", [":1: the first line names"]),
     ('loss\n"focal\n', [":2: no CSV"]), (b"loss\n\xff\n", ["not UTF-8"]), ("\0loss\n", [":1: "]),
     ("x" * 5_000_000, ["more than 4 MB"])],
    ids=range(12),
)  # fmt: skip
def test_a_wrong_file_of_start_points_is_named_with_its_line(tmp_path, text, parts):
    with pytest.raises(SweepError) as error:
        of_file(tmp_path / "points.csv", text)
    assert str(error.value).startswith(f"{tmp_path / 'points.csv'}") and all(one in str(error.value) for one in parts)


def test_a_file_of_start_points_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SweepError, match=r"none\.csv: cannot be read \(No such file"):
        start_points.read([str(tmp_path / "none.csv")], read(TREE), read(TREE))


def test_overrides_of_the_command_line_narrow_and_extend():
    narrowed = read(TREE, "loss=focal", "x=1,2", "steps=7")
    assert narrowed.fixed == ("loss=focal", "steps=7")
    assert [p.key for p in narrowed.parameters] == ["loss.gamma", "loss.epsilon", "x"]
    fewer = read(TREE, "loss=nll,focal")
    assert {chosen["loss"] for chosen, _ in drawn(fewer)} == {"nll", "focal"}
    assert "source" not in [p.key for p in fewer.parameters], "it can never exist"
    held = read(TREE, "loss.gamma=2")  # a constant, but only where there is a gamma
    for chosen, params in drawn(held):
        assert chosen.get("loss.gamma") == ("2" if chosen["loss"] == "focal" else None)
        assert "loss.gamma" not in params


def test_a_condition_may_name_what_nothing_varies():
    of_group = {"shape.depth": {"when": {"shape": "well"}, "is": "range(1,4)"}}
    assert read(of_group).parameters == ()  # the config's shape is a bowl
    assert [p.key for p in read(of_group, "shape=well").parameters] == ["shape.depth"]
    of_key = {"x": {"when": {"steps": 3}, "is": "interval(0,1)"}}
    assert len(read(of_key).parameters) == 1 and read(of_key, "steps=4").parameters == ()


@pytest.mark.parametrize(
    ("params", "parts"),
    [
        ({"x": "interval(2,1)"}, ["x=interval(2,1)", "2.0 to 1.0"]),
        ({"x": "tag(int,interval(0.2,0.8))"}, ["0.2 to 0.8"]),
        ({"x": "tag(log,interval(0,1))"}, ["log", "above 0"]),
        ({"x": "tag(log,range(1,9,2))"}, ["log", "steps of 1"]),
        ({"x": "tag(log,choice(a,b))"}, ["log", "intervals and ranges"]),
        ({"x": "tag(ordinal,range(1,3))"}, ["ordinal", "log and int"]),
        ({"x": "range(3,3)"}, ["nothing to choose from"]),
        ({"x": "choice(1"}, ["hydra.sweeper.params.x", "grammar"]),
        ({"x": ["a", "b"]}, ["hydra.sweeper.params.x", "choice(a,b)"]),
        ({"x": {"when": {"loss": "a"}}}, ["hydra.sweeper.params.x", "when"]),
        ({"a": "1,2", "x": {"when": {"a": 3}, "is": "1,2"}}, ["x", "a: 3 never holds", "1, 2"]),
        ({"a": "interval(0,1)", "x": {"when": {"a": 1}, "is": "1,2"}}, ["x", "choices", "interval(0,1)"]),
        ({"x": {"when": {"no_key": 3}, "is": "1,2"}}, ["no_key"]),
        (
            {"a": {"when": {"b": 1}, "is": "1,2"}, "b": {"when": {"a": 1}, "is": "1,2"}},
            ["a and b go in a circle"],
        ),
    ],
)
def test_what_no_space_can_mean_is_refused(params, parts):
    said = refused(params)
    assert all(part in said for part in parts), said


def test_the_seed_is_never_searched():
    room = read(None, "seed=1,2", "x=interval(0,1)")
    with pytest.raises(SweepError, match=r"luckiest seed.*hydra\.sweeper\.seeds"):
        reading.check_seeds(room, grid=False, seeds=None)
    reading.check_seeds(read(None, "seed=1,2"), grid=True, seeds=None)
    with pytest.raises(SweepError, match="leave one of them out"):
        reading.check_seeds(read(None, "seed=1"), grid=True, seeds=[1, 2])


def test_named_points_are_checked_against_the_space():
    room = read({"x": "interval(0,1)", "n": "range(0,9,2)", "loss": "a,b"})
    assert room.queued({"x": 0.5, "n": 4, "loss": "b"}, "here") == {"x": 0.5, "n": 4, "loss": "b"}
    for wrong, part in (
        ({"x": 2}, "interval"),
        ({"loss": "c"}, "a, b"),
        ({"y": 1}, "x, n, loss"),
        ({"n": 1.5}, "n=1.5"),
    ):
        with pytest.raises(SweepError, match=r"^here: ") as error:
            room.queued(wrong, "here")
        assert part in str(error.value)


POINTS = [{"loss": "nll"}, {"loss": "focal", "loss.gamma": 2}, {"loss": "smooth", "loss.epsilon": 0.1}]


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ([], [{"loss": "nll"}, {"loss": "focal", "loss.gamma": 2.0}, {"loss": "smooth", "loss.epsilon": 0.1}]),
        (["loss=focal"], [{"loss.gamma": 2.0}]),
        (["loss=nll,focal", "loss.gamma=interval(3,4)"], [{"loss": "nll"}]),
        (["loss=nll"], []),
    ],
)
def test_a_start_point_that_the_command_line_excludes_is_left_out(arguments, kept):
    """Values that the command line fixes alike are no parameters any more, those that it excludes are not tried."""
    assert start_points.read(POINTS, read(TREE, *arguments), read(TREE)) == kept


def test_a_start_point_outside_of_the_declared_space_is_refused():
    for point in ({"loss": "dice"}, {"los": "nll"}, {"loss": "focal", "loss.gamma": 7}):
        with pytest.raises(SweepError, match=r"start_points\[0\]"):
            start_points.read([point], read(TREE), read(TREE))


def test_a_worker_knows_what_the_sweep_was_started_with():
    """Its own config has the defaults, where another choice made by a config file would be missing."""
    params = {"shape.depth": {"when": {"shape": "well"}, "is": "range(1,4)"}}
    assert [p.key for p in read(params).parameters] == []
    loader = GlobalHydra.instance().config_loader()
    told = reading.read(params, [], config(), loader, known={"shape": "well"})
    assert [p.key for p in told.parameters] == ["shape.depth"]
