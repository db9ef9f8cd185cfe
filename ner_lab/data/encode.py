"""Words to subwords: sentences, and what is read beside them, become the arrays of an `EncodedSplit`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.encoded_split import Context, EncodedSplit, word_ranges
from ner_lab.data.store import GrowingArray
from ner_lab.types import Sentence, UserError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

UNKNOWN_LABEL = -1
REMEMBERED = 500_000  # distinct words whose subwords are kept, about 200 MB
AT_ONCE = 10_000  # sentences that are encoded together
ROW = 32  # words that the tokenizer is asked about in one row: what it sets up for a row costs as much as some words


class SubwordEncoder:
    """Words to subword ids, each word on its own, so that raw text and split words give the same subwords.

    Args:
        tokenizer: a fast tokenizer of transformers.
        max_subwords: S, the longest row the encoder takes, special tokens included.

    Attributes:
        prefix, suffix: ids of the special tokens around a row.
        capacity: subwords of a row that are not special; a longer word keeps its first `capacity` subwords.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, max_subwords: int) -> None:
        self.tokenizer = tokenizer
        plain = self._asked(lambda: tokenizer("a", add_special_tokens=False)["input_ids"])
        full = self._asked(lambda: tokenizer("a")["input_ids"])
        at = next(i for i in range(len(full)) if full[i : i + len(plain)] == plain)
        self.prefix, self.suffix = full[:at], full[at + len(plain) :]
        self.pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
        self.capacity = max_subwords - len(self.prefix) - len(self.suffix)
        # A word the tokenizer makes nothing of (a zero-width space) still needs a state of its own.
        unknown = tokenizer.unk_token_id
        self._nothing = [unknown if unknown is not None else self.pad_id]
        self._known: dict[str, list[int]] = {}

    def encode(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> EncodedSplit:
        """Arrays of `sentences` and of their context; label indices by position in `labels`."""
        index = {label: i for i, label in enumerate(labels)}
        subwords, lengths, words = (GrowingArray("i") for _ in range(3))
        tags = GrowingArray("h" if len(labels or ()) < 2**15 else "i")
        tagged, in_context = True, False
        rest = iter(sentences)
        while some := list(islice(rest, AT_ONCE)):
            text = [word for sentence in some for word in sentence.words]
            number = {word: n for n, word in enumerate(dict.fromkeys(text))}
            number_N = np.fromiter(map(number.__getitem__, text), np.int64, len(text))
            subwords_P, length_N = _in_order(self._subwords(number), number_N)
            subwords.extend(subwords_P)
            lengths.extend(length_N)
            words.extend(len(sentence.words) for sentence in some)
            tags.extend(index.get(tag, UNKNOWN_LABEL) for sentence in some for tag in sentence.tags or ())
            tagged &= all(sentence.tags is not None for sentence in some)
            in_context |= any(sentence.before or sentence.after for sentence in some)
        split = EncodedSplit(
            subwords_P=subwords.finish(),
            word_start_N1=_starts(lengths.finish()),
            sentence_start_S1=_starts(words.finish()),
            labels_N=tags.finish() if tagged else None,
        )
        if not in_context:
            return split
        context = _context(sentences, split.subwords_S, self.capacity, lambda text: self.encode(text, labels))
        return replace(split, context=context)

    def fingerprint(self) -> str:
        """SHA-256 of all that decides the subwords of a word."""
        digest = hashlib.sha256(self.tokenizer.backend_tokenizer.to_str().encode())
        digest.update(json.dumps([self.prefix, self.suffix, self.capacity, self._nothing]).encode())
        return digest.hexdigest()

    def _subwords(self, words: Collection[str]) -> list[list[int]]:
        """Of different words."""
        if len(self._known) > REMEMBERED:  # an endless stream of text must not fill the memory
            self._known = {}
        known = self._known
        new = sorted(word for word in words if word not in known)
        for word, ids in zip(new, self._ids(new), strict=True):
            known[word] = ids[: self.capacity] or self._nothing
        return [known[word] for word in words]

    def _ids(self, words: Sequence[str]) -> list[list[int]]:
        """The subwords of each word, by the library behind the tokenizer: what transformers adds takes as long."""
        backend = self.tokenizer.backend_tokenizer
        if backend.truncation is not None or backend.padding is not None:  # somebody asked for it
            backend.no_truncation()
            backend.no_padding()
        rows = [words[begin : begin + ROW] for begin in range(0, len(words), ROW)]
        found = self._asked(lambda: backend.encode_batch(rows, is_pretokenized=True, add_special_tokens=False))
        ids: list[list[int]] = [[] for _ in words]
        for row, begin in zip(found, range(0, len(words), ROW), strict=True):
            for subword, number in zip(row.ids, row.word_ids, strict=True):
                ids[begin + number].append(subword)
        return ids

    def _asked(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # which is no Exception: Rust has given up
                raise
            first = next(iter(str(error).splitlines()), "")[:200]
            raise UserError(
                f"the tokenizer of the encoder gave up ({first}); its tokenizer.json asks for something that cannot be "
                "done, such as a pattern without end: take another encoder"
            ) from None


def _in_order(ids_V: list[list[int]], number_N: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """`subwords_P` of words, one after the other, and `length_N`, how many each has; a word is a number of `ids_V`."""
    start_V1 = _starts(np.fromiter(map(len, ids_V), np.int64, len(ids_V)))
    flat = np.fromiter(chain.from_iterable(ids_V), np.int32, start_V1[-1])
    length_N = np.diff(start_V1)[number_N]
    begin_N1 = _starts(length_N)
    at_P = np.arange(begin_N1[-1]) + np.repeat(start_V1[number_N] - begin_N1[:-1], length_N)
    return flat[at_P], length_N


def _starts(length_N: NDArray[Any]) -> NDArray[np.int64]:
    start_N1 = np.zeros(len(length_N) + 1, dtype=np.int64)
    np.cumsum(length_N, out=start_N1[1:])
    return start_N1


def _context(
    sentences: Sequence[Sentence],
    subwords_S: NDArray[np.int64],
    capacity: int,
    encode: Callable[[Sequence[Sentence]], EncodedSplit],
) -> Context | None:
    """The context of sentences as arrays; None if none of them has any.

    Whole words are kept, the nearest ones, as many as a row of `capacity` subwords holds beside the sentence: half of
    the room on either side, and what one side leaves goes to the other. A sentence that needs windows has no room.

    Args:
        sentences: with `before` and `after`.
        subwords_S: how many subwords each has itself.
        capacity: subwords of a row.
        encode: sentences without tags to arrays.
    """
    number: dict[tuple[str, ...], int] = {}
    for sentence in sentences:
        for words in (*sentence.before, *sentence.after):
            number.setdefault(words, len(number))
    if not number:
        return None
    text = encode([Sentence(words) for words in number])
    before_SC = _table([[number[words] for words in sentence.before] for sentence in sentences])
    after_SC = _table([[number[words] for words in sentence.after] for sentence in sentences])
    left_S, right_S = np.zeros_like(subwords_S), np.zeros_like(subwords_S)
    for s, own in enumerate(subwords_S):
        nearest_before = np.cumsum(_word_lengths(text, before_SC[s])[::-1])
        nearest_after = np.cumsum(_word_lengths(text, after_SC[s]))
        free = max(0, capacity - int(own))
        left_S[s] = _fitting(nearest_before, max(free // 2, free - int(nearest_after[-1:].sum())))
        right_S[s] = _fitting(nearest_after, free - int(left_S[s]))
    return Context(text, before_SC, after_SC, left_S, right_S)


def _table(rows: list[list[int]]) -> NDArray[np.int64]:
    table = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int64)
    for row, positions in zip(table, rows, strict=True):
        row[: len(positions)] = positions
    return table


def _word_lengths(text: EncodedSplit, positions_C: NDArray[np.int64]) -> NDArray[np.int64]:
    """Subwords of each word of some sentences."""
    parts = [np.diff(text.word_start_N1[first : last + 1]) for first, last in word_ranges(text, positions_C)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _fitting(reach_W: NDArray[np.int64], room: int) -> int:
    """The most subwords up to `room` that end at a word; `reach_W` counts them up to the end of each."""
    words = int(np.searchsorted(reach_W, room, side="right"))
    return int(reach_W[words - 1]) if words else 0
