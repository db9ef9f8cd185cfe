"""Files of a run folder have the shape that a run gives them, or are refused with the place that has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ner_lab.report import run_files
from ner_lab.report.run_files import fault, read_json, read_yaml
from ner_lab.types import UserError

STORED = Path(__file__).parents[1] / "stored" / "run"
BOMB = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(9))


def test_a_run_of_an_earlier_version_has_these_shapes() -> None:
    for name, shape in (
        ("metrics", run_files.METRICS),
        ("environment", run_files.ENVIRONMENT),
        ("ledger", run_files.LEDGER),
        ("train_entities", run_files.ENTITIES),
    ):
        assert read_json(STORED / f"{name}.json", shape)
    assert read_yaml(STORED / "config.yaml", run_files.CONFIG) and read_yaml(STORED / "overrides.yaml", [str])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "it must be a mapping, got []"),
        ({}, "dev is missing"),
        ({"dev": {"f1": None}}, "dev.f1 must be a number, got None"),
        ({"dev": {"f1": True}}, "dev.f1 must be a number, got True"),
        ({"dev": {"f1": float("nan")}}, "dev.f1 must be a number, got nan"),
        ({"dev": {"f1": 10**400}}, "dev.f1 must be a number, got 1000"),
        ({"dev": {"f1": 1}, "more": [1, 2.5]}, "more.1 must be a whole number, got 2.5"),
        ({"dev": {"f1": 1}, 3: 4}, "a key must be a text, got 3"),
        ({"dev": {"f1": 1}, "more": []}, ""),
    ],
)
def test_the_first_place_that_is_wrong_is_named(value: object, said: str) -> None:
    assert fault(value, {"dev": {"f1": float}, ...: [int]}).startswith(said)


@pytest.mark.parametrize("text", [BOMB, "a: &a [*a]", "[" * 100_000, "a: [", "a: \x00", "- 1"])
def test_a_yaml_file_that_holds_too_much_or_itself_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=r"config\.yaml:"):
        read_yaml(path, run_files.CONFIG)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b"9" * 5000, b'{"a": ', b"null"])
def test_a_json_file_that_is_damaged_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "metrics.json").write_bytes(data)
    with pytest.raises(UserError, match=r"metrics\.json:"):
        read_json(tmp_path / "metrics.json", run_files.METRICS)
