"""Tag schemes as tables, and the way between tags and spans. Standard library only.

A tag is `O` or `PREFIX-TYPE`; the type may hold hyphens itself (`B-GPE-CITY`). Inside the program every sentence is
tagged in IOB2; the other schemes exist at its borders, where files are read and written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

POLICIES = ("strict", "conlleval", "drop")


class Span(NamedTuple):
    """An entity: half-open word indices and a type."""

    begin: int
    end: int
    type: str


class Scheme(NamedTuple):
    """A tagging scheme: the prefix of a word by its place in an entity.

    `single` is the only word of an entity, `begin`, `inside` and `end` are the words of a longer one. `again`, where a
    scheme has it, replaces the first prefix of an entity that stands right behind another of the same type.
    """

    name: str
    single: str
    begin: str
    inside: str
    end: str
    again: str = ""


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("iob2", "B", "B", "I", "I"),
        Scheme("io", "I", "I", "I", "I"),  # merges neighbouring entities of one type
        Scheme("iob1", "I", "I", "I", "I", again="B"),
        Scheme("iobes", "S", "B", "I", "E"),
        Scheme("bilou", "U", "B", "I", "L"),
        Scheme("bmewo", "W", "B", "M", "E"),
        Scheme("bmes", "S", "B", "M", "E"),
    )
}
PREFIXES = "BIESLUMW"
_ALWAYS_BEGIN, _ALWAYS_END = "BSUW", "ESLUW"


@lru_cache(maxsize=65536)
def split_tag(tag: str) -> tuple[str, str]:
    """`("B", "PER")` of `B-PER`, `("O", "")` of `O`; ValueError for anything that is not a tag."""
    if tag == "O":
        return "O", ""
    if len(tag) < 3 or tag[1] != "-" or tag[0] not in PREFIXES:
        raise ValueError(f"a tag is O, or one of {' '.join(PREFIXES)} with a hyphen and a type; got {tag!r}")
    return tag[0], tag[2:]


def label_set(types: Sequence[str]) -> tuple[str, ...]:
    """The IOB2 labels of a set of entity types, `O` first: the order of a model's outputs."""
    return ("O", *(f"{prefix}-{type_}" for type_ in types for prefix in "BI"))


