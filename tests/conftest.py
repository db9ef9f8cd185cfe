"""What several rooms' tests share: tiny encoders, a small corpus on disk, and runs by function call and by command."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

# Small batches of a tiny model are faster on one thread, and several tests run processes of their own.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["NER_LAB_CACHE"] = CACHE = tempfile.mkdtemp(prefix="ner-lab-cache-")  # not the user's own
os.environ["HF_HUB_OFFLINE"] = "1"  # before the hub's client is imported: a test never downloads

import pytest
import torch

if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"  # before triton is imported: the kernels of a GPU run, slowly

from fake_cuda_graphs import fake_cuda_graphs as fake_cuda_graphs
from hypothesis import settings
from tokenizers import pre_tokenizers
from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    DebertaV2Tokenizer,
    DistilBertConfig,
    DistilBertModel,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizer,
)
from warm_start import WarmStart

from ner_lab.models.encoder import tiny_tokenizer

# The same inputs on every run, so that a failure is about the change; --hypothesis-profile=default draws new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)

SHAPE = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}


def _roberta_tokenizer() -> RobertaTokenizer:
    """Byte-level BPE with a few merges, the word-initial ones among them."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *pre_tokenizers.ByteLevel.alphabet()]
    merges = [("Ġ", "P"), ("i", "n"), ("Ġ", "in"), ("ĠP", "a"), ("r", "i")]
    vocabulary = {piece: i for i, piece in enumerate([*pieces, *("".join(pair) for pair in merges)])}
    return RobertaTokenizer(vocab=vocabulary, merges=merges, model_max_length=66)


def _deberta_tokenizer() -> DebertaV2Tokenizer:
    """SentencePiece-like unigrams."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,'-&"
    pieces = [(piece, 0.0) for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")]
    pieces += [("▁", -2.0), ("▁in", -3.0), ("ar", -4.0), *((letter, -5.0) for letter in letters)]
    return DebertaV2Tokenizer(vocab=pieces, model_max_length=66)


def _build(architecture: str, folder: Path) -> None:
    torch.manual_seed(0)  # the same weights in every test run
    if architecture == "roberta":
        tokenizer = _roberta_tokenizer()
        config = RobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=66, **SHAPE)
        model = RobertaModel(config)
    elif architecture == "deberta-v2":
        tokenizer = _deberta_tokenizer()
        # The relative positions of the published models.
        relative = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False}
        config = DebertaV2Config(vocab_size=len(tokenizer), max_position_embeddings=66, **relative, **SHAPE)
        model = DebertaV2Model(config)
    elif architecture == "distilbert":
        tokenizer = tiny_tokenizer()
        sizes = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32}
        model = DistilBertModel(DistilBertConfig(vocab_size=len(tokenizer), max_position_embeddings=66, **sizes))
    elif architecture == "bert":
        tokenizer = tiny_tokenizer()
        model = BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=66, **SHAPE))
    else:
        raise ValueError(f"no stand-in for {architecture!r}")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Folder of a random encoder of width 16 with its tokenizer: `bert`, `distilbert`, `roberta` or `deberta-v2`."""

    @cache
    def folder(architecture: str) -> Path:
        path = tmp_path_factory.mktemp(architecture)
        _build(architecture, path)
        return path

    return folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with train (96 sentences), dev and test (24 each) as column files."""
    from ner_lab import newswire
    from ner_lab.data.formats import column

    folder = tmp_path_factory.mktemp("corpus")
    splits = newswire.generate(size=96, seed=0)
    for split, size in {"train": 96, "dev": 24, "test": 24}.items():
        column.write(folder / f"{split}.conll", splits[split][:size])
    return folder


@pytest.fixture
def train(corpus: Path, tmp_path: Path):
    """`train(*overrides, name="run")` runs an experiment in this process and returns its `Result`."""
    from hydra import compose, initialize_config_module
    from hydra.core.global_hydra import GlobalHydra
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from ner_lab.training import experiment

    def run(*overrides: str, name: str = "run", resume: bool = False):
        folder = tmp_path / name
        tiny = ("model=tiny", "data=column", "trainer=cpu", "trainer.max_epochs=1", "logger=none")
        OmegaConf.register_new_resolver("keep_checkpoints", lambda: "all", replace=True)
        GlobalHydra.instance().clear()
        HydraConfig.instance().cfg = None  # a multirun's, which a test before may have left
        with initialize_config_module("ner_lab.conf", version_base="1.3"):
            cfg = compose("train", [*tiny, f"data.dir={corpus}", f"run_dir={folder}", *overrides])
        return experiment.run(cfg, folder, overrides, resume)

    return run


@pytest.fixture(scope="session")
def warm_start() -> Iterator[WarmStart]:
    """The process that runs the commands of `ner_lab`."""
    warm = WarmStart()
    yield warm
    warm.stop()


@pytest.fixture
def ner_lab(tmp_path: Path, warm_start: WarmStart):
    """`ner_lab(*arguments, input=None, largest=None)` runs the command line in a process of its own and empty folder.

    No file that it writes can grow beyond `largest` bytes.
    """

    def run(
        *arguments: object, input: str | None = None, cwd: Path = tmp_path, largest: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        return warm_start.run([*map(str, arguments)], cwd, input, largest, timeout=300)

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", metavar="KIND/NUMBER", help="run this one damaged input of tests/test_fuzz.py alone")


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(
    scope="module"
)  # as long as it is open, this thread has a running loop, which other tests cannot do with
def browser() -> Iterator[Any]:
    """A browser for pages, or a reason to skip what needs one."""
    needed = os.environ.get("NER_LAB_NEEDS_CHROMIUM")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        assert not needed, "playwright is not installed; it is in the extra test"
        pytest.skip("playwright is not installed; it is in the extra test")
    if CHROMIUM is None:
        assert not needed, "no Chromium on this machine: apt-get install chromium"
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
