"""The README's comparison of two losses, as it stands there, with a smaller encoder."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TITLE = r"Which loss wins, and is it more than chance\?"


@pytest.mark.slow
def test_the_recipe_compares_two_losses(ner_lab, tmp_path):
    section = re.search(rf"^#+ {TITLE}\n(.*?)(?=^#+ )", README, re.MULTILINE | re.DOTALL)
    assert section, f"README.md has no section {TITLE!r}"
    block = re.search(r"^```bash\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL)
    assert block
    printed = {}
    for line in block[1].splitlines():
        words = shlex.split(line, comments=True)[1:]
        quick = ["model=tiny", "optimizer.lr=3e-3", "trainer.max_epochs=4"] if words[0] == "train" else []
        done = ner_lab(*words, *quick, cwd=tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        printed[words[0]] = done.stdout
    assert {"train", "compare"} <= printed.keys()
    (pair,) = csv.DictReader((tmp_path / "losses.csv").open())
    assert {pair["a"], pair["b"]} == {"nll", "focal"} and 0 <= float(pair["p"]) <= 1
    assert float(pair["low"]) <= float(pair["difference"]) <= float(pair["high"])
    assert (tmp_path / "losses.html").read_text(encoding="utf-8").count("<svg") == 3
    assert "5 │" in printed["compare"] and "F1" in printed["compare"]
