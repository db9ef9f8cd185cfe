"""Tab: commands, their words and options, groups, keys and paths, asked as bash, zsh and fish ask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ner_lab.commands import completion


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder: two runs, a corpus, files, a blank and a hidden name."""
    for name in ("outputs/one", "outputs/other", "outputs/.hidden", "my corpus"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("one", "other"):
        (tmp_path / "outputs" / name / "config.yaml").touch()
    (tmp_path / "corpus" / "conll").mkdir(parents=True)
    for name in ("corpus/train.conll", "sentences.txt", "sentences.jsonl"):
        (tmp_path / name).touch()
    return tmp_path


def completions(line: str, cwd: Path | None = None, shell: str = "bash") -> list[str]:
    environment = {**os.environ, "COMP_LINE": line, "COMP_POINT": str(len(line))}
    command = [sys.executable, "-m", "ner_lab", "-sc", f"query={shell}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.seconds
def test_commands_groups_and_keys() -> None:
    assert completions("ner-lab t") == ["train ", "tensorboard "]
    assert "loss=focal" in completions("ner-lab train loss=f")
    assert "optimizer.lr=" in completions("ner-lab train loss=focal optimizer.l")
    assert "run=" in completions("ner-lab evaluate ru", shell="zsh")
    assert completions("ner-lab data err")[0] == "errors "
    assert "run=" in completions("ner-lab data errors ru")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("predict run=", ["run=corpus/", "run=outputs/"]),
        ("predict run=out", ["run=outputs/"]),
        ("predict run=outputs/", ["run=outputs/one ", "run=outputs/other "]),
        ("train resume=outputs/ot", ["resume=outputs/other "]),
        ("train loss=focal data.dir=cor", ["data.dir=corpus/"]),
        ("train data.dir=corpus/", ["data.dir=corpus/conll/"]),
        ("predict run=outputs/one input=sent", ["input=sentences.jsonl ", "input=sentences.txt "]),
        ("predict run=nowhere/", []),
        ("serve run=outputs/on", ["run=outputs/one "]),
        ("sweep st", ["status "]),
        ("sweep status out", ["outputs/"]),
        ("runs n", ["note "]),
        ("runs wh", ["where="]),
        ("runs rm outputs/o", ["outputs/one ", "outputs/other "]),
        ("compare ba", ["baseline="]),
        ("compare outputs/one split=d", ["split=dev "]),
        ("compare metric=f1_", ["metric=f1_strict ", "metric=f1_macro "]),
        ("compare outputs/o", ["outputs/one ", "outputs/other "]),
        ("compare html=cor", ["html=corpus/"]),
        ("doctor ag", ["again="]),
        ("doctor again=t", ["again=true "]),
        ("nonsense x", []),
    ],
)
def test_words_options_and_paths(folder: Path, line: str, expected: list[str]) -> None:
    assert completions(f"ner-lab {line}", folder) == expected


def test_a_users_own_command_has_its_keys(folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "mine.yaml").write_text("function: my.mine\nsomething: 1\n")
    assert "something=" in completions("ner-lab mine some", folder)


def test_paths_from_the_root_and_from_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert completion.paths(f"{folder}/out") == [f"{folder}/outputs/"]
    assert completion.paths("~/outputs/on") == ["~/outputs/one "]
    assert completion.paths(f"{folder}/outputs/.h") == [f"{folder}/outputs/.hidden/"]
    many = folder / "many"
    many.mkdir()
    for number in range(300):
        (many / f"{number}").touch()
    assert len(completion.paths(f"{many}/")) == completion.MOST


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that has `ner-lab`."""
    place = tmp_path_factory.mktemp("bin") / "ner-lab"
    place.write_text(f'#!/bin/sh\nexec {sys.executable} -m ner_lab "$@"\n')
    place.chmod(0o755)
    return {**os.environ, "PATH": f"{place.parent}:{os.environ['PATH']}"}


BASH = """eval "$(ner-lab -sc install=bash)"
COMP_LINE='{line}' COMP_POINT={point}
_ner_lab_complete
printf '%s|' "${{COMPREPLY[@]}}"
"""
ZSH = """compdef() {{ true }}
compadd() {{ shift 4; print -rn -- "${{(j:|:)@}}|" }}
eval "$(ner-lab -sc install=zsh)"
words=({line}) CURRENT=${{#words}} PREFIX=$words[-1]
_ner_lab_complete
"""
FISH = """ner-lab -sc install=fish | source
complete -C '{line}' | string join '|'
"""


@pytest.mark.parametrize(
    ("shell", "line", "expected"),
    [
        ("bash", "ner-lab tr", "train |"),
        ("bash", "ner-lab predict run=outputs/o", "outputs/one |outputs/other |"),
        ("bash", "ner-lab sweep st", "status |"),
        ("zsh", "ner-lab tr", "train |"),
        ("zsh", "ner-lab predict run=outputs/o", "run=outputs/one |run=outputs/other |"),
        ("fish", "ner-lab tr", "train"),
        ("fish", "ner-lab predict run=outputs/o", "run=outputs/one|run=outputs/other"),
        ("fish", "ner-lab compare split=d", "split=dev"),
    ],
)
def test_the_shells_offer_it(folder: Path, program: dict[str, str], shell: str, line: str, expected: str) -> None:
    if not (there := shutil.which(shell)):
        assert "NER_LAB_NEEDS_SHELLS" not in os.environ, f"no {shell} on this machine, but NER_LAB_NEEDS_SHELLS is set"
        pytest.skip(f"no {shell} on this machine")
    text = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(line=line, point=len(line))
    quiet = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run([there, *quiet, "-c", text], cwd=folder, env=program, capture_output=True, text=True)
    assert done.stderr == "" and [one.strip() for one in done.stdout.strip().split("|")] == [
        one.strip() for one in expected.split("|")
    ]


@pytest.mark.parametrize("arguments", [["-sc"], ["-sc", "install=tcsh"], ["-sc", "instal=bash"]])
def test_another_shell_is_refused_in_a_line(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "ner_lab", *arguments], capture_output=True, text=True)
    assert done.returncode == 1 and "one of bash, zsh, fish" in done.stderr and done.stderr.count("\n") == 1
