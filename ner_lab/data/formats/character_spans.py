"""Annotated text to annotated words: where character spans meet words, and what happens where they do not.

The rule:
- Words are those of `split_words`, which also splits raw text at prediction, so both get the same tags. (Where a file
  says itself where its words are, these are taken.)
- Each line of a text is a sentence. Lines that an entity runs across are one sentence.
- A span covers the words that it shares a character with; white space at its ends does not count. If it begins or ends
  inside a word, `cut_words` decides: `widen` takes the whole word, `drop` removes the span, `error` refuses it.
- Of spans that share a word, `overlaps=outermost` keeps the longest (of equals the first), and `error` refuses them. A
  span that is there twice counts once.
Whatever is widened, removed or joined is counted and shown with its text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.words import Word, has_no_blanks, split_words
from ner_lab.tags import Span, from_spans
from ner_lab.types import Sentence, UserError


class CharacterSpan(NamedTuple):
    """An entity in a text: half-open character offsets and a type.

    Examples:
        >>> span = CharacterSpan(0, 12, "PER")
        >>> "Ada Lovelace wrote"[span.begin : span.end]
        'Ada Lovelace'
    """

    begin: int
    end: int
    type: str


class SpanPolicy:
    """What happens to spans that cut words (`widen`, `error`, `drop`) and to spans that overlap (`error`, `outermost`).

    Raises:
        UserError: another word than these.
    """

    def __init__(self, cut_words: str = "widen", overlaps: str = "error") -> None:
        choose("cut_words", cut_words, ("widen", "error", "drop"))
        choose("overlaps", overlaps, ("error", "outermost"))
        self.cut_words, self.overlaps = cut_words, overlaps


def choose(option: str, value: str, choices: Sequence[str]) -> None:
    """Raises UserError unless the value of `data.OPTION` is one of the choices."""
    if value not in choices:
        raise UserError(f"data.{option} is one of {', '.join(choices)}; got {value!r}")


def check_span(text: str, begin: object, end: object, type_: object, place: str) -> CharacterSpan:
    """A span that lies in the text.

    Raises:
        UserError: offsets that are no whole numbers, outside of the text or in the wrong order, or no type.
    """
    if not (type(begin) is int and type(end) is int and 0 <= begin < end <= len(text)):
        raise UserError(
            f"{place}: a span has whole numbers 0 <= start < end <= {len(text)}, the length of its text in characters; "
            f"got start {begin!r}, end {end!r} ({type_}); offsets in bytes or UTF-16 units, or of another version of "
            "the text, must be converted first"
        )
    if not isinstance(type_, str) or not type_.strip():
        raise UserError(f"{place}: a span has a label, a text that is not empty; got {type_!r} at {begin}:{end}")
    return CharacterSpan(begin, end, type_.strip())


def annotate(
    text: str,
    spans: Sequence[CharacterSpan] | None,
    place: str,
    document: str,
    policy: SpanPolicy,
    remarks: Remarks,
    words: Sequence[Word] | None = None,
    whole_file: bool = False,
) -> Iterator[Sentence]:
    """The sentences of a text with IOB2 tags, or without tags if `spans` is None.

    Args:
        text: one or more lines.
        spans: entities in it, checked.
        place: `file:line` of the text, or the file that is the text.
        document: its id; "" names it after the place where it has several sentences.
        words: the words of the text, which is then one sentence; by default lines are sentences.
        whole_file: `place` is a file, so its lines can be numbered.

    Raises:
        UserError: what the policy does not allow, with the place and the text of the span.
    """
    trimmed = _trimmed(text, spans, place, policy, remarks, words is None) if spans is not None else None
    lines = [(0, len(text))] if words is not None else _lines(text, trimmed or (), place, remarks)
    starts = [span.begin for span in trimmed or ()]
    several, number, counted = len(lines) > 1, 1, 0
    for begin, end in lines:
        number, counted = number + text.count("\n", counted, begin), begin
        found = words
        if found is None:
            if has_no_blanks(text[begin:end]):
                remarks.add("line in a script without blanks, read as one word a character", place)
            found = [Word(w.text, w.begin + begin, w.end + begin) for w in split_words(text[begin:end])]
        tags = None
        if trimmed is not None:
            own = trimmed[bisect_left(starts, begin) : bisect_left(starts, end)]
            tags = tuple(from_spans(_align(text, own, found, place, policy, remarks), len(found)))
        origin = f"{place}:{number}" if whole_file else place
        origin += f" (characters {begin}-{end})" if several else ""
        named = document or (place if several else "")
        yield Sentence(tuple([word.text for word in found]), tags, named, origin)


def _trimmed(
    text: str, spans: Sequence[CharacterSpan], place: str, policy: SpanPolicy, remarks: Remarks, trim: bool
) -> list[CharacterSpan]:
    """The spans in order, each once, without white space at their ends (given words may have some of their own)."""
    found: dict[CharacterSpan, None] = {}
    for span in sorted(spans):
        short, inner = span, text[span.begin : span.end]
        if trim:
            begin = span.begin + len(inner) - len(inner.lstrip())
            short = CharacterSpan(begin, begin + len(inner.strip()), span.type)
        if short.begin == short.end:
            _no_word(text, span, place, policy, remarks)
        elif short in found:
            remarks.add("span that is there twice, counted once", _shown(text, span, place))
        else:
            found[short] = None
    return sorted(found)


def _shown(text: str, span: CharacterSpan, place: str) -> str:
    return f"{text[span.begin : span.end]!r} ({span.type}, {place})"


def _no_word(text: str, span: CharacterSpan, place: str, policy: SpanPolicy, remarks: Remarks) -> None:
    if policy.cut_words == "error":
        raise UserError(
            f"{place}: the span {_shown(text, span, place)} covers no word; data.cut_words=drop removes and counts it"
        )
    remarks.add("span that covers no word, removed", _shown(text, span, place))


def _lines(text: str, spans: Sequence[CharacterSpan], place: str, remarks: Remarks) -> list[tuple[int, int]]:
    """Half-open ranges of the lines that hold anything; lines that a span runs across are one."""
    ends = [match.start() for match in re.finditer("\n", text)] + [len(text)]
    crossed: set[int] = set()
    for span in spans:
        inside = ends[bisect_left(ends, span.begin) : bisect_left(ends, span.end)]
        if inside:
            crossed.update(inside)
            remarks.add("entity across a line end, its lines are one sentence", _shown(text, span, place))
    found, begin = [], 0
    for end in ends:
        if end not in crossed:
            if text[begin:end].strip():
                found.append((begin, end))
            begin = end + 1
    return found


def _align(
    text: str,
    spans: Sequence[CharacterSpan],
    words: Sequence[Word],
    place: str,
    policy: SpanPolicy,
    remarks: Remarks,
) -> list[Span]:
    begins, ends = [word.begin for word in words], [word.end for word in words]
    found: list[tuple[Span, CharacterSpan]] = []
    for span in spans:
        first, behind = bisect_right(ends, span.begin), bisect_left(begins, span.end)
        if first >= behind:
            _no_word(text, span, place, policy, remarks)
            continue
        shown = _shown(text, span, place)
        beside = [sorted(pair) for pair in ((span.begin, begins[first]), (span.end, ends[behind - 1]))]
        if any(text[a:b].strip() for a, b in beside):
            whole = text[begins[first] : ends[behind - 1]]
            if policy.cut_words == "error":
                raise UserError(
                    f"{place}: the span {shown} cuts a word of {whole!r}; data.cut_words=widen takes the whole word, "
                    "data.cut_words=drop removes the span, both count it"
                )
            did = "widened to it" if policy.cut_words == "widen" else "removed"
            remarks.add(f"span that cuts a word, {did}", f"{shown} in {whole!r}")
            if policy.cut_words == "drop":
                continue
        found.append((Span(first, behind, span.type), span))
    return _without_overlaps(text, found, place, policy, remarks)


def _without_overlaps(
    text: str, found: Sequence[tuple[Span, CharacterSpan]], place: str, policy: SpanPolicy, remarks: Remarks
) -> list[Span]:
    kept: list[tuple[Span, CharacterSpan]] = []
    taken: dict[int, CharacterSpan] = {}
    for aligned, span in sorted(found, key=lambda pair: pair[0].begin - pair[0].end):
        rival = next((taken[word] for word in range(aligned.begin, aligned.end) if word in taken), None)
        if rival is None:
            kept.append((aligned, span))
            taken.update(dict.fromkeys(range(aligned.begin, aligned.end), span))
            continue
        shown = [f"{text[s.begin : s.end]!r} ({s.type}, {s.begin}:{s.end})" for s in (span, rival)]
        if policy.overlaps == "error":
            raise UserError(
                f"{place}: the spans {' and '.join(shown)} share a word, and a word has one tag; "
                "data.overlaps=outermost keeps the longest and counts the others"
            )
        remarks.add("span that overlaps a longer one, removed", f"{shown[0]} beside {shown[1]} ({place})")
    return [aligned for aligned, _ in kept]


def joined(sentence: Sentence) -> tuple[str, list[Word]]:
    """The words of a sentence with blanks between them, and where they stand in that text."""
    words, at = [], 0
    for word in sentence.words:
        words.append(Word(word, at, at + len(word)))
        at += len(word) + 1
    return " ".join(sentence.words), words
