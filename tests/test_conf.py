"""Every config file opens with the command that uses it; that command composes, and everything it names is built."""

from __future__ import annotations

import logging
import logging.config
import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from hydra import compose, initialize_config_module
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from pytorch_lightning import Trainer

from ner_lab import conf
from ner_lab.cli import COMMANDS
from ner_lab.commands import convert as conversion
from ner_lab.commands import data as corpus_report
from ner_lab.commands import prepare as preparation
from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats import column
from ner_lab.data.formats.registry import FORMATS
from ner_lab.models.encoder import tiny_tokenizer
from ner_lab.training import experiment
from ner_lab.training.assembly import build, check_settings

CONF = Path(conf.__path__[0])
FILES = sorted(str(path.relative_to(CONF).with_suffix("")) for path in CONF.rglob("*.yaml"))
# Real encoders by the architecture of their stand-in; the embedded one and `tiny` are there without a download.
STAND_INS = {
    "bert-base-cased": "bert",
    "distilbert-base-cased": "distilbert",
    "roberta-base": "roberta",
    "microsoft/deberta-v3-base": "deberta-v2",
}


class Command(NamedTuple):
    """`ner-lab NAME OVERRIDES`, one entry of `jobs` for each job of a multirun."""

    name: str
    jobs: list[list[str]]


def parsed(line: str) -> Command:
    """A command as a shell and Hydra read it; flags that print instead of run are left out."""
    program, name, *arguments = shlex.split(line, comments=True)
    assert program == "ner-lab" and name in COMMANDS, line
    if name == "data" and arguments[:1] == ["errors"]:
        name, arguments = "data_errors", arguments[1:]
    overrides = [a for a in arguments if a not in ("-m", "--help") and not a.startswith("resume=")]
    if "-m" in arguments:
        (jobs,) = BasicSweeper.split_arguments(OverridesParser.create().parse_overrides(overrides), None)
        return Command(name, [list(job) for job in jobs])
    return Command(name, [overrides])


def header(file: str) -> Command:
    lines = (CONF / f"{file}.yaml").read_text(encoding="utf-8").splitlines()
    first = lines[0] if not lines[0].startswith("# @package ") else lines[1]  # which Hydra reads on the first line only
    assert first.startswith("# ner-lab "), f"conf/{file}.yaml must open with the command that uses it, got {first!r}"
    return parsed(first.removeprefix("# "))


@pytest.fixture(scope="module", autouse=True)
def hydra() -> Iterator[None]:
    """Hydra as `ner-lab` starts it."""
    OmegaConf.register_new_resolver("keep_checkpoints", lambda: "all", replace=True)
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        yield
    HydraConfig.instance().cfg = None


def composed(name: str, overrides: list[str], output: Path | str = "/nowhere") -> DictConfig:
    """The config of a command, with what Hydra knows of the run under `hydra`."""
    cfg = compose(name, [*overrides, f"hydra.runtime.output_dir={output}"], return_hydra_config=True)
    HydraConfig.instance().set_config(cfg)
    return cfg


@cache
def files_of(name: str, overrides: tuple[str, ...]) -> frozenset[str]:
    """The config files in a composition."""
    found = GlobalHydra.instance().config_loader().compute_defaults_list(name, list(overrides), RunMode.RUN)
    return frozenset(default.config_path for default in found.defaults if default.config_path)


@pytest.mark.seconds
def test_all_files_are_composed_by_their_own_commands() -> None:
    on_disk = [path for path in CONF.rglob("*") if path.suffix in (".yaml", ".yml")]
    assert len(FILES) == len(on_disk) > 50
    used = {file for file in FILES for job in header(file).jobs if file in files_of(header(file).name, tuple(job))}
    assert used == set(FILES)
    # A file that Hydra has under the same name would be composed instead, since Hydra looks into its own folder first.
    repository = GlobalHydra.instance().config_loader().repository  # type: ignore[attr-defined]
    assert {file for file in FILES if repository.load_config(file).provider != "main"} == set()


