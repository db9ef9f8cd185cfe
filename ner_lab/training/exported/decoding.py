"""Tags and confidences from label scores, in numpy: what the heads of `ner_lab.models` do in torch.

The tests hold both to the same tags and confidences. Tags are decoded in float32, as there, so that equal scores are
decided alike; confidences are computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ner_lab.tags import continuations, split_tag

Scores = NDArray[np.floating]
Links = tuple[Scores, Scores, Scores]
RESCALE_EVERY = 8  # words, as in models/crf/decode.py
SAFE_FALL = 600.0  # nats; float64 holds exp(-708)
MOVES = 2**22  # numbers held for the moves of one word of a batch; of more, it is taken in parts


class Decoded(Protocol):
    """What is said of a batch: `labels_BW`, 0 on padding, and the probability of spans."""

    labels_BW: NDArray[np.int64]

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]]) -> list[float]:
        """Of each half-open span: that exactly this entity stands there; see `ner_lab.types.Potentials`."""
        ...


def decode(
    emissions_BWK: Scores, words_B: NDArray[np.int64], labels: Sequence[str], kind: str, links: Links | None = None
) -> Decoded:
    """Tags of a batch.

    Args:
        emissions_BWK: scores of labels at words.
        words_B: how many words each sentence has.
        labels: the K label names.
        kind: `greedy`, `viterbi` or `crf`.
        links: of a CRF; see `links_of`.
    """
    if links is None:
        return IndependentWords(emissions_BWK, words_B, labels, kind)
    return ChainOfWords(emissions_BWK, words_B, labels, links)


def links_of(scores: Scores, labels: Sequence[str]) -> Links:
    """Scores of the first label, of [previous][next], and of the last label, with -inf where the scheme forbids.

    Args:
        scores: as a CRF has learnt them: K rows of [previous][next], one of the first and one of the last label.
        labels: the K label names.
    """
    start_K, follow_KK = allowed(labels)
    trans_KK, first_K, last_K = scores[:-2], scores[-2], scores[-1]
    never = np.float32(-np.inf)
    return np.where(start_K, first_K, never), np.where(follow_KK, trans_KK, never), last_K


def allowed(labels: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which IOB2 labels may begin a sentence, and which may follow which ([previous][next]).

    >>> allowed(["O", "B-X", "I-X"])[1].tolist()
    [[True, True, False], [True, True, True], [True, True, True]]
    """
    tags = [split_tag(label) for label in labels]
    start_K = np.array([prefix != "I" for prefix, _ in tags])
    types_K = np.array([type_ for _, type_ in tags])
    return start_K, start_K | (types_K[:, None] == types_K)


class IndependentWords:
    """Words that do not depend on each other: `greedy`, or `viterbi` under the scheme."""

    def __init__(self, emissions_BWK: Scores, words_B: NDArray[np.int64], labels: Sequence[str], kind: str) -> None:
        self._log_probs_BWK = _log_softmax(emissions_BWK.astype(np.float32))
        self._words_B, self._inside_K = words_B, continuations(labels)
        if kind == "greedy":
            best_BW = self._log_probs_BWK.argmax(-1)
            self.labels_BW = np.where(np.arange(best_BW.shape[1]) < words_B[:, None], best_BW, 0)
        else:
            start_K, follow_KK = allowed(labels)
            zero = np.float32(0)
            links = (np.where(start_K, zero, -np.inf), np.where(follow_KK, zero, -np.inf), np.zeros(len(labels)))
            self.labels_BW = viterbi(self._log_probs_BWK, words_B, *(one.astype(np.float32) for one in links))

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]]) -> list[float]:
        probs_WK = np.exp(self._log_probs_BWK[sentence].astype(np.float64))
        labels_W, words = self.labels_BW[sentence], int(self._words_B[sentence])
        found = []
        for begin, end in spans:
            probability = float(np.prod(probs_WK[np.arange(begin, end), labels_W[begin:end]]))
            inside = self._inside_K[labels_W[end - 1]]
            if end < words and inside is not None:
                probability *= float(np.delete(probs_WK[end], inside).sum())
            found.append(min(1.0, probability))
        return found


