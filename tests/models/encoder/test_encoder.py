"""The encoder: what a word's hidden state depends on, and what it does not."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel

from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.windows import windows
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.models.encoder.kernels.packing import FIRST_POSITION, allow_packing, can_pack
from ner_lab.models.encoder.kernels.rewrites import missing
from ner_lab.models.encoder.kernels.rounded_linear import RoundedLinear
from ner_lab.models.encoder.pooling import POOLINGS
from ner_lab.types import Batch, Sentence

SHORT = Sentence(("Ann", "met", "Bob"))
MEDIUM = Sentence(("The", "Österreich", "\u200b", "delegation", "left", ",", "x" * 60, "said"))
LONG = Sentence(tuple(f"word{i}" for i in range(90)))
ARCHITECTURES = ["bert", "distilbert", "roberta", "deberta-v2"]


def make(name: str = "tiny", **settings: object) -> Encoder:
    torch.manual_seed(0)
    return Encoder(name, **settings).eval()  # type: ignore[arg-type]


def batch_of(encoder: Encoder, *sentences: Sentence) -> Batch:
    subwords = SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
    return collate(subwords.encode(sentences, ["O"]), np.arange(len(sentences)), subwords)


@torch.no_grad()
def states(encoder: Encoder, *sentences: Sentence) -> list[Tensor]:
    """`hidden_WD` of each sentence."""
    batch = batch_of(encoder, *sentences)
    return [hidden_WD[mask_W] for hidden_WD, mask_W in zip(encoder(batch), batch.mask_BW, strict=True)]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_sentence_does_not_feel_the_others_of_its_batch(
    architecture: str, pooling: str, encoder_folder: Callable[[str], Path]
) -> None:
    encoder = make(str(encoder_folder(architecture)), pooling=pooling)
    sentences = [SHORT, LONG, MEDIUM, Sentence(())]
    together = states(encoder, *sentences)
    assert [len(hidden_WD) for hidden_WD in together] == [3, 90, 8, 0]
    for sentence, hidden_WD in zip(sentences, together, strict=True):
        torch.testing.assert_close(states(encoder, sentence)[0], hidden_WD, atol=1e-5, rtol=0)


def direct(encoder: Encoder, words: tuple[str, ...], pooling: str) -> Tensor:
    """The oracle: the model on the tokenizer's own row of these words, pooled by the tokenizer's word numbers."""
    row = encoder.tokenizer([list(words)], is_split_into_words=True, return_tensors="pt")
    hidden_SD = encoder.model(input_ids=row["input_ids"], attention_mask=row["attention_mask"]).last_hidden_state[0]
    word_S = row.word_ids(0)
    pools = {"first": lambda x: x[0], "last": lambda x: x[-1], "mean": lambda x: x.mean(0), "max": lambda x: x.amax(0)}
    return torch.stack(
        [pools[pooling](hidden_SD[[s for s, number in enumerate(word_S) if number == w]]) for w in range(len(words))]
    )


@torch.no_grad()
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_sentence_that_fits_is_the_model_on_the_tokenizers_row(
    architecture: str, pooling: str, encoder_folder: Callable[[str], Path]
) -> None:
    encoder = make(str(encoder_folder(architecture)), pooling=pooling)
    words = ("Paris", "is", "in", "Texas")
    (hidden_WD,) = states(encoder, Sentence(words))
    torch.testing.assert_close(hidden_WD, direct(encoder, words, pooling), atol=1e-5, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_long_sentence_is_stitched_from_its_windows(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    encoder = make(str(encoder_folder(architecture)), pooling="mean", max_subwords=24)
    subwords = SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
    (hidden_WD,) = states(encoder, LONG)
    assert hidden_WD.shape == (90, encoder.width)
    assert hidden_WD.isfinite().all() and (hidden_WD.abs().sum(1) > 0).all()
    found = windows(subwords.encode([LONG], ["O"]).word_start_N1, subwords.capacity)
    assert len(found) > 5
    for begin, end, first, last in found:
        expected = direct(encoder, LONG.words[begin:end], "mean")[first - begin : last - begin]
        torch.testing.assert_close(hidden_WD[first:last], expected, atol=1e-5, rtol=0)


@torch.no_grad()
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_longest_window_is_one_the_model_can_read(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    encoder = make(str(encoder_folder(architecture)))
    batch = batch_of(encoder, Sentence(("a",) * 300))
    assert batch.input_ids_RS.shape[1] == encoder.max_subwords == (64 if architecture == "roberta" else 66)
    assert encoder(batch).isfinite().all()
    with pytest.raises(ValueError, match=f"max_subwords must be between 8 and {encoder.max_subwords} .* got 67"):
        make(str(encoder_folder(architecture)), max_subwords=67)


@pytest.mark.parametrize("model_type", FIRST_POSITION)
def test_packed_rows_are_the_padded_ones_in_states_and_gradients(model_type: str, monkeypatch) -> None:
    encoder = make(dropout=0.0, kernels=["packing", "attention"])
    shape = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    shape |= {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32}  # DistilBERT's names of the same
    config = AutoConfig.for_model(model_type, **shape, vocab_size=9999, pad_token_id=encoder.tokenizer.pad_token_id)
    torch.manual_seed(0)
    encoder.model = AutoModel.from_config(config).eval()
    allow_packing(encoder.model)
    assert can_pack(encoder.model)
    batch = batch_of(encoder, SHORT, LONG, MEDIUM, SHORT, Sentence(()))
    direction_BWD = torch.randn(*batch.mask_BW.shape, 16)

    def read() -> tuple[Tensor, list[Tensor]]:
        encoder.zero_grad()
        hidden_BWD = encoder(batch)
        (hidden_BWD * direction_BWD).sum().backward()
        return hidden_BWD, [p.grad for p in encoder.model.parameters() if p.grad is not None]

    packed = read()
    monkeypatch.setattr(config, "_attn_implementation", "eager")
    torch.testing.assert_close(packed, read(), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("lora", [None, {"r": 2, "alpha": 4, "dropout": 0.0, "target_modules": None}])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("kernels", ["stock", ["packing", "linear", "attention", "dropout", "embedding"]])
def test_rounded_weights_are_those_that_autocast_makes(
    architecture: str, kernels: str | list[str], lora: dict[str, object] | None, encoder_folder: Callable[[str], Path]
) -> None:
    encoder = make(str(encoder_folder(architecture)), kernels=kernels, lora=lora)
    found = []
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            found.append(states(encoder, SHORT, LONG, MEDIUM))
        encoder.round_weights()
    assert any(parameter.dtype == torch.bfloat16 for parameter in encoder.parameters())
    for before, after in zip(*found, strict=True):
        assert torch.equal(before, after)


@torch.no_grad()
@pytest.mark.skipif("rounded" in missing(), reason="oneDNN has no bfloat16 here")
@pytest.mark.parametrize("lora", [None, {"r": 2, "alpha": 4, "dropout": 0.0, "target_modules": None}])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_weights_in_order_give_the_same_states(
    architecture: str, lora: dict[str, object] | None, encoder_folder: Callable[[str], Path]
) -> None:
    encoder = make(str(encoder_folder(architecture)), kernels=["packing", "rounded"], lora=lora)
    for weight in encoder.parameters():
        if weight.dim() == 1:  # biases are made as zeros
            weight.add_(0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)))
    exact, found = states(encoder, SHORT, LONG, MEDIUM), []
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            found.append(states(encoder, SHORT, LONG, MEDIUM))
        encoder.round_weights()
    assert any(isinstance(module, RoundedLinear) for module in encoder.modules())
    for before, after, wanted in zip(*found, exact, strict=True):
        off = (before - wanted).abs().max()  # of bfloat16 itself
        assert off and (after - before).abs().max() <= 2 * off


@torch.no_grad()
def test_padding_is_zero() -> None:
    encoder = make()
    batch = batch_of(encoder, SHORT, MEDIUM)
    hidden_BWD = encoder(batch)
    assert not hidden_BWD[~batch.mask_BW].any() and (hidden_BWD[batch.mask_BW].abs().sum(1) > 0).all()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_dropout_is_what_the_setting_says(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    folder = str(encoder_folder(architecture))
    noisy, still = make(folder).train(), make(folder, dropout=0.0).train()
    assert not torch.equal(states(noisy, MEDIUM)[0], states(noisy, MEDIUM)[0])
    torch.testing.assert_close(states(still, MEDIUM)[0], states(still.eval(), MEDIUM)[0], atol=1e-6, rtol=0)


def trained(encoder: Encoder) -> set[str]:
    return {name for name, parameter in encoder.model.named_parameters() if parameter.requires_grad}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_frozen_layers_are_the_lowest_with_the_embeddings(
    architecture: str, encoder_folder: Callable[[str], Path]
) -> None:
    folder = str(encoder_folder(architecture))
    everything = trained(make(folder))
    assert trained(make(folder, freeze_layers=-1)) == set()
    assert trained(make(folder, freeze_layers=1)) == {name for name in everything if "layer.1." in name} != set()
    assert trained(make(folder, freeze_layers=0)) == everything
    for wrong in (3, -2):
        with pytest.raises(ValueError, match=f"freeze_layers must be between -1 and 2, got {wrong}"):
            make(folder, freeze_layers=wrong)


def step(encoder: Encoder) -> None:
    """One large step downhill on some function of the hidden states."""
    hidden_BWD = encoder(batch_of(encoder, MEDIUM))
    (hidden_BWD * torch.linspace(-1, 1, hidden_BWD.shape[-1])).sum().backward()
    torch.optim.SGD([p for p in encoder.parameters() if p.requires_grad], 0.5).step()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_training_does_not_move_the_states_of_frozen_layers(
    architecture: str, encoder_folder: Callable[[str], Path]
) -> None:
    encoder = make(str(encoder_folder(architecture)), freeze_layers=1)
    row = encoder.tokenizer("Ann met Bob", return_tensors="pt")["input_ids"]
    before = encoder.model(row, output_hidden_states=True).hidden_states
    step(encoder)
    after = encoder.model(row, output_hidden_states=True).hidden_states
    assert torch.equal(before[1], after[1]) and not torch.allclose(before[2], after[2], atol=1e-3)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_checkpointing_changes_memory_and_no_gradient(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    gradients = []
    for checkpointing in (False, True):
        encoder = make(str(encoder_folder(architecture)), gradient_checkpointing=checkpointing, dropout=0.0).train()
        assert encoder.model.is_gradient_checkpointing == checkpointing
        encoder(batch_of(encoder, MEDIUM, SHORT)).square().mean().backward()
        gradients.append([p.grad for p in encoder.model.parameters() if p.grad is not None])
    assert len(gradients[0]) > 10
    torch.testing.assert_close(gradients[0], gradients[1], atol=1e-6, rtol=1e-4)


@torch.no_grad()
def test_embedded_texts_are_the_mean_of_their_own_subwords() -> None:
    encoder = make().train()
    vectors_ND = encoder.embed_texts(["person", "a much longer name of a label"])
    assert encoder.training
    alone = [encoder.embed_texts([text])[0] for text in ("person", "a much longer name of a label")]
    torch.testing.assert_close(vectors_ND, torch.stack(alone), atol=1e-5, rtol=0)
    row = encoder.eval().tokenizer("person", return_tensors="pt")["input_ids"]
    torch.testing.assert_close(vectors_ND[0], encoder.model(input_ids=row).last_hidden_state[0].mean(0))


def test_values_out_of_range_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"dropout must be in \[0, 1\), got 1"):
        make(dropout=1.0)
    with pytest.raises(ValueError, match="pooling must be one of first, mean, max, last, got 'sum'"):
        make(pooling="sum")


LORA = {"r": 2, "alpha": 4, "dropout": 0.0, "target_modules": None}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_lora_trains_few_parameters_and_loads_again(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    pytest.importorskip("peft", reason="LoRA needs the package peft (ner-lab[lora])")
    folder = str(encoder_folder(architecture))
    encoder = make(folder, lora=LORA)
    before = states(encoder, MEDIUM)[0]
    torch.testing.assert_close(before, states(make(folder), MEDIUM)[0])  # adapters begin as nothing
    assert trained(encoder) and all("lora_" in name for name in trained(encoder))
    sizes = [sum(p.numel() for p in encoder.parameters() if p.requires_grad is free) for free in (True, False)]
    assert sizes[0] < 0.2 * sizes[1]
    step(encoder)
    after = states(encoder, MEDIUM)[0]
    assert not torch.allclose(before, after, atol=1e-4)
    again = make(folder, lora=LORA, weights=False)
    assert not torch.allclose(states(again, MEDIUM)[0], after, atol=1e-3)
    again.load_state_dict(encoder.state_dict())
    torch.testing.assert_close(states(again, MEDIUM)[0], after)


def test_r_zero_is_no_lora() -> None:
    assert type(make(lora={**LORA, "r": 0}).model) is type(make().model)


def test_an_encoder_with_recordings_is_copied_without_them() -> None:
    encoder = Encoder("tiny", kernels=["graphs"])
    encoder._recordings.append(threading.Lock())  # as theirs, which cannot be copied
    for other in (copy.deepcopy(encoder), pickle.loads(pickle.dumps(encoder))):
        assert not other._recordings and len(encoder._recordings) == 1
        assert all(a.equal(b) for a, b in zip(encoder.parameters(), other.parameters(), strict=True))
