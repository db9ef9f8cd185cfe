"""README and site are true: every command in them runs, and the extensions that they show are found and train."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [README, *(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").rglob("*.md")))]
BLOCKS = [block for page in PAGES for block in re.findall(r"^```(\w+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
# Each once, in the order of the pages.
COMMANDS = list(
    dict.fromkeys(
        command.strip()
        for language, text in BLOCKS
        if language == "bash"
        for line in text.splitlines()
        if line.startswith("ner-lab ")
        for command in line.split("  #")[0].split("# ")[0].split(" && ")
    )
)
QUICK = ["model=tiny", "trainer.max_steps=2", "logger=none"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """A working folder with what the commands speak of: my_corpus, raw, nested, sentences.txt."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(corpus, folder / "my_corpus")
    (folder / "raw").mkdir()
    shutil.copy(corpus / "train.conll", folder / "raw" / "all.conll")
    (folder / "sentences.txt").write_text("Ada Lovelace lived in London .\n")
    (folder / "nested").mkdir()
    for split in ("train", "dev", "test"):
        spans = [[4, 19, "ORG"], [12, 19, "LOC"]]
        line = json.dumps({"text": "The Bank of England wrote .", "spans": spans})
        (folder / "nested" / f"{split}.jsonl").write_text(f"{line}\n" * 30)
    (folder / "slashed").mkdir()
    for split in ("train", "dev"):
        (folder / "slashed" / f"{split}.txt").write_text("Ada/B-PER Lovelace/I-PER wrote/O\n" * 20)
    return folder


@pytest.mark.slow
def test_every_command_of_readme_and_site_runs(ner_lab, folder, monkeypatch):
    assert len(COMMANDS) >= 10
    own = ["data=column", "data.dir=my_corpus", "model.encoder.pooling=first"]  # which the export can hold
    made = ner_lab("train", *own, *QUICK, "hydra.run.dir=RUN", cwd=folder)
    assert made.returncode == 0, made.stderr
    monkeypatch.setenv("SWEEP_STORAGE", f"sqlite:///{folder}/sweeps.db")
    sweep = ["train", "-m", *own, *QUICK, "data.size=24", "optimizer.lr=1e-3,1e-2", "hydra.sweep.dir=FOLDER"]
    made = ner_lab(*sweep, cwd=folder)
    assert made.returncode == 0, made.stderr
    for command in COMMANDS:
        words = shlex.split(command)[1:]
        training = words[0] in ("train", "pipeline")
        resumed = any(word.startswith("resume=") for word in words)
        small = ["data.size=24"] if training and "pipeline" not in words and not resumed else []
        quick = [*QUICK, *small] if training and not resumed else []
        if "hydra.sweep.dir=outputs/losses" in words:
            quick.remove("logger=none")  # whose curves are drawn further down
        if any(word.startswith(("search=", "hydra.sweeper.n_trials=")) for word in words):
            quick.append("hydra.sweeper.n_trials=2")
        if "search=screen" in words:
            quick.append("model.encoder.layers=[-1,-2]")  # the tiny encoder has no more
        done = ner_lab(*words, *quick, cwd=folder)
        assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.mark.seconds
def test_the_python_of_the_readme_runs(folder):
    (code,) = {text for language, text in BLOCKS if language == "python" and text.startswith("import ner_lab")}
    quick = '**{"model": "tiny", "trainer.max_steps": 2, "data.size": 24, "logger": "none", "hydra.run.dir": folder})'
    trainings = "".join(
        f'ner_lab.train("loss={loss}", folder="outputs/first/{loss}{seed}", seed={seed})\n'
        for loss in ("nll", "focal")
        for seed in (1, 2)
    )
    train = "def train(*words, folder='outputs/one', **settings):\n    return plain(*words, **settings, " + quick
    code = code.replace(
        "import ner_lab\n", f"import ner_lab\nplain = ner_lab.train\n{train}\nner_lab.train = train\n" + trainings
    )
    shown = "\n".join(
        f"print({line.split('  #')[0]})" if line.startswith(("tagger(", "ner_lab.compare(", "ner_lab.runs(")) else line
        for line in code.splitlines()
    )
    done = subprocess.run([sys.executable, "-c", shown], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "loss" in done.stdout and "focal" in done.stdout and not done.stderr, done.stderr


@pytest.mark.slow
def test_the_extensions_of_the_site_are_found_and_train(ner_lab, folder, encoder_folder):
    written = []
    for language, text in BLOCKS:
        name = re.match(r"(?:# @package _global_\n)?# ([\w/.-]+\.(?:py|yaml))", text)
        if language in ("python", "yaml") and name:
            path = folder / name.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            written.append(name.group(1))
            assert len([line for line in text.splitlines() if line.strip()]) <= 20
    assert len(written) == 15
    quick = ["trainer.max_steps=2", "logger=none"]
    for overrides in (
        ["loss=unlikelihood", "model/head=crf", "model=tiny", "data.size=24"],
        ["model/head=prototypes", "loss=focal", "model=tiny", "data.size=24"],
        ["data=greetings", "model=tiny"],
        ["experiment=careful", "callbacks=timed", "optimizer=radam", "model=tiny", "data.size=24"],
        ["data=my_format", "data.dir=slashed", "model=tiny"],
        ["model=my-encoder", f"model.encoder.name={encoder_folder('bert')}", "data=column", "data.dir=my_corpus"],
    ):
        done = ner_lab("train", *overrides, *quick, cwd=folder)
        assert done.returncode == 0, f"{overrides}\n{done.stderr}"
    few = ["hydra.sweeper.n_trials=2", "hydra.sweep.dir=weights", "model=tiny", "data.size=24"]
    done = ner_lab("train", "-m", "search=weights", *few, *quick, cwd=folder)
    assert done.returncode == 0 and "best trial" in done.stderr and "loss.weight=" in done.stderr, done.stderr
    own = ["data=my_format", "data.dir=slashed"]
    for command in (["data", *own, "model.encoder.name=null"], ["convert", *own, "format=brat", "output=as_brat"]):
        done = ner_lab(*command, cwd=folder)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert "B-PER" in ner_lab("data", "data=auto", "data.dir=as_brat", "model.encoder.name=null", cwd=folder).stdout
    done = ner_lab("frequent", "data.dir=my_corpus", "top=3", cwd=folder)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3, done.stderr
    assert "top: 10" in ner_lab("frequent", "--cfg", "job", cwd=folder).stdout


def test_the_readme_names_every_config_of_its_tables():
    conf = ROOT / "conf"
    for group in ("loss", "model", "model/head"):
        for file in (conf / group).glob("*.yaml"):
            assert file.stem == "base" or f"`{file.stem}`" in README, f"{group}={file.stem} is not in the README"
