"""Sentences as flat arrays of subwords and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from ner_lab.data.context import Context, encode_context
from ner_lab.types import Sentence

UNKNOWN_LABEL = -1
REMEMBERED = 500_000  # distinct words whose subwords are kept, about 200 MB


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
        self._learn({word for sentence in sentences for word in sentence.words})
        ids = [self._known[word] for sentence in sentences for word in sentence.words]
        index = {label: i for i, label in enumerate(labels)}
        tags = None
        if all(sentence.tags is not None for sentence in sentences):
            tags = np.array(
                [index.get(tag, UNKNOWN_LABEL) for sentence in sentences for tag in sentence.tags or ()], dtype=np.int16
            )
        split = EncodedSplit(
            subwords_P=np.array([i for word in ids for i in word], dtype=np.int32),
            word_start_N1=_starts(len(word) for word in ids),
            sentence_start_S1=_starts(len(sentence.words) for sentence in sentences),
            labels_N=tags,
        )
        context = encode_context(sentences, split.subwords_S, self.capacity, lambda text: self.encode(text, labels))
        return replace(split, context=context)

    def _learn(self, words: set[str]) -> None:
        if len(self._known) > REMEMBERED:  # an endless stream of text must not fill the memory
            self._known.clear()
        new = sorted(words - self._known.keys())
        if not new:
            return
        encoded = self.tokenizer([[word] for word in new], is_split_into_words=True, add_special_tokens=False)
        for word, ids in zip(new, encoded["input_ids"], strict=True):
            self._known[word] = ids[: self.capacity] or self._nothing


def _starts(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.fromiter(lengths, dtype=np.int64))]).astype(np.int64)
