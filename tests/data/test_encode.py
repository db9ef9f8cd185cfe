"""Sentences as arrays of subwords, words as they are split from raw text, subsets, and the ledger between them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from cpu_time import at_most
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from ner_lab.data.encode import ROW, UNKNOWN_LABEL, SubwordEncoder
from ner_lab.data.encoded_split import count_encoded
from ner_lab.data.ledger import Count, Ledger, count
from ner_lab.data.split import subset
from ner_lab.data.words import split_words
from ner_lab.models.encoder import load, tiny_tokenizer
from ner_lab.tags import label_set
from ner_lab.types import Sentence, UserError

LABELS = ("O", "B-PER", "I-PER")
TINY = tiny_tokenizer()
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def words_of(encoder: SubwordEncoder, sentence: Sentence) -> list[list[int]]:
    encoded = encoder.encode([sentence], LABELS)
    return [encoded.subwords_P[a:b].tolist() for a, b in pairwise(encoded.word_start_N1)]


@pytest.fixture(params=["bert", "roberta", "deberta-v2"])
def tokenizer(request: pytest.FixtureRequest, encoder_folder: Callable[[str], Path]) -> PreTrainedTokenizerBase:
    """As the project loads it: WordPiece, byte-level BPE that needs a prefix space, SentencePiece."""
    return load(str(encoder_folder(request.param)), weights=False)[1]


def test_split_words_give_the_subwords_of_their_text(tokenizer: PreTrainedTokenizerBase) -> None:
    encoder, text = SubwordEncoder(tokenizer, 64), ("Angela", "Merkel", "met", "Tim", "in", "Paris")
    found = words_of(encoder, Sentence(text))
    assert [i for word in found for i in word] == tokenizer(" ".join(text), add_special_tokens=False)["input_ids"]
    assert len({tuple(word) for word in found}) == 6
    whole = tokenizer(" ".join(text))["input_ids"]
    assert [*encoder.prefix, *(i for word in found for i in word), *encoder.suffix] == whole
    assert encoder.capacity == 64 - (len(whole) - sum(map(len, found)))


def test_every_word_has_subwords(tokenizer: PreTrainedTokenizerBase) -> None:
    odd = ("\u200b", "\ufeff", "\u0000", " ", "", "\U0001f600", "x" * 300, "ok")
    found = words_of(SubwordEncoder(tokenizer, 16), Sentence(odd))
    assert len(found) == len(odd) and all(1 <= len(word) <= 16 - 2 for word in found)
    assert all(0 <= i < len(tokenizer) for word in found for i in word)


ODD = [
    "[SEP]",
    "</s>",
    "<s>a",
    "[MASK][MASK]",
    "a b",
    " a",
    "a ",
    "\u200b",
    "",
    "e\u0301",
    "\u3042\u3044",
    "don't",
    "4-0",
    "a" * 300,
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(words, st.sampled_from(ODD)), min_size=1, max_size=3 * ROW))
def test_a_word_has_the_subwords_that_it_has_by_itself(tokenizer: PreTrainedTokenizerBase, text: list[str]) -> None:
    encoder = SubwordEncoder(tokenizer, 64)
    alone = [tokenizer([word], is_split_into_words=True, add_special_tokens=False)["input_ids"] for word in text]
    nothing = [tokenizer.unk_token_id]
    assert words_of(encoder, Sentence(tuple(text))) == [ids[: encoder.capacity] or nothing for ids in alone]


def test_roberta_without_its_prefix_space_would_read_other_subwords(encoder_folder: Callable[[str], Path]) -> None:
    folder = str(encoder_folder("roberta"))
    bare, ours = AutoTokenizer.from_pretrained(folder), load(folder, weights=False)[1]
    inner = ours("in Paris", add_special_tokens=False)["input_ids"][1:]
    assert words_of(SubwordEncoder(ours, 64), Sentence(("Paris",)))[0] == inner
    assert bare("Paris", add_special_tokens=False)["input_ids"] != inner


@given(st.lists(st.lists(words, max_size=8), max_size=5))
@settings(max_examples=60)
def test_arrays_hold_what_the_sentences_hold(rows: list[list[str]]) -> None:
    sentences = [Sentence(tuple(row), tuple(LABELS[len(word) % 3] for word in row)) for row in rows]
    encoded = SubwordEncoder(TINY, 32).encode(sentences, LABELS)
    assert len(encoded) == len(rows) and encoded.words_S.tolist() == [len(row) for row in rows]
    assert encoded.subwords_S.sum() == len(encoded.subwords_P) == encoded.word_start_N1[-1]
    assert (np.diff(encoded.word_start_N1) >= 1).all()
    assert encoded.labels_N is not None
    assert encoded.labels_N.tolist() == [len(word) % 3 for row in rows for word in row]


def test_a_label_the_model_does_not_know_is_marked_and_known_ones_keep_their_place() -> None:
    encoded = SubwordEncoder(TINY, 32).encode([Sentence(("a", "b", "c"), ("B-PER", "B-MISC", "O"))], LABELS)
    assert encoded.labels_N is not None and encoded.labels_N.tolist() == [1, UNKNOWN_LABEL, 0]


def test_a_word_longer_than_a_row_keeps_its_beginning() -> None:
    (long,) = words_of(SubwordEncoder(TINY, 128), Sentence(("ab" * 40,)))
    (cut,) = words_of(SubwordEncoder(TINY, 10), Sentence(("ab" * 40,)))
    assert len(long) == 40 and cut == long[:8]


# Words of raw text.

TEXT = (
    st.text(max_size=60)
    | st.text(alphabet="aB1.,'’-@#/: \n\tMrUSs&\u200b\u200d\u0301😀é", max_size=30)
    | st.text(alphabet="aB1.'@-:/ \n京のソーﾊﾞที่้ำ្ក\u1039က\u200d\u0301😀", max_size=30)
)


@pytest.mark.seconds
@given(TEXT)
@example("")
@example("   ")
@example("Mr. ")
@example("Mr. O'Brien's U.S. office paid $1,200.50, didn't it?")
def test_words_stand_where_they_say_and_only_white_space_is_left_out(text: str) -> None:
    found = split_words(text)
    assert all(text[word.begin : word.end] == word.text and word.text for word in found)
    assert "".join(word.text for word in found) == "".join(text.split())
    assert all(a.end <= b.begin for a, b in pairwise(found))


@given(TEXT)
@example("Mr. ")
@example("at Apple Inc. \n")
@example("see http://a.b/c?d=e, or mail me@x.org.")
def test_splitting_again_changes_nothing(text: str) -> None:
    once = [word.text for word in split_words(text)]
    assert [word.text for word in split_words(" ".join(once))] == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. O'Brien's U.S. firm, AT&T, paid 1,200.50.", "Mr. O'Brien 's U.S. firm , AT&T , paid 1,200.50 ."),
        ("Amazon.com hired Jean-Luc at 10:30.", "Amazon.com hired Jean-Luc at 10:30 ."),
        ("@nasa #mars https://nasa.gov/x?y=1 me@x.org", "@nasa #mars https://nasa.gov/x?y=1 me@x.org"),
        ("Café 😀😀 naïve", "Café 😀 😀 naïve"),
        ("נסעתי לירושלים, אתמול.", "נסעתי לירושלים , אתמול ."),
        ("سافر محمد إلى القاهرة.", "سافر محمد إلى القاهرة ."),
    ],
)
def test_examples_of_splitting(text: str, expected: str) -> None:
    assert [word.text for word in split_words(text)] == expected.split(" ")


@pytest.mark.parametrize(
    "word",
    ["cafe\u0301", "हिन्दी", "مُحَمَّد", "می\u200cخواهم", "שָׁלוֹם", "👨\u200d👩\u200d👧", "❤\ufe0f"],
    ids=["accent", "Devanagari", "Arabic vowels", "Persian joiner", "Hebrew points", "joined emoji", "heart"],
)
def test_marks_and_joiners_stay_with_their_letters(word: str) -> None:
    assert [found.text for found in split_words(f"{word} {word}, x")] == [word, word, ",", "x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我在北京,他在上海。", "我 在 北 京 , 他 在 上 海 。"),
        ("東京のソニー株式会社", "東 京 の ソ ニ ー 株 式 会 社"),
        ("ที่นี่น้ำ", "ที่ นี่ น้ำ"),
        ("ភ្នំពេញ", "ភ្នំ ពេ ញ"),
        ("葛\U000e0100城 ﾊﾟﾝ", "葛\U000e0100 城 ﾊﾟ ﾝ"),
        ("Sony株式会社 1996年 me@x.org和http://a.b/c,他", "Sony 株 式 会 社 1996 年 me@x.org 和 http://a.b/c 他"),
        ("서울에서 살았다", "서울에서 살았다"),
    ],
    ids=["Chinese", "Japanese", "Thai", "Khmer", "variants and half width", "mixed", "Korean"],
)
def test_scripts_without_blanks_have_one_word_a_character(text: str, expected: str) -> None:
    text = text.replace(",他", "\uff0c他")
    expected = expected.replace(" , 他", " \uff0c 他").replace("/c 他", "/c \uff0c 他")
    found = split_words(text)
    assert [word.text for word in found] == expected.split(" ")
    assert all(text[word.begin : word.end] == word.text for word in found)


def test_text_beside_a_script_without_blanks_is_split_as_without_it() -> None:
    text = "Mr. O'Brien's U.S. firm, AT&T, paid 1,200.50 to Amazon.com @nasa #mars मुंबई سافر 서울에서 Café 😀\u200d😀"
    assert [word.text for word in split_words(f"{text} 東")] == [*(word.text for word in split_words(text)), "東"]


@pytest.mark.seconds
def test_a_line_of_ten_thousand_words_is_split_in_linear_time() -> None:
    assert len(split_words("Jordan, " * 10_000)) == 20_000
    for nasty in (
        "a" * 100_000,
        "1." * 50_000,
        "a-" * 50_000,
        "." * 100_000,
        "a@" * 50_000,
        "x.y" * 30_000,
        "京" * 50_000,
        "京a@" * 30_000,
    ):
        with at_most(10):
            assert "".join(word.text for word in split_words(nasty)) == nasty


# Subsets.

CORPUS = [Sentence((str(i),)) for i in range(50)]


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 5))
def test_subsets_of_one_seed_are_nested_and_in_corpus_order(small: int, large: int, seed: int) -> None:
    small, large = sorted((small, large))
    a, b = (subset(CORPUS, size, seed) for size in (small, large))
    assert len(a) == small and len(b) == large and set(a) <= set(b)
    assert b == sorted(b, key=CORPUS.index)


def test_a_share_is_not_a_number() -> None:
    assert subset(CORPUS, 1.0, 0) == CORPUS and len(subset(CORPUS, 1, 0)) == 1
    assert subset(CORPUS, 0.5, 0) == subset(CORPUS, 25, 0) != subset(CORPUS, 25, 1)


@pytest.mark.parametrize("size", [0, -1, 51, 1.5, 0.0, -0.5, 0.001])
def test_a_size_the_split_does_not_have_is_refused(size: float) -> None:
    with pytest.raises(UserError, match=rf"data\.size must be .* 1 to 50 .* got {size}"):
        subset(CORPUS, size, 0)


# The ledger.


def test_the_ledger_counts_sentences_words_and_entities() -> None:
    sentences = [Sentence(("Ann", "Lee", "met", "Bob"), ("B-PER", "I-PER", "O", "B-PER")), Sentence(("x",), None)]
    assert count(sentences, "why") == Count(2, 5, 2, "why")
    ledger = Ledger()
    ledger.enter("train", "read", count(sentences))
    assert ledger.as_dict() == {"train": {"read": {"sentences": 2, "words": 5, "entities": 2, "note": ""}}}


def test_a_ledger_that_does_not_add_up_is_an_error_with_the_numbers() -> None:
    ledger = Ledger()
    ledger.enter("dev", "read", Count(3, 20, 4))
    ledger.enter("dev", "encoded", Count(3, 19, 2))
    with pytest.raises(UserError, match=r"split 'dev' .* from 'read' to 'encoded': words 20 -> 19;"):
        ledger.same("dev", "read", "encoded")
    with pytest.raises(UserError, match=r"words 20 -> 19, entities 4 -> 2;"):
        ledger.same("dev", "read", "encoded", ("sentences", "words", "entities"))
    ledger.same("dev", "read", "encoded", ("sentences",))


def test_tens_of_thousands_of_types() -> None:
    labels = label_set([f"T{number}" for number in range(20_000)])
    sentence = Sentence(("Ada", "came"), (labels[-2], labels[-1]))
    encoded = SubwordEncoder(TINY, 128).encode([sentence], labels)
    assert encoded.labels_N is not None and encoded.labels_N.tolist() == [39_999, 40_000]
    with at_most(10):
        assert count_encoded(encoded, labels, [sentence]).entities == 1


def test_a_tokenizer_that_gives_up_is_a_message() -> None:
    class PanicException(BaseException):
        """As Rust's panics come to Python."""

    class Hostile:
        pad_token_id = unk_token_id = 0
        truncation = padding = None

        @property
        def backend_tokenizer(self) -> Hostile:
            return self

        def __call__(self, text: object, **settings: object) -> dict[str, list[int]]:
            return {"input_ids": [1]}

        def encode_batch(self, *_: object, **settings: object) -> None:
            raise PanicException("Onig: Regex search error: retry-limit-in-match over")

    encoder = SubwordEncoder(Hostile(), 16)  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"gave up .*retry-limit-in-match.*another encoder"):
        encoder.encode([Sentence(("word",), ("O",))], LABELS)


@pytest.mark.parametrize("architecture", ["bert", "roberta", "deberta-v2"])
def test_subwords_are_those_of_the_tokenizer_whatever_it_was_asked_before(
    architecture: str, encoder_folder: Callable[[str], Path]
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder_folder(architecture))
    words = ["Paris", "unbelievably", "in", "4-0", "ÄÖ", "a"]
    expected = tokenizer([[word] for word in words], is_split_into_words=True, add_special_tokens=False)["input_ids"]
    tokenizer(["cut and filled up", "x"], truncation=True, max_length=3, padding=True)
    split = SubwordEncoder(tokenizer, 64).encode([Sentence(tuple(words))], ())
    assert split.subwords_P.tolist() == [i for ids in expected for i in ids]
