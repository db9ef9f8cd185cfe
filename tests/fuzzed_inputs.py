"""What the fuzzer damages, and the commands that read it: a function for each kind of input."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from mutations import NASTY, VALUES, changed, damage, damaged, written
from omegaconf import DictConfig, OmegaConf

from ner_lab import conf
from ner_lab.commands import COMMANDS, Command, hydra_app, load
from ner_lab.data import statistics
from ner_lab.data.formats.column import column_data
from ner_lab.data.formats.registry import FORMATS
from ner_lab.files import RunFolder
from ner_lab.training.assembly import build, check_settings

STORED = Path(__file__).parent / "stored"
SWEEP = STORED / "sweep"
CONF = Path(conf.__path__[0])
TINY = ("model=tiny", "data=column", "trainer=cpu", "data.cache=null", "data.batch_size=2")
OVERRIDES = (
    *TINY, "loss=focal", "loss.gamma=2", "model/head=crf", "model/between=bilstm", "optimizer=sgd", "seed=3",
    "optimizer.lr=1e-3", "scheduler=cosine", "trainer.max_epochs=2", "data.size=0.5", "data.fold=1", "+data.folds=3",
    "loss=compound", "data.label_names={PER: person}", "callbacks=default", "logger=csv", "debug=quick",
    "experiment=original", "model.encoder.pooling=mean", "model.encoder.lora.r=4", "objective=test/f1",
)  # fmt: skip
LINES = (
    {"text": "Ada Lovelace met Bob in Oslo ."},
    {"words": ["Ada", "met", "Bob"], "document": "d1", "id": 7},
    {"tokens": ["It", "rained", "."], "entities": []},
)


class Inputs:
    """Whole inputs, made once: a corpus in every format and a tiny run. Each kind is given a copy to damage."""

    def __init__(self, folder: Path, run: Path) -> None:
        self.run, self.corpora = run, folder / "corpora"
        whole = column_data.ColumnData(dir=str(STORED / "corpus")).read()
        for name, form in FORMATS.items():
            for split in ("train", "dev"):
                form.write(self.corpora / name / f"{split}{form.suffix}", list(whole[split])[:8])
        self.kinds: dict[str, Callable[[random.Random, Path], None]] = {
            **{f"data={name}": self._corpus(name) for name in FORMATS},
            "run": self._run,
            "checkpoint": self._checkpoint,
            "encoder": self._encoder,
            "curves": self._curves,
            "evaluation": self._evaluation,
            "column file": self._column_file,
            "sweep": self._sweep,
            "overrides": self._overrides,
            "config": self._config,
            "predict": self._predict,
        }

    def _corpus(self, name: str) -> Callable[[random.Random, Path], None]:
        def kind(rng: random.Random, folder: Path) -> None:
            shutil.copytree(self.corpora / name, folder / "corpus")
            _damage_one(folder / "corpus", rng)
            target = rng.choice((FORMATS[name].reader.__name__, "AutoData"))
            settings = {"dir": str(folder / "corpus"), "repair": rng.choice(("strict", "conlleval", "drop"))}
            node = OmegaConf.create({"_target_": f"ner_lab.data.{target}", **settings})
            check_settings(node, "data")
            data = build(node, "data")
            data.load()
            statistics.by_split(data.sentences)
            data.fingerprint()
            data.setup()

        return kind

    def _copy(self, folder: Path) -> RunFolder:
        shutil.copytree(self.run, folder / "run")
        return RunFolder(folder / "run")

    def _run(self, rng: random.Random, folder: Path) -> None:
        run = self._copy(folder)
        _damage_one(
            run.path, rng, lambda path: path.suffix in (".json", ".jsonl", ".yaml") and "encoder" not in path.parts
        )
        reader = rng.randrange(6)
        if reader == 0:
            _predicted(run, folder, b"Ada Lovelace met Bob .\n", "text")
        elif reader == 1:
            load("ner_lab.commands.train.with_resume")([f"resume={run.path}"])
            load("ner_lab.commands.data_errors.show")(_composed("data_errors", run=run.path))
        elif reader == 2:
            load("ner_lab.commands.compare.start")([str(run.path), str(self.run), "by=run", "split=dev"])
        elif reader == 3:
            load("ner_lab.commands.compare.start")(
                [f"a={run.path}", f"b={self.run}", f"csv={folder}/a.csv", f"html={folder}/a.html"]
            )
        else:
            split = rng.choice(("dev", "test"))
            config = _composed(
                "report", run=run.path, output=folder / "page.html", split=split, json=rng.choice((None, "-"))
            )
            load("ner_lab.commands.report.report")(config)

    def _checkpoint(self, rng: random.Random, folder: Path) -> None:
        run = self._copy(folder)
        run.best.write_bytes(damaged(run.best.read_bytes(), rng))
        _predicted(run, folder, b"Ada Lovelace met Bob .\n", "text")

    def _encoder(self, rng: random.Random, folder: Path) -> None:
        run = self._copy(folder)
        _damage_one(run.encoder, rng)
        _predicted(run, folder, b"Ada Lovelace met Bob .\n", "text")

    def _curves(self, rng: random.Random, folder: Path) -> None:
        run = self._copy(folder)
        if rng.random() < 0.5:
            shutil.rmtree(run.tensorboard)
            table = b"epoch,step,train/loss,dev/f1\n0,1,0.5,\n0,2,,0.25\n1,3,0.25,0.5\n"
            (run.path / "curves").mkdir()
            (run.path / "curves" / "metrics.csv").write_bytes(damaged(table, rng))
        else:
            _damage_one(run.tensorboard, rng)
        load("ner_lab.commands.scalars.start")([str(run.path), f"output={folder}/out"])

    def _evaluation(self, rng: random.Random, folder: Path) -> None:
        run = self._copy(folder)
        for path in (run.config, run.overrides, run.metrics):
            path.unlink()
        found = {"run": str(self.run), "split": "test", "test": {"f1": 0.5}}
        (run.path / "evaluation.json").write_bytes(damage("evaluation.json", written(found), rng))
        load("ner_lab.commands.report.report")(_composed("report", run=run.path, output=folder / "page.html"))

    def _column_file(self, rng: random.Random, folder: Path) -> None:
        file = folder / "flair-seed1.txt"
        file.write_bytes(damaged(RunFolder(self.run).predictions("test").with_suffix(".conll").read_bytes(), rng))
        if rng.random() < 0.5:
            load("ner_lab.commands.compare.start")([str(file), str(self.run)])
        else:
            load("ner_lab.commands.report.report")(_composed("report", file=file, output=folder / "page.html"))

    def _sweep(self, rng: random.Random, folder: Path) -> None:
        sweep = folder / "sweep"
        shutil.copytree(SWEEP, sweep)
        file = sweep / rng.choice(("study.journal", "study.journal", "multirun.yaml"))
        file.write_bytes(damage(file.name, file.read_bytes(), rng))
        actions = (["status"], ["list"], ["list", "--json"], ["best"], ["html"], ["best", "--trial", "1"], ["retry"])
        action, *more = rng.choice(actions)
        if rng.random() < 0.15:
            load("ner_lab.commands.compare.start")([str(sweep), "by=loss"])
        else:
            load("ner_lab.commands.sweep.start")([action, str(sweep), *more])

    def _overrides(self, rng: random.Random, folder: Path) -> None:
        words = rng.sample(OVERRIDES, rng.randint(1, 4))
        at = rng.randrange(len(words))
        key, _, value = words[at].partition("=")
        kind = rng.randrange(4)
        if kind == 0:
            words[at] = f"{key}={rng.choice(VALUES)}"
        elif kind == 1:
            words[at] = f"{rng.choice(('+', '~', '++', '@', 'x.', 'hydra.'))}{words[at]}"
        elif kind == 2:
            words[at] = f"{key}={value}{rng.choice(('{', '[', ',', ':', '${', '=', ')', *NASTY))}"
        else:
            words[at] = damaged(words[at].encode(), rng).decode("utf-8", "surrogateescape")
        _started([*TINY, f"data.dir={STORED}/corpus", *words], folder)

    def _config(self, rng: random.Random, folder: Path) -> None:
        group, name = rng.choice(
            (("loss", "focal"), ("optimizer", "adamw"), ("model", "tiny"), ("data", "column"), ("trainer", "cpu"))
        )
        source = CONF / group / f"{name}.yaml"
        mine = folder / "conf" / group / "mine.yaml"
        mine.parent.mkdir(parents=True)
        mine.write_bytes(damage(source.name, source.read_bytes(), rng))
        words = [word for word in TINY if word != f"{group}={name}"]
        _started([*words, f"{group}=mine", f"hydra.searchpath=[file://{folder}/conf]"], folder)

    def _predict(self, rng: random.Random, folder: Path) -> None:
        if rng.random() < 0.7:
            rows = [written(changed(row, rng) if rng.random() < 0.5 else row) for row in LINES]
            lines = b"\n".join(rows) + b"\n"
            _predicted(RunFolder(self.run), folder, damaged(lines, rng) if rng.random() < 0.4 else lines, "jsonl")
        else:
            lines = b"Ada Lovelace met Bob .\n\nIt rained in Oslo .\n"
            _predicted(RunFolder(self.run), folder, damaged(lines, rng), rng.choice(("text", "auto")))


def _damage_one(folder: Path, rng: random.Random, chosen: Callable[[Path], bool] = lambda path: True) -> None:
    """Damages a file of a folder; now and then it is gone, empty, a folder, or the link of another."""
    path = rng.choice(sorted(path for path in folder.rglob("*") if path.is_file() and chosen(path)))
    data = path.read_bytes()
    kind = rng.randrange(40)
    if kind < 3:
        path.unlink()
    if kind == 1:
        path.mkdir()
    elif kind == 2:
        path.symlink_to(path)
    elif kind > 2:
        path.write_bytes(damage(path.name, data, rng))


def checked(cfg: DictConfig) -> None:
    """What a training does before anything is built."""
    check_settings(cfg)


def _started(words: list[str], folder: Path) -> None:
    """`ner-lab train` as far as the check of its settings."""
    quiet = ["hydra/job_logging=disabled", "hydra/hydra_logging=disabled", "hydra.output_subdir=null"]
    command = Command("train", "", "", f"{__name__}.checked", "train")
    before = sys.argv
    try:
        hydra_app.start(command, [*quiet, f"hydra.run.dir={folder}/out", *words])
    finally:
        sys.argv = before
        GlobalHydra.instance().clear()


def _composed(command: str, **settings: object) -> DictConfig:
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        config = compose(COMMANDS[command.replace("_", " ")].config)
    for key, value in settings.items():
        config[key] = str(value) if isinstance(value, Path) else value
    return hydra_app.public(config)


def _predicted(run: RunFolder, folder: Path, lines: bytes, format: str) -> None:
    source = folder / "in.txt"
    source.write_bytes(lines)
    load("ner_lab.commands.predict.predict")(
        _composed("predict", run=run.path, input=source, output=folder / "out.jsonl", format=format, device="cpu")
    )
