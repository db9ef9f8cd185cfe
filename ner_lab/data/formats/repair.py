"""From the tags people write to IOB2: the notation, the scheme, and what breaks it, under a named policy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from ner_lab.tags import POLICIES, SCHEMES, Span, allows, convert, detect, from_spans, to_spans, transitions, violations
from ner_lab.types import UserError, shortened

REPAIRS = (*POLICIES, "outside")
LENIENT = ("outside", "drop")  # those that read words without a tag
NO_TYPE = "ENTITY"  # the type of entities whose tags name none
_P = "BIESLUMW"
_PLAIN = re.compile(rf"O|[{_P}]-(?!O$).+", re.DOTALL)
_BARE = re.compile(r"[^\W\d_].*", re.DOTALL)
_NOTATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str], str], ...] = (
    (re.compile(rf"o|[{_P}][-_]O"), lambda m: "O", "another way to write O"),
    (re.compile(rf"([{_P}])[_:./](.+)"), lambda m: f"{m[1]}-{m[2]}", "no hyphen between prefix and type"),
    (re.compile(rf"([{_P.lower()}])[-_](.+)"), lambda m: f"{m[1].upper()}-{m[2]}", "prefix in lower case"),
    (re.compile(rf"(.{{2,}})[-_]([{_P}])"), lambda m: f"{m[2]}-{m[1]}", "prefix behind the type"),
    (re.compile(rf"([{_P}])-?"), lambda m: f"{m[1]}-{NO_TYPE}", f"no type, read as {NO_TYPE}"),
)


def read_tag(raw: str) -> tuple[str, str] | None:
    """A tag in the one notation of the program (`O`, `B-PER`) and the reason why it had to change, or "".

    None for what cannot be read without a guess: `OLOC`, `PER` beside `B-PER`, an empty cell.
    """
    raw = raw.strip()
    if _PLAIN.fullmatch(raw):
        return raw, ""
    for pattern, rewrite, reason in _NOTATIONS:
        if match := pattern.fullmatch(raw):
            return rewrite(match), reason
    return None


class TagReader:
    """Turns the tags of a corpus into IOB2. First `observe` all of them, then `read` them.

    The scheme is that of the whole corpus. A corpus without any prefix, whose tags are `O` and bare types, is IO.

    Args:
        scheme: one of `SCHEMES`, or `auto`.
        policy: what to do with tags that are written otherwise or break the scheme.
            `strict`: an error that names the place.
            `conlleval`: the notation is mended where only one reading is possible, and entities are those that
            conlleval would see; what cannot be read is an error.
            `outside`: as `conlleval`, and what cannot be read, or is not there, is `O`.
            `drop`: as `outside`, but an entity that breaks the scheme is removed, unless it only does so beside a word
            whose tag could not be read.

    Attributes:
        scheme: the name of the scheme, after `settle`.
        reason: why it was chosen.
    """

    def __init__(self, scheme: str = "auto", policy: str = "strict") -> None:
        if scheme != "auto" and scheme not in SCHEMES:
            raise UserError(f"data.scheme is auto or one of {', '.join(SCHEMES)}; got {scheme!r}")
        if policy not in REPAIRS:
            raise UserError(f"data.repair is one of {', '.join(REPAIRS)}; got {policy!r}")
        self.scheme, self.reason, self.policy, self._wanted = scheme, "", policy, scheme
        self._seen: Counter[tuple[str, str]] = Counter()
        self._sentences = 0
        self._plain: dict[str, str] = {}
        self._settled = False

    def observe(self, raw: Sequence[str]) -> None:
        """Notes the tags of one sentence, as written."""
        self._seen.update(transitions(raw))
        self._sentences += 1
        self._settled = False

    def settle(self) -> None:
        """Decides notation and scheme from what was observed."""
        written = {tag for pair in self._seen for tag in pair}
        bare = self._bare_types() if self._wanted in ("auto", "io") else set()
        self._plain = {raw: raw.strip() for raw in written if _PLAIN.fullmatch(raw.strip())}
        if bare:
            self._plain.update({raw: f"I-{raw.strip()}" for raw in written if raw.strip() in bare})
        counts: Counter[tuple[str, str]] = Counter()
        for (before, after), count in self._seen.items():
            pair = self._reading(before), self._reading(after)
            if pair[0] is not None and pair[1] is not None:
                counts[pair[0], pair[1]] += count
        if self._wanted == "auto":
            self.scheme, self.reason = detect(counts)
        else:
            self.reason = "as data.scheme says"
        if bare:
            self.scheme, self.reason = "io", "types without prefixes, so neighbouring entities of one type are one"
        self._settled = True

    def read(self, raw: Sequence[str], where: Callable[[int], str], repaired: Counter[str]) -> tuple[str, ...]:
        """The IOB2 tags of one sentence.

        Args:
            raw: its tags as written.
            where: the place of a word, for errors, such as `train.conll:12 (row 'EU I_ORG')`.
            repaired: is given the reasons and numbers of what had to change.
        """
        if not self._settled:
            self.settle()
        try:
            tags = [self._plain[tag] for tag in raw]
        except KeyError:
            tags = [self._plain.get(tag) or self._mend(tag, index, where, repaired) for index, tag in enumerate(raw)]
        if not self._obeyed(tags):
            broken = violations(tags, self.scheme)
            if self.policy == "strict":
                index, reason = broken[0]
                raise UserError(
                    f"{where(index)}: {reason} ({self.scheme}: {self.reason}); data.scheme names another scheme, "
                    "data.repair=conlleval keeps the entities as conlleval reads them, "
                    "data.repair=drop removes those that break the scheme; both count what they change"
                )
            unread = {index for index, tag in enumerate(raw) if tag not in self._plain and read_tag(tag) is None}
            spans = to_spans(tags)
            removed = set(spans) if self.policy == "drop" else set()
            removed -= {span for span in spans if self._whole(span, broken, unread)}
            lost = {index for span in removed for index in range(span.begin, span.end)}
            repaired.update(("entity removed, " if index in lost else "") + reason for index, reason in broken)
            return tuple(from_spans((span for span in spans if span not in removed), len(tags)))
        return tuple(tags if self.scheme == "iob2" else convert(tags, "iob2"))

    @staticmethod
    def _whole(span: Span, broken: Sequence[tuple[int, str]], unread: set[int]) -> bool:
        """Whether an entity obeys the scheme, or may have done so with the tags beside it that could not be read."""
        return bool({span.begin - 1, span.end} & unread) or not any(span.begin <= at < span.end for at, _ in broken)

    def _bare_types(self) -> set[str]:
        """The types of a corpus without prefixes; empty if it has some, or if its tags are none.

        They begin with a letter, and some word is `O`: a column of part-of-speech tags or numbers is refused. So are
        prefixes stuck to types (`BPER` beside `IPER`) and an `O` stuck to one (`OLOC` beside `LOC`).
        """
        heads: Counter[str] = Counter()
        for (_, after), count in self._seen.items():
            heads[after.strip()] += count
        heads.pop("", 0)  # a word without a tag says nothing of the others
        if heads.pop("O", 0) <= self._sentences:  # each sentence has the O behind its end
            return set()
        if not all(_BARE.match(tag) and read_tag(tag) is None for tag in heads):
            return set()
        if {tag[1:] for tag in heads if tag[0] == "B"} & {tag[1:] for tag in heads if tag[0] == "I"}:
            return set()
        return {tag for tag in heads if not (tag[0] == "O" and tag[1:] in heads)}

    def _reading(self, raw: str) -> str | None:
        """What `read` will make of a tag, for the detection; None for what says nothing of its neighbours' scheme."""
        return self._plain.get(raw) or (read_tag(raw) or (None,))[0]

    def _mend(self, raw: str, index: int, where: Callable[[int], str], repaired: Counter[str]) -> str:
        reading = read_tag(raw)
        if reading is None and self.policy in LENIENT:
            repaired["not a tag, read as O" if raw.strip() else "word without a tag, read as O"] += 1
            return "O"
        if reading is None:
            raise UserError(
                f"{where(index)}: {shortened(raw)!r} is not a tag: O, or one of {' '.join(_P)} with a hyphen and a "
                "type; data.tag_column takes another column, by index or by its name in the first row; "
                "data.repair=outside reads what is not a tag as O, and counts it (data.repair=drop also removes "
                "entities that break the scheme)"
            )
        if self.policy == "strict" and reading[1]:
            raise UserError(
                f"{where(index)}: the tag {raw!r} is written in an unusual way ({reading[1]}); "
                f"data.repair=conlleval reads it as {reading[0]} and counts it"
            )
        if reading[1]:
            repaired[reading[1]] += 1
        return reading[0]

    def _obeyed(self, tags: Sequence[str]) -> bool:
        return all(allows(before, after, self.scheme) for before, after in transitions(tags))