class ChainOfWords:
    """A linear-chain CRF."""

    def __init__(
        self,
        emissions_BWK: Scores,
        words_B: NDArray[np.int64],
        labels: Sequence[str],
        links: Links,
    ) -> None:
        self._emissions_BWK, self._words_B, self._links = emissions_BWK, words_B, links
        self._inside_K = continuations(labels)
        self.labels_BW = viterbi(emissions_BWK.astype(np.float32), words_B, *links)

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]]) -> list[float]:
        if not spans:
            return []
        words = int(self._words_B[sentence])
        labels_W = self.labels_BW[sentence, :words]
        start_K, trans_KK, end_K = (one.astype(np.float64) for one in self._links)
        before_WK, behind_WK = messages(self._emissions_BWK[sentence, :words], start_K, trans_KK, end_K)
        first_WK = _softmax(before_WK + behind_WK)
        step_WK = _softmax(trans_KK[labels_W[:-1]] + behind_WK[1:])
        found = []
        for begin, end in spans:
            steps = step_WK[np.arange(begin, end - 1), labels_W[begin + 1 : end]]
            probability = float(first_WK[begin, labels_W[begin]] * np.prod(steps))
            inside = self._inside_K[labels_W[end - 1]]
            if end < words and inside is not None:
                probability *= float(np.delete(step_WK[end - 1], inside).sum())
            found.append(min(1.0, probability))
        return found


def viterbi(
    emissions_BWK: Scores, words_B: NDArray[np.int64], start_K: Scores, trans_KK: Scores, end_K: Scores
) -> NDArray[np.int64]:
    """The label sequence of highest score of each sentence, 0 on padding; -inf forbids."""
    B, W, K = emissions_BWK.shape
    labels_BW = np.zeros((B, W), dtype=np.int64)
    if not B or not W:
        return labels_BW
    if B > 1 and B * K * K > MOVES:
        halves = zip(np.array_split(emissions_BWK, 2), np.array_split(words_B, 2), strict=True)
        return np.concatenate([viterbi(*half, start_K, trans_KK, end_K) for half in halves])
    mask_BW = np.arange(W) < words_B[:, None]
    scores_BWK = np.where(mask_BW[..., None], emissions_BWK - emissions_BWK.max(-1, keepdims=True), np.float32(0))
    scores_BWK[:, 0] += start_K
    for t in range(1, W):
        scores_BWK[:, t] += (scores_BWK[:, t - 1, :, None] + trans_KK).max(1)
        if t % RESCALE_EVERY == 0:
            scores_BWK[:, t] -= scores_BWK[:, t].max(1, keepdims=True)
    last_B, rows_B = np.maximum(words_B - 1, 0), np.arange(B)
    final_B = (scores_BWK[rows_B, last_B] + end_K).argmax(1)
    current_B = labels_BW[:, W - 1] = final_B
    for t in range(W - 2, -1, -1):
        best_B = (trans_KK.T[current_B] + scores_BWK[:, t]).argmax(1)
        current_B = labels_BW[:, t] = np.where(last_B == t, final_B, best_B)
    return np.where(mask_BW, labels_BW, 0)


def messages(emissions_WK: Scores, start_K: Scores, trans_KK: Scores, end_K: Scores) -> tuple[Scores, Scores]:
    """Of one sentence, in float64 logarithms and up to a number for each word: what the words before it say of a
    word's label, and what it and the words behind it say."""
    own_WK = emissions_WK.astype(np.float64)
    own_WK = own_WK - own_WK.max(-1, keepdims=True)
    before_WK, behind_WK = np.empty_like(own_WK), np.empty_like(own_WK)
    before_WK[0], behind_WK[-1] = start_K, own_WK[-1] + end_K
    moved = _moved if 2 * _fall(own_WK, start_K, trans_KK, end_K) < SAFE_FALL else _moved_in_logarithms
    for t in range(1, len(own_WK)):
        before_WK[t] = moved(before_WK[t - 1] + own_WK[t - 1], trans_KK)
    for t in range(len(own_WK) - 2, -1, -1):
        behind_WK[t] = own_WK[t] + moved(behind_WK[t + 1], trans_KK.T)
    return before_WK, behind_WK


def _moved(state_K: Scores, trans_KK: Scores) -> Scores:
    with np.errstate(divide="ignore"):  # log(0) of what cannot be
        found: Scores = np.log(np.exp(state_K - state_K.max()) @ np.exp(trans_KK - trans_KK.max()))
    return found


def _moved_in_logarithms(state_K: Scores, trans_KK: Scores) -> Scores:
    found: Scores = np.logaddexp.reduce(state_K[:, None] + trans_KK, axis=0)
    return found - found.max()


def _fall(own_WK: Scores, *links: Scores) -> float:
    """By how much the probability of a label can fall from a word to the next, in nats."""
    finite = [scores[np.isfinite(scores)] for scores in links]
    return float(-own_WK.min()) + max(float(np.ptp(scores)) if scores.size else 0.0 for scores in finite)


def _log_softmax(scores: Scores) -> Scores:
    shifted = scores - scores.max(-1, keepdims=True)
    found: Scores = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return found


def _softmax(scores: Scores) -> Scores:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    found: Scores = powers / powers.sum(-1, keepdims=True)
    return found
