"""A config file that stands for more than the memory holds is refused with its place; any other is read as ever."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from omegaconf import OmegaConf, _utils

import ner_lab
from ner_lab.commands.expansion import MOST, bounded_loader

CONF = Path(ner_lab.__file__).parent / "conf"


def nested(levels: int) -> str:
    """Nine aliases of nine aliases of ...: 9 ** levels values."""
    return "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(levels)) + "\n"


@pytest.mark.parametrize("text", [path.read_text() for path in sorted(CONF.rglob("*.yaml"))] + [nested(3), "", "- 1\n"])
def test_what_a_config_holds_is_what_omegaconf_reads(text: str) -> None:
    assert yaml.load(text, Loader=bounded_loader()) == yaml.load(text, Loader=_utils.get_yaml_loader())


@pytest.mark.seconds
def test_the_limit_counts_every_value_that_an_alias_stands_for() -> None:
    whole = MOST // 10 - 2  # ten times a list of so many values, and the lists themselves, are just allowed
    for size, allowed in ((whole, True), (whole + 10, False)):
        text = f"a: &a [{', '.join('1' * size)}]\nb: [{', '.join(['*a'] * 9)}]\n"
        if allowed:
            assert len(yaml.load(text, Loader=bounded_loader())["b"]) == 9
        else:
            with pytest.raises(yaml.YAMLError, match="aliases stand for more than 100,000 values"):
                yaml.load(text, Loader=bounded_loader())


@pytest.mark.parametrize("words", [("train",), ("train", "-m", "seed=1,2")])
def test_a_group_of_the_users_own_is_refused_with_its_place(ner_lab, tmp_path: Path, words: tuple[str, ...]) -> None:
    mine = tmp_path / "conf" / "loss" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("_target_: ner_lab.losses.NLL\n" + nested(9))
    done = ner_lab(*words, "loss=mine", "model=tiny")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "aliases stand for more than 100,000 values" in done.stderr and f'"{mine}", line 7' in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conf"]


def test_outside_of_commands_omegaconf_is_as_it_was() -> None:
    assert OmegaConf.create(nested(3)).a2[8][8][8] == "x" and _utils.get_yaml_loader() is not bounded_loader()
