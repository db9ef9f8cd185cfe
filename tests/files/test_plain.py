"""Plain values: what a config holds comes out as Hydra has it, and an attempt at anything else ends in `file:line`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cpu_time import at_most
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from ner_lab.files.plain import parse_json, parse_yaml, read_json, read_yaml
from ner_lab.types import UserError

PACKAGED = sorted((Path(__file__).parents[2] / "conf").rglob("*.yaml"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("file", PACKAGED, ids=lambda file: file.stem)
def test_reads_configs_as_hydra_does(file: Path) -> None:
    assert (read_yaml(file) or {}) == OmegaConf.to_container(OmegaConf.load(file))


SCALARS = """1e-4 1E5 1.e3 .5e-3 1_0e3 1e e5 1. 12:30 12:30:45 12:30.5 2001-01-01 1_000 0x1f 010 08 yes off ~ Null nan
.nan -.inf inf 1.0e5 1-2 . '1' '' 1e_5"""


@pytest.mark.parametrize("text", SCALARS.split())
def test_tells_numbers_from_texts_as_hydra_does(text: str) -> None:
    assert repr(parse_yaml(f"a: {text}", "c.yaml")) == repr(OmegaConf.to_container(OmegaConf.create(f"a: {text}")))


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=3))
def test_gives_back_what_was_written(value: dict[str, object]) -> None:
    assert parse_json(json.dumps(value), "f.json") == value
    assert parse_yaml(OmegaConf.to_yaml(value), "f.yaml") == OmegaConf.to_container(
        OmegaConf.create(OmegaConf.to_yaml(value))
    )


LAUGHS = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
HOSTILE_YAML = {
    "an alias bomb": (LAUGHS, "c.yaml:1: anchor &a"),
    "deep blocks": ("x: 1\ny:\n" + "- " * 100_000, "c.yaml:3: lists and mappings within each other"),
    "deep flow": ("[" * 100_000, "c.yaml:1"),
    "deep and short": ("x: 1\ny: " + "[" * 200 + "]" * 200, "c.yaml:2: lists and mappings within each other"),
    "deep indents": ("\n".join(" " * i + "a:" for i in range(900)), "c.yaml:101: lists and mappings"),
    "a long number": ("x: 1\ny: " + "1" * 5_000, "c.yaml:2: a number of 5,000 characters"),
    "a number beyond 64 bits": ("x: " + "9" * 30, "c.yaml:1: 9999"),
    "base 60": ("x: 1" + ":1" * 50_000, "c.yaml:1: a number of"),
    "code": ("x:\n  y: !!python/object/apply:os.system [id]", "c.yaml:2: tag "),
    "a tag of a scalar": ("x: !!python/name:os.system ''", "c.yaml:1: tag "),
    "a merge": ("x:\n  <<: {a: 1}", "c.yaml:2: <<"),
    "a key twice": ("x: 1\nx: 2", "c.yaml:2: key 'x' is given twice"),
    "a list as key": ("[1, 2]: 3", "c.yaml:1: a list or a mapping as a key"),
    "two documents": ("x: 1\n---\ny: 2", "c.yaml:2: a second document"),
    "no YAML": ("x: 1\ny: a: b", "c.yaml:2: no YAML"),
    "a control character": ("x: \x07", "c.yaml:1"),
}
HOSTILE_JSON = {
    "deep lists": ("\n" + "[" * 100_000, "f.json:2: lists and mappings within each other"),
    "deep mappings": ('{"a":\n' * 100_000, "f.json:101: lists and mappings within each other"),
    "deep and closed": ("[" * 101 + "]" * 101, "f.json:1: lists and mappings within each other"),
    "a long number": ('{"a":\n' + "1" * 5_000 + "}", "f.json:2: a whole number of 5,000 digits"),
    "beyond 64 bits": ('{"1111111111111111111111":\n' + "9" * 19 + "}", "f.json:2: 9999999999999999999 is beyond"),
    "half a pair": ('["\\ud800"]', "f.json:1: a text holds half of a surrogate pair"),
    "a key twice": ('{"a": ["{", {"b": 1}],\n "b": {"a": 1},\n "\\u0061": 2}', "f.json:3: key 'a' is given twice"),
    "no JSON": ('{"a": 1,\n}', "f.json:2: no JSON"),
    "nothing": ("", "f.json:1: no JSON"),
}


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_hostile_yaml(name: str) -> None:
    text, said = HOSTILE_YAML[name]
    with at_most(10), pytest.raises(UserError) as refused:
        parse_yaml(text, "c.yaml")
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_hostile_json(name: str) -> None:
    text, said = HOSTILE_JSON[name]
    with at_most(10), pytest.raises(UserError) as refused:
        parse_json(text, "f.json")
    assert str(refused.value).startswith(said)
    if "\n" not in text:
        with pytest.raises(UserError, match=r"^f\.json:7:"):
            parse_json(text, "f.json", line=7)


def test_a_tokenizer_without_a_limit_is_read(tmp_path: Path) -> None:
    (file := tmp_path / "tokenizer_config.json").write_text(f'{{"model_max_length": {int(1e30)}}}')
    assert read_json(file, lenient=True) == {"model_max_length": int(1e30)}
    assert parse_json('{"a": 1, "a": 2}', file, lenient=True) == {"a": 2}
    with pytest.raises(UserError, match="a whole number of 5,000 digits"):
        parse_json("1" * 5_000, file, lenient=True)


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'\n"\xe9"')
    (tmp_path / "large.yaml").write_text("x" * 2**21)
    os.mkfifo(tmp_path / "pipe")
    for read, name, said in (
        (read_json, "latin.json", "latin.json:2: not UTF-8 (byte 0xe9)"),
        (read_yaml, "large.yaml", "larger than"),
        (read_json, "pipe", "no plain file"),
        (read_yaml, "pipe", "no plain file"),
        (read_json, "none.json", "No such file"),
    ):
        with pytest.raises(UserError) as refused:
            read(tmp_path / name)
        assert said in str(refused.value)
    (tmp_path / "endless").symlink_to("/dev/zero")
    with pytest.raises(UserError, match="no plain file"):
        read_json(tmp_path / "endless")
