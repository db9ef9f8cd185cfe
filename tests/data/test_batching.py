"""Which sentences meet in which batch, and what the tensors of a batch say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_lab.data.batching import Batches, From
from ner_lab.data.collation import collate
from ner_lab.data.datamodule import DataModule
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.plans import BatchPlan, reading_plan, training_plan
from ner_lab.models.encoder import tiny_tokenizer
from ner_lab.types import Sentence, UserError

TOKENIZER = tiny_tokenizer()
LABELS = ("O", "B-PER", "I-PER")


def split_of(lengths_S: list[int], seed: int = 0) -> EncodedSplit:
    """Sentences of so many words, each word of one to three subwords."""
    random = np.random.default_rng(seed)
    words = sum(lengths_S)
    subwords_N = random.integers(1, 4, words)
    return EncodedSplit(
        subwords_P=random.integers(5, 60, subwords_N.sum()).astype(np.int32),
        word_start_N1=np.cumsum([0, *subwords_N]),
        sentence_start_S1=np.cumsum([0, *lengths_S]),
        labels_N=random.integers(0, len(LABELS), words).astype(np.int16),
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[EncodedSplit, dict[str, int], list[BatchPlan]]:
    """A split, the settings of a plan, and the plans of all devices."""
    world = draw(st.integers(1, 3))
    split = split_of(draw(st.lists(st.integers(0, 30), min_size=2 * world, max_size=70)))
    chosen = {
        "batch_size": draw(st.integers(2, 9)),
        "seed": draw(st.integers(0, 3)),
        "epoch": draw(st.integers(0, 3)),
        "accumulate": draw(st.integers(1, 3)),
        "bucketed": draw(st.booleans()),
        "world": world,
        "batch_tokens": draw(st.none() | st.integers(1, 120)),
    }
    return split, chosen, [training_plan(split, **chosen, rank=rank) for rank in range(world)]


@given(plans())
def test_every_sentence_is_in_one_batch_of_one_device(
    case: tuple[EncodedSplit, dict[str, int], list[BatchPlan]],
) -> None:
    split, chosen, devices = case
    seen = np.concatenate([batch for plan in devices for batch in plan.batches])
    assert sorted(seen.tolist()) == list(range(len(split)))
    assert len({len(plan.batches) for plan in devices}) == 1
    sizes = [len(batch) for plan in devices for batch in plan.batches]
    assert min(sizes) >= 1
    if chosen["batch_tokens"] is None:
        assert max(sizes) <= chosen["batch_size"]
        assert max(sizes) - min(sizes) <= 1  # no small batch at the end of an epoch
    elif len(sizes) < len(split) - chosen["world"]:  # else hardly any two sentences go together
        for batch in (batch for plan in devices for batch in plan.batches if len(batch) > 1):
            assert len(batch) * split.read_S[batch].max() <= chosen["batch_tokens"]


@given(plans())
def test_step_words_are_the_words_of_all_batches_of_an_optimizer_step(
    case: tuple[EncodedSplit, dict[str, int], list[BatchPlan]],
) -> None:
    split, chosen, devices = case
    words = [[int(split.words_S[batch].sum()) for batch in plan.batches] for plan in devices]
    for plan in devices:
        assert len(plan.step_words) == len(plan.batches)
        for k, claimed in enumerate(plan.step_words):
            step = k // chosen["accumulate"] * chosen["accumulate"]
            assert claimed == sum(sum(row[step : step + chosen["accumulate"]]) for row in words)


@given(plans())
def test_a_plan_is_a_function_of_seed_and_epoch(case: tuple[EncodedSplit, dict[str, int], list[BatchPlan]]) -> None:
    split, chosen, devices = case
    again = training_plan(split, **chosen, rank=0)
    assert [batch.tolist() for batch in again.batches] == [batch.tolist() for batch in devices[0].batches]
    assert again.step_words == devices[0].step_words


@pytest.mark.parametrize("bucketed", [True, False])
def test_seeds_and_epochs_differ_in_order_and_in_who_meets_whom(bucketed: bool) -> None:
    split = split_of(np.random.default_rng(1).integers(3, 40, 200).tolist())
    chosen = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0)]
    drawn = [training_plan(split, 16, seed, epoch, bucketed).batches for seed, epoch in chosen]
    count = sum(map(len, drawn))
    assert len({tuple(batch.tolist()) for plan in drawn for batch in plan}) == count
    # The few longest and shortest sentences may meet again.
    assert len({frozenset(batch.tolist()) for plan in drawn for batch in plan}) > 0.9 * count
    assert (
        len({tuple(len(batch) for batch in plan) for plan in drawn}) > 1
    )  # short batches are not always the same ones


def padded(split: EncodedSplit, plan: BatchPlan) -> float:
    """Positions of all batches per real subword."""
    lengths_S = split.subwords_S
    return sum(lengths_S[batch].max() * len(batch) for batch in plan.batches) / lengths_S.sum()


def test_buckets_leave_little_padding() -> None:
    lengths_S = np.random.default_rng(0).lognormal(2.6, 0.7, 2000).clip(1, 120).astype(int).tolist()
    split = split_of(lengths_S)
    assert padded(split, training_plan(split, 32, 0, 0)) < 1.1
    assert padded(split, training_plan(split, 32, 0, 0, bucketed=False)) > 2
    assert padded(split, reading_plan(split, 32)) < 1.1


@pytest.mark.parametrize("bucketed", [True, False])
def test_a_budget_of_subwords_is_used_up(bucketed: bool) -> None:
    split = split_of(np.random.default_rng(3).integers(1, 40, 900).tolist())
    plan = training_plan(split, 1, 0, 0, bucketed=bucketed, batch_tokens=600)
    fill = [len(batch) * split.subwords_S[batch].max() for batch in plan.batches]
    assert max(fill) <= 600 and np.median(fill) > 500
    assert len(reading_plan(split, 1, batch_tokens=600).batches) < 70


def test_a_batch_may_be_as_large_as_its_budget() -> None:
    split = split_of([4] * 6)
    split = replace(split, subwords_P=np.full(24, 5, np.int32), word_start_N1=np.arange(25))
    length = int(split.read_S.max())
    for budget, sizes in ((2 * length, [2, 2, 2]), (2 * length - 1, [1] * 6), (3 * length, [3, 3])):
        assert [len(batch) for batch in reading_plan(split, 1, batch_tokens=budget).batches] == sizes


def test_devices_of_one_step_get_batches_of_like_length() -> None:
    split = split_of(np.random.default_rng(2).integers(1, 100, 600).tolist())
    first, second = (training_plan(split, 8, 0, 0, world=2, rank=rank) for rank in (0, 1))
    longest = [[split.subwords_S[batch].max() for batch in plan.batches] for plan in (first, second)]
    assert max(abs(a - b) for a, b in zip(*longest, strict=True)) < 40 < max(longest[0]) - min(longest[0])


@pytest.mark.parametrize(("sentences", "batch_size", "world"), [(2, 8, 3), (3, 1, 2)])
def test_sentences_that_cannot_be_shared_are_refused(sentences: int, batch_size: int, world: int) -> None:
    with pytest.raises(UserError, match=rf"{sentences} sentences .*{world} devices.*trainer\.devices"):
        training_plan(split_of([3] * sentences), batch_size, 0, 0, world=world)


@given(st.lists(st.integers(0, 20), min_size=6, max_size=40), st.integers(2, 7), st.integers(1, 3))
def test_reading_takes_every_sentence_once_longest_first(lengths_S: list[int], batch_size: int, world: int) -> None:
    split = split_of(lengths_S)
    devices = [reading_plan(split, batch_size, rank, world) for rank in range(world)]
    assert sorted(s for plan in devices for batch in plan.batches for s in batch) == list(range(len(split)))
    assert len({len(plan.batches) for plan in devices}) == 1  # devices wait for each other in an evaluation
    assert all(1 <= len(batch) <= batch_size for plan in devices for batch in plan.batches)
    assert all(plan.step_words == [int(split.words_S[batch].sum()) for batch in plan.batches] for plan in devices)
    alone = np.concatenate(reading_plan(split, batch_size).batches)
    assert all(split.subwords_S[a] >= split.subwords_S[b] for a, b in pairwise(alone))


def test_reading_nothing_and_too_little() -> None:
    assert reading_plan(split_of([]), 8).batches == []
    with pytest.raises(UserError, match=r"2 sentences .* 3 devices"):
        reading_plan(split_of([4, 4]), 8, world=3)


WORDS = st.sampled_from(["a", "Jordan", "4711", "\u200b", "x" * 90, "\U0001f600", "Österreich", "AT&T", "ירושלים"])


@st.composite
def corpora(draw: st.DrawFn) -> tuple[SubwordEncoder, list[Sentence]]:
    """Sentences with odd words, and an encoder whose rows are often shorter than a sentence or even a word."""
    words = draw(st.lists(st.lists(WORDS, max_size=25), min_size=1, max_size=5))
    tag = st.sampled_from([*LABELS, "B-MISC"])
    sentences = [Sentence(tuple(row), tuple(draw(tag) for _ in row)) for row in words]
    return SubwordEncoder(TOKENIZER, draw(st.sampled_from([8, 11, 30, 128]))), sentences


def subwords(word: str, capacity: int) -> list[int]:
    """The oracle: what the tokenizer makes of one word."""
    ids = TOKENIZER([word], is_split_into_words=True, add_special_tokens=False)["input_ids"]
    return ids[:capacity] or [TOKENIZER.unk_token_id]


@given(corpora())
@settings(max_examples=60)
def test_begin_and_end_point_at_the_subwords_of_each_word(case: tuple[SubwordEncoder, list[Sentence]]) -> None:
    encoder, sentences = case
    order = np.arange(len(sentences))[::-1].copy()
    batch = collate(encoder.encode(sentences, LABELS), order, encoder, step_words=7)
    ids_P = batch.input_ids_RS.flatten()
    assert batch.index_B.tolist() == order.tolist() and batch.step_words == 7
    assert batch.labels_BW is not None
    for b, s in enumerate(order):
        words, tags = sentences[s].words, sentences[s].tags or ()
        assert batch.mask_BW[b].tolist() == [w < len(words) for w in range(batch.mask_BW.shape[1])]
        for w, word in enumerate(words):
            found = ids_P[batch.begin_BW[b, w] : batch.end_BW[b, w]].tolist()
            assert found == subwords(word, encoder.capacity)
        known = [LABELS.index(tag) if tag in LABELS else -1 for tag in tags]
        assert batch.labels_BW[b].tolist() == known + [-1] * (batch.mask_BW.shape[1] - len(words))


@given(corpora())
@settings(max_examples=60)
def test_rows_are_windows_between_special_tokens(case: tuple[SubwordEncoder, list[Sentence]]) -> None:
    encoder, sentences = case
    batch = collate(encoder.encode(sentences, LABELS), np.arange(len(sentences)), encoder)
    width = batch.input_ids_RS.shape[1]
    assert width <= encoder.capacity + 2
    whole = [[i for word in sentence.words for i in subwords(word, encoder.capacity)] for sentence in sentences]
    for ids, attended in zip(batch.input_ids_RS.tolist(), batch.attention_mask_RS.tolist(), strict=True):
        length = sum(attended)
        assert attended == [1] * length + [0] * (width - length)
        assert ids[length:] == [TOKENIZER.pad_token_id] * (width - length)
        assert ids[0] == TOKENIZER.cls_token_id and ids[length - 1] == TOKENIZER.sep_token_id
        inner = ids[1 : length - 1]
        assert any(inner == text[i : i + len(inner)] for text in whole for i in range(len(text) + 1))
    # A word and all of its subwords lie in one row, inside the special tokens.
    begin_N, end_N = batch.begin_BW[batch.mask_BW], batch.end_BW[batch.mask_BW]
    assert (begin_N // width).equal((end_N - 1) // width)
    assert (begin_N % width >= 1).all() and (begin_N < end_N).all()


def test_text_without_tags_has_no_labels() -> None:
    encoder = SubwordEncoder(TOKENIZER, 128)
    batch = collate(encoder.encode([Sentence(("a",)), Sentence(("b",), ("O",))], LABELS), np.arange(2), encoder)
    assert batch.labels_BW is None


def test_a_sampler_entered_in_the_middle_keeps_its_length() -> None:
    assert list(From(6)) == [0, 1, 2, 3, 4, 5]
    assert list(From(6, 4)) == [4, 5] and len(From(6, 4)) == 6


class Lines(DataModule):
    """Forty sentences of one to ten words."""

    def read(self) -> dict[str, list[Sentence]]:
        made = [Sentence(("Ann",) * (1 + i % 10), ("B-PER",) + ("O",) * (i % 10)) for i in range(40)]
        return {"train": made, "dev": made[:3]}


@pytest.fixture
def data() -> Lines:
    lines = Lines(batch_size=4)
    lines.encode(TOKENIZER, 128, order_seed=5)
    return lines


def indices(data: DataModule) -> list[list[int]]:
    return [batch.index_B.tolist() for batch in data.train_dataloader()]


def test_a_resumed_epoch_goes_on_with_the_batches_it_had_not_read(data: Lines) -> None:
    whole = indices(data)
    assert len(whole) == 10
    resumed = Lines(batch_size=4)
    resumed.encode(TOKENIZER, 128, order_seed=5)
    resumed.load_state_dict({"epoch": 0, "batch": 7})
    assert indices(resumed) == whole[7:]
    assert len(resumed.train_dataloader()) == 10
    # The epoch after it is whole again, and another one.
    after = SimpleNamespace(current_epoch=1, accumulate_grad_batches=1, global_rank=0, world_size=1)
    resumed.trainer = data.trainer = after  # type: ignore[assignment]
    assert indices(resumed) == indices(data) != whole and len(indices(data)) == 10


def test_a_trainer_with_two_devices_gets_each_its_share(data: Lines) -> None:
    shares = []
    for rank in (0, 1):
        data.trainer = SimpleNamespace(  # type: ignore[assignment]
            current_epoch=0, accumulate_grad_batches=2, global_rank=rank, world_size=2
        )
        shares.append(list(data.train_dataloader()))
    assert sorted(int(i) for share in shares for batch in share for i in batch.index_B) == list(range(40))
    first_step = sum(int(batch.mask_BW.sum()) for share in shares for batch in share[:2])
    assert {batch.step_words for share in shares for batch in share[:2]} == {first_step}


def test_batches_of_worker_processes_are_the_same(data: Lines) -> None:
    plan = data.train_plan(0)
    made = Batches(data.encoded["train"], plan, data.subword_encoder)
    data.num_workers = 1
    for k, batch in enumerate(data.train_dataloader()):
        assert torch.equal(batch.input_ids_RS, made[k].input_ids_RS) and batch.step_words == plan.step_words[k]