@pytest.mark.seconds
@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("hydra/help/")])
def test_the_examples_of_a_help_compose(file: str) -> None:
    text = OmegaConf.load(CONF / f"{file}.yaml")
    assert text.app_name == f"ner-lab {file.rpartition('/')[2].replace('_', ' ')}"  # type: ignore[union-attr]
    examples = re.findall(r"(?:^|\| )\s*(ner-lab \w+ .*|ner-lab \w+)$", text.header, re.MULTILINE)  # type: ignore[union-attr]
    assert len(examples) >= 2
    for command in map(parsed, examples):
        for job in command.jobs:
            assert set(composed(command.name, job)) > {"hydra"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of column files with a few sentences."""
    folder = tmp_path_factory.mktemp("small")
    rows = "Ann\tB-PER\nLee\tI-PER\nmet\tO\nBob\tB-PER\nin\tO\nOslo\tB-LOC\n.\tO\n\nIt\tO\nrained\tO\n.\tO\n\n"
    for split in ("train", "dev", "test"):
        (folder / f"{split}.conll").write_text(rows * 4, encoding="utf-8")
    return folder


def placed(override: str, small: Path) -> str:
    """An override with the placeholders of the headers replaced."""
    key, equals, value = override.partition("=")
    return f"{key}{equals}{small if value in ('FOLDER', 'RAW', 'RUN', 'FILE') else value}"


def encoder_name(name: str, encoder_folder: Callable[[str], Path]) -> str:
    if name in ("tiny", "minilm"):
        return "tiny"
    assert name in STAND_INS, f"no stand-in for the encoder {name!r}: add one to STAND_INS and tests/conftest.py"
    return str(encoder_folder(STAND_INS[name]))


@pytest.mark.seconds
@pytest.mark.parametrize("file", FILES)
def test_everything_that_a_file_names_is_built(
    file: str, small: Path, tmp_path: Path, encoder_folder: Callable[[str], Path]
) -> None:
    command = header(file)
    overrides = command.jobs[0]  # the others of a multirun, which the first test composes, differ in one value
    cfg = composed(command.name, [placed(o, small) for o in overrides], tmp_path)
    group = file.partition("/")[0]
    if group == "hydra":
        if file.startswith("hydra/job_logging/"):
            _logs(cfg, tmp_path)
        return
    if command.name == "data":
        cfg.model.encoder.name = encoder_name(cfg.model.encoder.name, encoder_folder)
        assert set(corpus_report.describe(cfg)["splits"]) == {"train", "dev", "test"}
        return
    if command.name == "convert":
        cfg.output = str(tmp_path / "converted")
        conversion.convert(cfg)
        assert (tmp_path / "converted" / f"train{FORMATS[cfg.format].suffix}").is_file()
        return
    if command.name in ("prepare", "evaluate", "report", "predict", "export", "data_errors"):
        if command.name == "prepare":
            cfg.output = str(tmp_path / "prepared")
            preparation.prepare(cfg)
            assert (tmp_path / "prepared" / "train.conll").is_file()
        return
    cfg = OmegaConf.masked_copy(cfg, [key for key in cfg if key != "hydra"])
    _give_service(cfg.logger, tmp_path)
    if command.name == "pipeline":
        cfg.data = preparation.reading(cfg.data)
    check_settings(cfg)
    cfg.model.encoder.name = encoder_name(cfg.model.encoder.name, encoder_folder)
    if cfg.model.encoder.get("layers"):
        cfg.model.encoder.layers = [-1, -2]  # a stand-in has no more
    if cfg.trainer.accelerator != "gpu":
        cfg.trainer.accelerator = "cpu"
    if cfg.data._target_.endswith("NewswireData"):
        cfg.data.size = 50
    if group == "data":
        _give_corpus(cfg.data, small, tmp_path / "corpus")
        _reads(build(cfg.data, "data"))
    if file == "pipeline":
        _reads(build(preparation.reading(cfg.data), "data"))
        return
    if cfg.trainer.accelerator == "gpu" and not torch.cuda.is_available():
        pytest.skip("trainer=gpu is built only where PyTorch sees a GPU")
    if cfg.trainer.devices > 1:
        assert isinstance(build(cfg.trainer, "trainer", precision="32-true"), Trainer)
        return
    if not file.startswith("data/column"):
        cfg.data = composed("train", ["data=column", f"data.dir={small}"]).data
    _trains_a_step(cfg, tmp_path)


def _give_service(loggers: DictConfig, folder: Path) -> None:
    """A local store for what would go to a server, or to the working directory."""
    stores = {"mlflow": ("tracking_uri", f"sqlite:///{folder}/mlflow.db"), "aim": ("repo", str(folder))}
    stores |= {"wandb": ("offline", True)}
    for name, (key, value) in stores.items():
        if name in loggers:
            pytest.importorskip(name, reason=f"the extra {name} is not installed")
            loggers[name][key] = value


def _trains_a_step(cfg: DictConfig, folder: Path) -> None:
    """A whole run of one optimizer step: encoder, head, loss, optimizer, schedule, trainer, callbacks and loggers."""
    torch.set_num_threads(1)
    cfg.run_dir = str(folder)
    cfg.trainer.max_steps = 1
    result = experiment.run(cfg, folder)
    assert result is not None and result.metrics["train"]["steps"] == 1
    assert set(result.metrics) == {"objective", "dev", "train", *(["test"] if cfg.score_test else [])}


def _give_corpus(data: DictConfig, small: Path, folder: Path) -> None:
    """The small corpus in the format of a data config; for the hub a folder with the columns that the config names."""
    form = next((f for f in FORMATS.values() if data._target_.endswith(f".{f.reader.__name__}")), None)
    if data._target_.endswith(".HubData"):
        datasets = pytest.importorskip("datasets", reason="the extra hub is not installed")
        names = data.names or (["O", "PER"] if data.scheme == "io" else ["O", "B-PER", "I-PER"])
        tag = datasets.Value("int64") if data.names else datasets.ClassLabel(names=list(names))
        features = datasets.Features({"tokens": datasets.List(datasets.Value("string")), data.tags: datasets.List(tag)})
        rows = {"tokens": [["Ann", "met"]] * 8, data.tags: [[1, 0]] * 8}
        table = datasets.Dataset.from_dict(rows, features=features)
        datasets.DatasetDict(train=table, validation=table, test=table).save_to_disk(str(folder))
        data.name = str(folder)
    elif form is not None and form is not FORMATS["column"]:
        for library, name in (("datasets", "parquet"), ("spacy", "spacy")):
            if form is FORMATS[name]:
                pytest.importorskip(library, reason=f"the extra for {name} is not installed")
        for split, result in column.read_folder(small).items():
            form.write(folder / f"{split}{form.suffix}", result.sentences)
        data.dir = str(folder)


def _reads(data: Any) -> None:
    assert isinstance(data, DataModule)
    data.encode(tiny_tokenizer(), 128, order_seed=0)
    batch = next(iter(data.train_dataloader()))
    assert batch.mask_BW.any() and {"train", "dev", "test"} <= data.sentences.keys()


def _logs(cfg: DictConfig, folder: Path) -> None:
    """Python's logging takes the settings, and messages go to a file or nowhere."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logging.config.dictConfig(OmegaConf.to_container(cfg.hydra.job_logging, resolve=True))  # type: ignore[arg-type]
        root.info("a message of a library")
        logging.getLogger("ner_lab").info("a message of ours")
        written = [path.read_text() for path in folder.glob("*.log")]
        assert all("a message of ours" in text for text in written)
        assert bool(written) == ("file" in cfg.hydra.job_logging.root.get("handlers", []))
    finally:
        root.handlers[:], root.level = handlers, level
