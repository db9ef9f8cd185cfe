"""Sentences as flat arrays of subwords and labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from ner_lab.data.context import Context, encode_context
from ner_lab.data.store import GrowingArray
from ner_lab.types import Sentence

UNKNOWN_LABEL = -1
REMEMBERED = 500_000  # distinct words whose subwords are kept, about 200 MB
AT_ONCE = 10_000  # sentences that are encoded together


@dataclass(frozen=True)
class EncodedSplit:
    """A split of S sentences, N words and P subwords, without padding and without special tokens.

    `subwords_P` holds the ids; the subwords of word n are `subwords_P[word_start_N1[n]:word_start_N1[n + 1]]`, and the
    words of sentence s are `sentence_start_S1[s]:sentence_start_S1[s + 1]`. `labels_N` holds label indices,
    -1 where the model does not know the label; it is None for text without tags. `context` is what the encoder reads
    beside the sentences, None where it reads them alone.
    """

    subwords_P: NDArray[np.int32]
    word_start_N1: NDArray[np.int64]
    sentence_start_S1: NDArray[np.int64]
    labels_N: NDArray[np.int16] | None
    context: Context | None = None

    def __len__(self) -> int:
        return len(self.sentence_start_S1) - 1

    @property
    def words_S(self) -> NDArray[np.int64]:
        """Words of each sentence."""
        return np.diff(self.sentence_start_S1)

    @property
    def subwords_S(self) -> NDArray[np.int64]:
        """Subwords of each sentence."""
        return np.diff(self.word_start_N1[self.sentence_start_S1])

    @property
    def read_S(self) -> NDArray[np.int64]:
        """Subwords the encoder reads for each sentence: its own and those of its context."""
        own_S = self.subwords_S
        return own_S if self.context is None else own_S + self.context.left_S + self.context.right_S

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the split holds, by name."""
        own: dict[str, NDArray[Any]] = {
            "subwords_P": self.subwords_P,
            "word_start_N1": self.word_start_N1,
            "sentence_start_S1": self.sentence_start_S1,
        }
        if self.labels_N is not None:
            own["labels_N"] = self.labels_N
        if self.context is not None:
            own |= {f"context.{name}": values for name, values in self.context.arrays().items()}
        return own

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> EncodedSplit:
        """The split whose `arrays` these are."""
        context = {name.removeprefix("context."): a for name, a in arrays.items() if name.startswith("context.")}
        text = {name.removeprefix("text."): a for name, a in context.items() if name.startswith("text.")}
        rest = {name: a for name, a in context.items() if not name.startswith("text.")}
        return EncodedSplit(
            subwords_P=arrays["subwords_P"],
            word_start_N1=arrays["word_start_N1"],
            sentence_start_S1=arrays["sentence_start_S1"],
            labels_N=arrays.get("labels_N"),
            context=Context(EncodedSplit.from_arrays(text), **rest) if context else None,
        )


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
        plain = tokenizer("a", add_special_tokens=False)["input_ids"]
        full = tokenizer("a")["input_ids"]
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
        subwords, lengths, words, tags = (GrowingArray(code) for code in "iiih")
        tagged, in_context = True, False
        rest = iter(sentences)
        while some := list(islice(rest, AT_ONCE)):
            self._learn({word for sentence in some for word in sentence.words})
            for sentence in some:
                ids = [self._known[word] for word in sentence.words]
                subwords.extend([i for word in ids for i in word])
                lengths.extend(map(len, ids))
                tags.extend([index.get(tag, UNKNOWN_LABEL) for tag in sentence.tags or ()])
                tagged &= sentence.tags is not None
                in_context |= bool(sentence.before or sentence.after)
            words.extend([len(sentence.words) for sentence in some])
        split = EncodedSplit(
            subwords_P=subwords.finish(),
            word_start_N1=_starts(lengths.finish()),
            sentence_start_S1=_starts(words.finish()),
            labels_N=tags.finish() if tagged else None,
        )
        if not in_context:
            return split
        context = encode_context(sentences, split.subwords_S, self.capacity, lambda text: self.encode(text, labels))
        return replace(split, context=context)

    def fingerprint(self) -> str:
        """SHA-256 of all that decides the subwords of a word."""
        digest = hashlib.sha256(self.tokenizer.backend_tokenizer.to_str().encode())
        digest.update(json.dumps([self.prefix, self.suffix, self.capacity, self._nothing]).encode())
        return digest.hexdigest()

    def _learn(self, words: set[str]) -> None:
        if len(self._known) > REMEMBERED:  # an endless stream of text must not fill the memory
            self._known.clear()
        new = sorted(words - self._known.keys())
        if not new:
            return
        encoded = self.tokenizer([[word] for word in new], is_split_into_words=True, add_special_tokens=False)
        for word, ids in zip(new, encoded["input_ids"], strict=True):
            self._known[word] = ids[: self.capacity] or self._nothing


def _starts(length_N: NDArray[Any]) -> NDArray[np.int64]:
    start_N1 = np.zeros(len(length_N) + 1, dtype=np.int64)
    np.cumsum(length_N, out=start_N1[1:])
    return start_N1