@cache
def _grammar(scheme: str) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Prefixes that open an entity, that open one behind its own type, that may close one, and the pairs within one."""
    row = SCHEMES[scheme]
    opens = {row.single, row.begin}
    behind_own_type = {row.again} if row.again else opens
    begins = opens | behind_own_type if row.again else {row.begin}
    closes = {row.single, row.end, row.again} - {""}
    within = {a + b for a in begins | {row.inside} for b in (row.inside, row.end)}
    return frozenset(opens), frozenset(behind_own_type), frozenset(closes), frozenset(within)


@lru_cache(maxsize=65536)
def allows(before: str, after: str, scheme: str = "iob2") -> bool:
    """Whether the scheme lets tag `after` follow tag `before`; `O` also stands for both ends of the sentence."""
    opens, behind_own_type, closes, within = _grammar(scheme)
    (first, first_type), (second, second_type) = split_tag(before), split_tag(after)
    if first != "O" and first_type == second_type:
        return first + second in within or (first in closes and second in behind_own_type)
    return (first == "O" or first in closes) and (second == "O" or second in opens)


def continuations(labels: Sequence[str]) -> list[int | None]:
    """For each label the one that continues an entity whose last word has it: `I-X` after `B-X` or `I-X`, None after
    `O`."""
    number = {label: k for k, label in enumerate(labels)}
    return [number.get(f"I-{label[2:]}") if label != "O" else None for label in labels]


def to_spans(tags: Sequence[str]) -> list[Span]:
    """The entities of a tag sequence of any scheme, read as conlleval reads them: nothing is refused or skipped.

    A word continues the entity before it unless that is of another type or closed (`E S L U W`), or its own prefix
    always begins one (`B S U W`). On the tags `O B I E S` these are the spans of seqeval's default mode.
    """
    spans: list[Span] = []
    begin, prefix, type_ = 0, "O", ""
    for index, tag in enumerate(tags):
        if tag == "O" and prefix == "O":
            continue
        next_prefix, next_type = split_tag(tag)
        if next_type != type_ or next_prefix in _ALWAYS_BEGIN or prefix in _ALWAYS_END:
            if prefix != "O":
                spans.append(Span(begin, index, type_))
            begin = index
        prefix, type_ = next_prefix, next_type
    if prefix != "O":
        spans.append(Span(begin, len(tags), type_))
    return spans


def from_spans(spans: Iterable[Span | tuple[int, int, str]], length: int, scheme: str = "iob2") -> list[str]:
    """The tags of `length` words that carry these spans, which may come in any order.

    `to_spans` gives the spans back, sorted; only IO loses something: neighbours of one type become one entity.

    Raises:
        ValueError: a span is empty, outside of the sentence, or overlaps another.
    """
    row, tags = SCHEMES[scheme], ["O"] * length
    previous = Span(0, 0, "")
    for begin, end, type_ in sorted(spans):
        if not previous.end <= begin < end <= length:
            raise ValueError(
                f"spans are half-open, not empty, inside the {length} words and do not overlap; "
                f"got {begin}:{end} {type_} after {previous.begin}:{previous.end} {previous.type}"
            )
        if end - begin == 1:
            tags[begin] = f"{row.single}-{type_}"
        else:
            tags[begin:end] = [
                f"{row.begin}-{type_}",
                *[f"{row.inside}-{type_}"] * (end - begin - 2),
                f"{row.end}-{type_}",
            ]
        if row.again and previous.end == begin and previous.type == type_:
            tags[begin] = f"{row.again}-{type_}"
        previous = Span(begin, end, type_)
    return tags


def convert(tags: Sequence[str], scheme: str) -> list[str]:
    """The same entities (as `to_spans` reads them) in another scheme."""
    return from_spans(to_spans(tags), len(tags), scheme)


def violations(tags: Sequence[str], scheme: str = "iob2") -> list[tuple[int, str]]:
    """The words whose prefix is not the one the scheme gives to that place of the entity, each with a reason.

    Empty exactly when every transition of the sequence, from O and back to O, is one that `allows` allows.
    """
    return [
        (index, f"{tag[0]}- where {scheme} has {right[0]}-")
        for index, (tag, right) in enumerate(zip(tags, convert(tags, scheme), strict=True))
        if tag != right
    ]


def repair(tags: Sequence[str], scheme: str = "iob2", policy: str = "conlleval") -> tuple[list[str], int]:
    """Tags that obey the scheme, and how many did not.

    Args:
        policy: `strict` raises ValueError at the first violation; `conlleval` keeps the entities of `to_spans` and
            rewrites their prefixes; `drop` removes the entities that hold a violation.
    """
    broken = violations(tags, scheme)
    if policy not in POLICIES:
        raise ValueError(f"policy is one of {', '.join(POLICIES)}; got {policy!r}")
    if broken and policy == "strict":
        index, reason = broken[0]
        raise ValueError(f"word {index}: {reason}; got {' '.join(tags)}")
    wrong = {index for index, _ in broken} if policy == "drop" else set()
    kept = [span for span in to_spans(tags) if wrong.isdisjoint(range(span.begin, span.end))]
    return from_spans(kept, len(tags), scheme), len(broken)


def transitions(tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each tag with the one after it, from the `O` before the sentence to the `O` behind it."""
    return pairwise(("O", *tags, "O"))


def detect(counts: Mapping[tuple[str, str], int]) -> tuple[str, str]:
    """The scheme of a corpus and the reason, from how often each of its `transitions` occurs.

    It is the scheme that forbids the fewest of them; of equals, the first in `SCHEMES`.
    """
    forbidden = {
        name: sum(count for (before, after), count in counts.items() if not allows(before, after, name))
        for name in SCHEMES
    }
    best, second = sorted(SCHEMES, key=lambda name: forbidden[name])[:2]
    prefixes = " ".join(sorted({split_tag(tag)[0] for pair in counts for tag in pair} - {"O"})) or "none"
    return (
        best,
        f"prefixes {prefixes}, {forbidden[best]} transitions it forbids (next best: {second}, {forbidden[second]})",
    )
