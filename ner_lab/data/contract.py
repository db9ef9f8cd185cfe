"""What `read` of a data set and `written` of a format must give, checked where they are the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ner_lab.data.store import StoredSentences
from ner_lab.tags import allows, transitions
from ner_lab.types import Sentence, UserError, shortened


def check_read(splits: Any, source: str) -> Mapping[str, Sequence[Sentence]]:
    """The splits, if they are what everything after relies on.

    Args:
        splits: what `read` gave. Sentences that a format has stored were checked as they were read.
        source: who gave it, for the message.

    Raises:
        UserError: naming the sentence, the rule and the value.

    Examples:
        >>> rows = [Sentence(("Hello", "Ada"), ("O", "I-PER"), origin="greetings:1")]
        >>> check_read({"train": rows}, "Greetings")
        Traceback (most recent call last):
        ner_lab.types.UserError: Greetings.read: greetings:1: its tags are not IOB2, where I-PER cannot follow O; ...
    """
    if not isinstance(splits, Mapping):
        raise UserError(f"{source}.read must give a mapping of splits to lists of Sentence; it gave {_kind(splits)}")
    for split, rows in splits.items():
        if isinstance(rows, StoredSentences):
            continue
        if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
            raise UserError(f"{source}.read: split {split!r} must be a list of Sentence, it is {_kind(rows)}")
        for index, row in enumerate(rows):
            if why := _wrong(row):
                place = getattr(row, "origin", "") or f"{split}[{index}]"
                raise UserError(f"{source}.read: {place}: {why}")
    return splits


def check_written(rows: Any, source: str) -> Iterator[Sentence]:
    """The sentences, if they are that and hold texts; what the tags may be is for whoever reads them.

    Args:
        rows: what `written` gave.
        source: who gave it, for the message.

    Raises:
        UserError: naming the sentence, the rule and the value.
    """
    if not isinstance(rows, Iterable):
        raise UserError(f"{source}.written must give one Sentence after another (yield each); it gave {_kind(rows)}")
    for index, row in enumerate(rows):
        if why := _malformed(row, (tuple, list)):
            raise UserError(f"{source}.written: {getattr(row, 'origin', '') or f'sentence {index}'}: {why}")
        yield row


def _malformed(row: Any, kinds: tuple[type, ...]) -> str:
    """Why it is no sentence whose texts are in one of these kinds of lists; "" if it is one."""
    if not isinstance(row, Sentence):
        return f"must be a Sentence, it is {_kind(row)}"
    for name in ("words", "tags"):
        texts: Any = getattr(row, name)
        if texts is None and name == "tags":
            continue
        if not (issubclass(type(texts), kinds) and all(isinstance(one, str) for one in texts)):
            return f"its {name} must be a tuple of texts, got {shortened(repr(texts), 80)}"
    return ""


def _wrong(row: Any) -> str:
    """What is wrong with a sentence; "" if nothing."""
    if why := _malformed(row, (tuple,)):
        return why
    if row.tags is None:
        return ""
    if len(row.tags) != len(row.words):
        return f"it has {len(row.words)} words and {len(row.tags)} tags"
    for before, after in transitions(row.tags):
        try:
            if not allows(before, after):
                return f"its tags are not IOB2, where {after} cannot follow {before}; ner_lab.tags.repair mends them"
        except ValueError as error:
            return str(error)
    return ""


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
