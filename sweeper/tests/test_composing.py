"""Configs that are composed faster are Hydra's own, and a grid is checked value by value, not point by point."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import toy_sweep
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from hydra_slots.composing import Composer

GIVEN = (["x=3"], ["x=-1e-3"], ["x=null"], ["x=a"], ["x='a, b'"], ["x=${steps}"], ["x={a:1,b:[2,c]}"], ["x=true"],
         ["shape=well"], ["shape=well", "shape.depth=4"], ["shape.offset=2", "shape=well"], ["+new=3"], ["+new.er=[1]"],
         ["++x=5"], ["x=1", "x=2"], ["~pause"], ["+shape@other=well"], ["~shape"],
         ["++x=5", "~x"], ["shape.offset=2", "shape={offset: 3}"], ["shape={offset: 3}", "shape.offset=2"],
         ["+extra=more", "x=2"], ["hydra.job.num=3", "x=1"], ["+hydra.job.env_set.A=b"], ["x=1", "hydra.verbose=true"],
         ["trouble='x=1'"])  # fmt: skip
WRONG = (["nokey=1"], ["shape.depth=1"], ["shape=pit"], ["+x=1"], ["x=1,2"], ["shape=bowl,well"], ["x=[1"],
         ["+shape=well"], ["x={a:1}", "x={b:2}"], ["other@here=1"], ["~nokey"])  # fmt: skip


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, DictConfig]]:
    """Hydra's loader, and the config of a sweep with a further group on its search path."""
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "more.yaml").write_text("# @package _global_\nfound: true\n")
    monkeypatch.setenv("OF_THIS_PROCESS", "here")
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(toy_sweep.APP.parent), version_base="1.3"):
        loader: Any = GlobalHydra.instance().config_loader()
        given = [f"hydra.searchpath=[file://{tmp_path}]", "hydra.job.env_copy=[OF_THIS_PROCESS]"]
        yield loader, loader.load_configuration("config", given, RunMode.MULTIRUN)


def inside(node: Any, path: str = "") -> Iterator[tuple[Any, ...]]:
    """What a config is apart from its values: flags and types."""
    if isinstance(node, DictConfig) and not node._is_none() and not node._is_missing():
        yield path, node._metadata.flags, node._metadata.object_type, node._metadata.ref_type
        for key in node:
            yield from inside(node._get_node(key), f"{path}.{key}")


@pytest.mark.parametrize("given", GIVEN, ids=" ".join)
def test_it_is_the_config_that_hydra_composes(application, given, monkeypatch):
    loader, master = application
    compose = Composer(loader, master)
    compose(["x=7", "shape=bowl"])  # remembers
    compose = pickle.loads(pickle.dumps(compose))
    for _ in range(2):
        mine, its = compose(given), loader.load_sweep_config(master, list(given))
        assert OmegaConf.to_yaml(mine) == OmegaConf.to_yaml(its) and mine == its
        assert list(inside(mine)) == list(inside(its))
        monkeypatch.setenv("OF_THIS_PROCESS", "changed since")


@pytest.mark.parametrize("given", WRONG, ids=" ".join)
def test_what_hydra_refuses_is_refused_in_its_words(application, given):
    loader, master = application
    compose = Composer(loader, master)
    compose(["x=7"])
    with pytest.raises(HydraException) as its:
        loader.load_sweep_config(master, list(given))
    with pytest.raises(HydraException) as mine:
        compose(given)
    assert str(mine.value) == str(its.value)


def counted(loader: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The overrides of all that is composed from the beginning from now on."""
    whole, load = [], type(loader).load_sweep_config
    monkeypatch.setattr(
        type(loader), "load_sweep_config", lambda self, master, given: whole.append(given) or load(self, master, given)
    )
    return whole


def test_files_are_merged_once_for_each_choice_of_groups(application, monkeypatch):
    loader, master = application
    compose, whole = Composer(loader, master), counted(loader, monkeypatch)
    for shape, x, seed in product(("bowl", "well"), range(20), range(3)):
        config = compose([f"shape={shape}", f"x={x}", f"seed={seed}"])
        config.x = "somebody changes what is his"
    assert whole == [["shape=bowl"], ["shape=well"]]


@pytest.mark.seconds
def test_points_in_a_row_have_the_configs_of_each(application, monkeypatch):
    loader, master = application
    values = ["1", "-2.5", "1e-3", "null", "'a b'", "{a:1}", "{b:2}", "word", "true", "${steps}", "[1,2]", "3"]
    points = [{"shape": "bowl", "x": x, "+new": "1"} for x in values]
    points += [{"shape": "well", "x": "3", "+new": one} for one in ("1", "2", "3")]
    configs = Composer(loader, master).along((["steps=9"], chosen) for chosen in points)
    for chosen, config in zip(points, configs, strict=True):
        its = loader.load_sweep_config(master, ["steps=9", *(f"{key}={value}" for key, value in chosen.items())])
        config, its = (OmegaConf.masked_copy(one, ["x", "new", "shape", "steps"]) for one in (config, its))
        assert config == its, chosen


@pytest.mark.seconds
def test_a_combination_that_hydra_refuses_is_the_failure_of_its_trial(tmp_path):
    here = "# @package _global_\n"
    for group, text in (("a", f"{here}mixed: {{k: 1}}"), ("b", f"{here}mixed: [1]")):
        (tmp_path / "conf" / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / "conf" / group / "plain.yaml").write_text("k: 1")
        (tmp_path / "conf" / group / "mixed.yaml").write_text(text)
    told = (f"hydra.searchpath=[file://{tmp_path}/conf]", "+a=plain,mixed", "+b=plain,mixed")
    said = toy_sweep.sweep(tmp_path / "s", *told, code=1)
    assert "Traceback" not in said and "1 of 4 trials failed" in said and "+a=mixed +b=mixed" in said
    assert toy_sweep.states(tmp_path / "s") == ["COMPLETE"] * 3 + ["FAIL"]
    log = (tmp_path / "s" / "3" / "console.log").read_text()
    assert "+a=mixed +b=mixed: In 'b/mixed'" in log and "Traceback" not in log


@pytest.mark.seconds
def test_a_wrong_value_among_thousands_is_refused_before_the_first_trial(tmp_path):
    values = ",".join(map(str, range(3000)))
    said = toy_sweep.sweep(tmp_path / "s", f"x={values}", "shape=bowl,pit,well", code=1)
    assert "shape=pit" in said and "Could not find 'shape/pit'" in said and not (tmp_path / "s").exists()
