"""`ner-lab runs`: lists what there is, keeps notes, and deletes runs and nothing else, never one that is written."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import made_runs
import pytest

from ner_lab.commands import run_keeping, runs
from ner_lab.training.run_lock import hold, release, writer


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four runs: nll and focal, one unfinished and one damaged."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    sentences = made_runs.gold(30)
    for name, right, loss, lr in (("one", 0.9, "nll", 1e-3), ("two", 0.5, "focal", 3e-3), ("half", 0.5, "focal", 3e-3)):
        config = {"loss._target_": f"ner_lab.losses.{loss}.X", "optimizer.lr": lr}
        overrides = (f"loss={loss}", f"optimizer.lr={lr}", "model=tiny")
        made_runs.write_run(tmp_path / "all" / name, made_runs.predicted(sentences, right, 1), config, overrides)
    (tmp_path / "all" / "half" / "metrics.json").unlink()
    made_runs.write_run(tmp_path / "all" / "bad", made_runs.predicted(sentences, 0.5, 1))
    (tmp_path / "all" / "bad" / "config.yaml").write_text("- a list\n")
    return tmp_path / "all"


def listed(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, str]:
    """What is printed, a line by the name of its run."""
    runs.start([*map(str, arguments)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["run", "state"] or lines == ["0 runs"]
    return {line.split()[0]: line for line in lines[1:-1]} | {"last": lines[-1]}


def refused(*arguments: object) -> str:
    with pytest.raises(SystemExit) as end:
        runs.start([*map(str, arguments)])
    assert str(end.value).startswith("ner-lab runs: ")
    return str(end.value)


def test_it_lists_runs_with_what_they_were_told_and_what_came_of_it(made: Path, capsys: Any) -> None:
    found = listed(capsys, made)
    assert set(found) == {"one", "two", "half", "bad", "last"}
    for part in ("finished", "loss=nll", "optimizer.lr=0.001", "kB"):
        assert part in found["one"]
    f1 = json.loads((made / "one" / "metrics.json").read_text())["test"]["f1"]
    assert f"{100 * f1:.2f}" in found["one"]
    assert "unfinished" in found["half"] and "damaged" in found["bad"]
    assert found["last"].startswith(f"4 runs below {made}")
    told = listed(capsys, made / "one", made / "two")
    assert "model=tiny" not in told["one"] and told["last"].endswith("all: model=tiny")


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        (["loss=focal"], {"two", "half"}),
        (["loss!=focal"], {"one", "bad"}),
        (["loss=focal", "state=finished"], {"two"}),
        (["optimizer.lr<0.002"], {"one"}),
        (["optimizer.lr>=0.003"], {"two", "half"}),
        (["test.f1>0"], {"one", "two"}),
        (["test.f1>200"], set()),
        (["folder~TW"], {"two"}),
        (["state=damaged"], {"bad"}),
        (["tags=best"], {"one"}),
        (["tags!=best"], {"two", "half", "bad"}),
        (["note~ship"], {"one"}),
    ],
)
def test_conditions_choose(made: Path, capsys: Any, conditions: list[str], names: set[str]) -> None:
    runs.start(["note", str(made / "one"), "text=the one to ship"])
    runs.start(["tag", str(made / "one"), "add=best,old", "add=x", "remove=old"])
    capsys.readouterr()
    assert set(listed(capsys, made, *(f"where={one}" for one in conditions))) - {"last"} == names


def test_it_sorts_and_runs_without_the_key_come_last(made: Path, capsys: Any) -> None:
    up, down = (list(listed(capsys, made, f"sort={key}")) for key in ("test.f1", "-test.f1"))
    assert up[:2] == down[:2][::-1] and set(up[2:4]) == set(down[2:4]) == {"half", "bad"}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["all", "where=loss"], "where=loss: must be KEY, one of"),
        (["all", "where=lss=nll"], "no run here has lss"),
        (["all", "where=dev.f1>=abc"], "where=dev.f1>=abc: dev.f1 is a number, and 'abc' is none"),
        (["all", "where=state=unfinshed"], "a state is one of finished, running, unfinished"),
        (["all", "sort=lss"], "sort=lss: no run here has lss"),
        (["all", "sort=date", "sort=date"], "was given already"),
        (["all", "srt=date"], "srt=date: no such option"),
        (["all", "--json"], "--json: options are KEY=VALUE"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["note", "all/one"], "text= is missing"),
        (["note", "text=x"], "no run given"),
        (["note", "all", "text=x"], "not a run folder"),
        (["tag", "all/one"], "add= or remove= is missing"),
        (["rm"], "no runs given"),
        (["rm", "all/one"], "1 run would be deleted, and nobody can be asked here; say yes=true"),
        (["rm", "all/one", "yes=perhaps"], "must be true or false"),
        (["all", "html=nowhere/x.html"], "there is no folder"),
    ],
)
def test_mistakes_are_said_and_change_nothing(
    made: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str
) -> None:
    before = sorted(made.rglob("*"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert part in refused(*arguments)
    assert sorted(made.rglob("*")) == before


def test_notes_and_tags_are_kept_and_taken_away(made: Path, capsys: Any) -> None:
    one = made / "one"
    runs.start(["note", str(one), "text=good \x1b[31m [bold]"])
    runs.start(["tag", str(one), str(made / "two"), "add=a"])
    capsys.readouterr()
    assert r"#a good \x1b[31m [bold]" in listed(capsys, made)["one"]
    runs.start(["note", str(one), "text="])
    runs.start(["tag", str(one), "remove=a"])
    assert not (one / "notes.json").exists()


def test_looking_leaves_no_trace(made: Path, capsys: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    listed(capsys, made)
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_it_deletes_runs_and_nothing_else(made: Path, tmp_path: Path, capsys: Any) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("kept")
    (made / "half" / "link").symlink_to(outside)
    (made / "half" / "folder").symlink_to(tmp_path)
    runs.start(["rm", str(made), "where=state=unfinished", "yes=true"])
    assert "deleted 1 of 1 run" in capsys.readouterr().err
    assert sorted(path.name for path in made.iterdir()) == ["bad", "one", "two"] and outside.read_text() == "kept"
    runs.start(["rm", str(made), "where=test.f1>200", "yes=true"])
    assert "no run matches; nothing is deleted" in capsys.readouterr().err
    (tmp_path / "alias").symlink_to(made / "one")
    assert "is a link" in refused("rm", tmp_path / "alias", "yes=true")
    made_runs.write_run(made / "one" / "inner", made_runs.predicted(made_runs.gold(5), 0.5, 1))
    assert "holds another run" in refused("rm", made / "one", "yes=true")
    os.chdir(made / "two")
    assert "working directory" in refused("rm", made / "two", "yes=true")
    assert sorted(path.name for path in made.iterdir()) == ["bad", "one", "two"]


@pytest.mark.parametrize(("answer", "left"), [("n\n", 4), ("\n", 4), ("", 4), ("yes\n", 3)])
def test_it_asks_before_it_deletes(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, answer: str, left: int
) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    monkeypatch.setattr(run_keeping.sys, "stdin", Terminal())
    runs.start(["rm", str(made / "one")])
    said = capsys.readouterr().err
    assert f"{made / 'one'}\ndelete 1 run, " in said and "for good? [y/N]" in said
    assert len(list(made.iterdir())) == left


def test_a_run_that_is_written_is_left_alone(made: Path, capsys: Any) -> None:
    one = made / "one"
    hold(one)
    try:
        command = [sys.executable, "-m", "ner_lab", "runs"]
        for words in (["rm", one, "yes=true"], ["note", one, "text=x"], ["tag", one, "add=x"]):
            done = subprocess.run([*command, *map(str, words)], capture_output=True, text=True)
            assert done.returncode == 1 and "is writing this run folder" in done.stderr
        done = subprocess.run([*command, str(made), "where=state=running"], capture_output=True, text=True)
        assert done.stdout.splitlines()[1].split()[:2] == ["one", "running"]
    finally:
        release(one)
    assert (one / "metrics.json").is_file() and not (one / "notes.json").exists()
    assert writer(one) == ""


@pytest.mark.seconds
def test_a_run_that_never_began_says_what_it_was_and_its_log_why(ner_lab: Any, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    for split in ("train", "dev"):
        (tmp_path / "bad" / f"{split}.conll").write_text("Ada B-PER\nx\n\n")
    basic = ("hydra/launcher=basic", "hydra/sweeper=basic", "hydra.sweep.dir=all", "seed=1,2")
    done = ner_lab("train", "-m", "model=tiny", "data=column", "data.dir=bad", *basic)
    assert done.returncode == 1 and "bad/train.conll:2" in done.stderr
    assert "bad/train.conll:2" in (tmp_path / "all" / "0" / "train.log").read_text()
    shown = ner_lab("runs", "all").stdout
    assert "unfinished" in shown and "data.dir=bad" in shown
