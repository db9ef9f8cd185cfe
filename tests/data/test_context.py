"""Document context: who is read beside whom, what a row holds, and that nothing but the hidden states changes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from ner_lab.commands import evaluate as evaluation
from ner_lab.commands import predict as prediction
from ner_lab.data.collation import collate
from ner_lab.data.context import with_context
from ner_lab.data.datamodule import DataModule
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.plans import reading_plan, training_plan
from ner_lab.files import RunFolder
from ner_lab.models.encoder import tiny_tokenizer
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.training.assembly import load_run
from ner_lab.training.inference import annotate
from ner_lab.types import Sentence, UserError

TOKENIZER = tiny_tokenizer()
LABELS = ("O", "B-PER", "I-PER")


@st.composite
def documents(draw: st.DrawFn) -> list[Sentence]:
    """Sentences of distinct words in runs of documents; an id may come back later, some have none."""
    ids = draw(st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.integers(1, 6)), max_size=6))
    names = [name for name, size in ids for _ in range(size)]
    sizes = [draw(st.integers(1, 4)) for _ in names]
    words = (f"w{i}" for i in itertools.count())
    rows = [tuple(itertools.islice(words, size)) for size in sizes]
    return [
        Sentence(row, ("O",) * len(row), name, f"f:{i}") for i, (row, name) in enumerate(zip(rows, names, strict=True))
    ]


@given(documents(), st.integers(0, 4))
def test_neighbours_are_the_nearest_sentences_of_the_run(sentences: list[Sentence], n: int) -> None:
    found = list(with_context(sentences, n))
    assert [replace(s, before=(), after=()) for s in found] == sentences
    for i, sentence in enumerate(found):
        for direction, seen in ((-1, sentence.before[::-1]), (1, sentence.after)):
            expected = []
            at = i + direction
            while 0 <= at < len(sentences) and sentences[at].document == sentence.document != "" and len(expected) < n:
                expected.append(sentences[at].words)
                at += direction
            assert list(seen) == expected


@given(documents(), st.integers(0, 3))
def test_no_more_is_read_ahead_than_needed(sentences: list[Sentence], n: int) -> None:
    taken = 0

    def counted() -> Iterator[Sentence]:
        nonlocal taken
        for sentence in sentences:
            taken += 1
            yield sentence

    for given_back, _ in enumerate(with_context(counted(), n), 1):
        assert taken <= given_back + n


WORDS = st.sampled_from(["a", "Jordan", "4711", "​", "x" * 90, "AT&T"])


@st.composite
def corpora(draw: st.DrawFn) -> tuple[SubwordEncoder, list[Sentence]]:
    """One document of odd words, and an encoder whose rows have room for much context, some or none."""
    rows = draw(st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=7))
    sentences = [Sentence(tuple(row), tuple(draw(st.sampled_from(LABELS)) for _ in row), "d") for row in rows]
    encoder = SubwordEncoder(TOKENIZER, draw(st.sampled_from([8, 16, 40, 128])))
    return encoder, list(with_context(sentences, draw(st.integers(1, 4))))


def pieces(encoder: SubwordEncoder, words: tuple[str, ...]) -> list[list[int]]:
    """The subwords of each word, as the encoder has them."""
    alone = encoder.encode([Sentence(words)], LABELS)
    return [alone.subwords_P[a:b].tolist() for a, b in itertools.pairwise(alone.word_start_N1)]


@given(corpora())
@settings(max_examples=80)
def test_a_row_is_context_and_sentence_between_special_tokens(case: tuple[SubwordEncoder, list[Sentence]]) -> None:
    encoder, sentences = case
    split = encoder.encode(sentences, LABELS)
    for s, sentence in enumerate(sentences):
        batch = collate(split, np.array([s]), encoder)
        own = pieces(encoder, sentence.words)
        flat = [i for word in own for i in word]
        if len(flat) > encoder.capacity:  # windows, as without context
            alone = encoder.encode([replace(sentence, before=(), after=())], LABELS)
            assert batch.input_ids_RS.equal(collate(alone, np.array([0]), encoder).input_ids_RS)
            assert split.read_S[s] == len(flat)
            continue
        before = [word for words in sentence.before for word in pieces(encoder, words)]
        after = [word for words in sentence.after for word in pieces(encoder, words)]
        (row,) = batch.input_ids_RS.tolist()
        left = int(batch.begin_BW[0, 0]) - 1
        right = len(row) - 2 - left - len(flat)
        assert row[0] == TOKENIZER.cls_token_id and row[-1] == TOKENIZER.sep_token_id
        assert len(row) - 2 == split.read_S[s] <= encoder.capacity
        assert row[1 + left : 1 + left + len(flat)] == flat
        # Whole words, the nearest ones, in the order of the text.
        kept_before = [k for k in range(len(before) + 1) if sum(map(len, before[len(before) - k :])) == left]
        kept_after = [k for k in range(len(after) + 1) if sum(map(len, after[:k])) == right]
        assert kept_before and kept_after
        assert row[1 : 1 + left] == [i for word in before[len(before) - kept_before[0] :] for i in word]
        assert row[1 + left + len(flat) : -1] == [i for word in after[: kept_after[0]] for i in word]
        # And no more would fit.
        free = encoder.capacity - len(flat) - left - right
        if kept_after[0] < len(after):
            assert len(after[kept_after[0]]) > free
        if kept_before[0] < len(before):
            half = (encoder.capacity - len(flat)) // 2
            assert left + len(before[-1 - kept_before[0]]) > half or len(before[-1 - kept_before[0]]) > free


@pytest.mark.parametrize(
    ("before", "after", "kept"), [(20, 20, (5, 5)), (2, 20, (2, 8)), (20, 1, (9, 1)), (3, 4, (3, 4)), (0, 20, (0, 10))]
)
def test_room_is_shared_and_what_one_side_leaves_goes_to_the_other(before: int, after: int, kept: tuple) -> None:
    """Letters are one subword each; two words of twelve leave ten."""
    encoder = SubwordEncoder(TOKENIZER, 14)
    sentence = Sentence(("a", "b"), None, "d", before=(("x",) * before,), after=(("y",), ("z",) * (after - 1)))
    context = encoder.encode([sentence], LABELS).context
    assert context is not None and (int(context.left_S[0]), int(context.right_S[0])) == kept


@given(corpora())
@settings(max_examples=60)
def test_words_labels_and_masks_are_those_without_context(case: tuple[SubwordEncoder, list[Sentence]]) -> None:
    encoder, sentences = case
    everyone = np.arange(len(sentences))
    split = encoder.encode(sentences, LABELS)
    bare = encoder.encode([replace(s, before=(), after=()) for s in sentences], LABELS)
    assert bare.context is None
    for name in ("subwords_P", "word_start_N1", "sentence_start_S1", "labels_N"):
        assert np.array_equal(getattr(split, name), getattr(bare, name))
    batch, plain = collate(split, everyone, encoder), collate(bare, everyone, encoder)
    assert batch.labels_BW is not None and plain.labels_BW is not None
    assert batch.labels_BW.equal(plain.labels_BW) and batch.mask_BW.equal(plain.mask_BW)
    ids_P, plain_P = batch.input_ids_RS.flatten(), plain.input_ids_RS.flatten()
    for begin, end, a, b in zip(
        batch.begin_BW[batch.mask_BW],
        batch.end_BW[batch.mask_BW],
        plain.begin_BW[batch.mask_BW],
        plain.end_BW[batch.mask_BW],
        strict=True,
    ):
        assert ids_P[begin:end].equal(plain_P[a:b])


def talk(sentences: int = 30, documents: int = 5) -> list[Sentence]:
    """Documents of sentences of one to nine words."""
    random = np.random.default_rng(3)
    made = []
    for i in range(sentences):
        words = tuple(random.choice(["Ann", "Lee", "met", "Bob", "in", "Oslo", "yesterday", "."], 1 + i % 9))
        made.append(Sentence(words, ("O",) * len(words), f"d{i * documents // sentences}", f"talk:{i}"))
    return made


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder("tiny", pooling="mean").eval()


@torch.inference_mode()
def test_hidden_states_are_those_of_the_concatenated_subwords(encoder: Encoder) -> None:
    subwords = SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
    sentences = list(with_context(talk(), 1))
    split = subwords.encode(sentences, LABELS)
    for plan in (reading_plan(split, 7), training_plan(split, 5, seed=0, epoch=0), reading_plan(split, 1)):
        for positions in plan.batches:
            hidden_BWD = encoder(collate(split, positions, subwords))
            for b, s in enumerate(positions):
                row, ranges = [*subwords.prefix], []
                for words in (*sentences[s].before, sentences[s].words, *sentences[s].after):
                    for word in pieces(subwords, words):
                        if words is sentences[s].words:
                            ranges.append((len(row), len(row) + len(word)))
                        row += word
                row += subwords.suffix
                assert len(row) <= encoder.max_subwords
                direct_SD = encoder.model(input_ids=torch.tensor([row])).last_hidden_state[0]
                for w, (begin, end) in enumerate(ranges):
                    assert torch.allclose(hidden_BWD[b, w], direct_SD[begin:end].mean(0), atol=1e-5)
                assert not hidden_BWD[b, len(ranges) :].any()


@torch.inference_mode()
def test_context_is_seen(encoder: Encoder) -> None:
    """The same sentence after other sentences has other states, and the same ones after the same."""
    subwords = SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
    said = Sentence(("Ann", "left"), None, "d")
    sentences = [replace(said, before=((word,),)) for word in ("Oslo", "Bob", "Oslo")] + [said]
    first, other, same, alone = encoder(collate(subwords.encode(sentences, LABELS), np.arange(4), subwords))
    assert torch.allclose(first, same, atol=1e-6)
    assert min(float((first - x).abs().max()) for x in (other, alone)) > 1e-3


class Talk(DataModule):
    def read(self) -> dict[str, list[Sentence]]:
        tagged = [replace(s, tags=("B-PER", *s.tags[1:])) if s.tags else s for s in talk()]
        return {"train": tagged[:24], "dev": tagged[24:]}


def test_context_comes_from_the_whole_file_whoever_is_kept() -> None:
    whole = {s.origin: s for s in Talk(document_context=2).corpus()["train"]}
    assert {len(s.before) for s in whole.values()} == {0, 1, 2}
    for chosen in ({"size": 7}, {"boundary_noise": 0.5}, {"fold": 1, "folds": 2}, {"size": 0.5, "fold": 0, "folds": 3}):
        data = Talk(document_context=2, **chosen)
        data.encode(TOKENIZER, 128, order_seed=0)
        kept = [s for s in data.sentences["train"] if s.origin in whole]
        assert kept and all((s.before, s.after) == (whole[s.origin].before, whole[s.origin].after) for s in kept)
        batch = next(iter(data.train_dataloader()))
        assert (batch.begin_BW[:, 0] > 1).any()


def test_buckets_know_of_the_context() -> None:
    """Sentences of one length in documents of very different ones: rows of a batch are alike all the same."""
    words = [("a",) * (20 if i < 120 and i % 2 else 2) for i in range(240)]
    sentences = [Sentence(row, None, str(i // 60)) for i, row in enumerate(words)]
    encoder = SubwordEncoder(TOKENIZER, 128)
    split = encoder.encode(list(with_context(sentences, 1)), LABELS)
    rows = [collate(split, batch, encoder) for batch in training_plan(split, 16, 0, 0).batches]
    real = sum(int(batch.attention_mask_RS.sum()) for batch in rows)
    assert sum(batch.attention_mask_RS.numel() for batch in rows) / real < 1.15


@pytest.mark.parametrize("value", [-1, 0.5, "two"])
def test_a_context_that_is_no_number_of_sentences_is_refused(train, value) -> None:
    with pytest.raises(UserError, match=r"document_context.*must be (a (whole )?number|at least 0).*got"):
        train(f"data.document_context={value}")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    text = ["Anna Smith works for Toyota in Paris .", "She met Tom Jones .", "May said May would come to Oslo ."]
    return [text[i % 3] if i % 11 else "" for i in range(1, 60)]


def evaluate(*overrides: str) -> None:
    """`ner-lab evaluate`, in this process."""
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        cfg = compose("evaluate", list(overrides), return_hydra_config=True)
    HydraConfig.instance().set_config(cfg)
    try:
        evaluation.evaluate(cfg)
    finally:
        HydraConfig.instance().cfg = None


@pytest.mark.seconds
def test_training_evaluation_and_prediction_read_the_same_context(train, corpus, tmp_path, lines) -> None:
    run = RunFolder(train("data.document_context=2", "trainer.max_epochs=8", "data.batch_size=4").folder)
    saved = [json.loads(row) for row in run.predictions("test").read_text().splitlines()]
    assert len({row["document"] for row in saved}) > 1

    # A bare reading of the same sentences differs, so that the agreements below mean something.
    tagger, encoder, _ = load_run(run)
    bare = annotate(tagger, encoder, [Sentence(tuple(row["words"])) for row in saved], tagger.labels)
    assert [p.log_probs_WK for p in bare] != [row["log_probs"] for row in saved]
    assert any(p.tags != tuple(row["predicted"]) for p, row in zip(bare, saved, strict=True))

    for name, overrides in {"own": [], "other": ["data=column", f"data.dir={corpus}"]}.items():
        evaluate(f"run={run.path}", *overrides, f"hydra.runtime.output_dir={tmp_path / name}")
        again = (tmp_path / name / "predictions" / "test.jsonl").read_text()
        assert again == run.predictions("test").read_text()
    with pytest.raises(UserError, match=r"data\.document_context=1: the run was trained with 2"):
        other = ["data=column", f"data.dir={corpus}", "data.document_context=1"]
        evaluate(f"run={run.path}", *other, f"hydra.runtime.output_dir={tmp_path / 'refused'}")

    def predicted(name: str, batch_size: int = 64) -> list[dict]:
        settings = {
            "run": str(run.path),
            "input": str(tmp_path / name),
            "output": str(tmp_path / "out"),
            "format": "auto",
            "overwrite": True,
        }
        prediction.predict(OmegaConf.create({**settings, "device": "cpu", "batch_size": batch_size}))
        return [json.loads(row) for row in (tmp_path / "out").read_text().splitlines()]

    asked = [json.dumps({"document": row["document"], "words": row["words"]}) + "\n" for row in saved]
    (tmp_path / "in.jsonl").write_text("".join(asked))
    assert [row["tags"] for row in predicted("in.jsonl")] == [row["predicted"] for row in saved]

    # Text: an empty line ends a document, and where the program takes its next lot of lines does not matter.
    (tmp_path / "in.txt").write_text("\n".join(lines) + "\n")
    whole = predicted("in.txt")
    assert [row["text"] for row in whole] == lines and any(row["entities"] for row in whole)
    assert strip(predicted("in.txt", batch_size=1)) == strip(whole)
    (tmp_path / "part.txt").write_text("\n".join(lines[11:22]) + "\n")
    assert strip(predicted("part.txt")) == strip(whole[11:22])
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" if line else "\n" for line in lines))
    assert strip(predicted("in.jsonl")) == strip([row for row in whole if row["text"]])


def strip(rows: list[dict]) -> list[tuple]:
    """Answers up to the rounding that another batch may bring."""
    return [
        (
            row["text"],
            [(e["start"], e["end"], e["type"], pytest.approx(e["confidence"], abs=1e-3)) for e in row["entities"]],
        )
        for row in rows
    ]
