"""From a record (a JSON object, a row of a table) to sentences: tokens and tags, or text and character spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ner_lab.data.formats.base import FileData
from ner_lab.data.formats.character_spans import CharacterSpan, SpanPolicy, annotate, check_span
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.token_offsets import offset_pairs, words_at
from ner_lab.types import Sentence, UserError, listed, shortened

# What the fields are called, where nobody says so.
FIELDS: dict[str, tuple[str, ...]] = {
    "tokens": ("tokens", "words"),
    "tags": ("tags", "ner_tags", "ner", "labels", "iob_tags"),
    "text": ("text",),
    "spans": ("spans", "entities", "label", "labels"),
    "document": ("document", "document_id", "doc_id", "doc"),
}
_REFUSED = ("reject", "ignore")  # answers of Prodigy: what the example holds is no annotation
_BEGIN, _END, _TYPE = ("start", "begin", "start_offset"), ("end", "end_offset"), ("label", "type", "tag", "labels")


@dataclass(frozen=True)
class RecordReader:
    """Reads records with `tokens` (a list of words) and `tags` (one a word: names, or numbers that index `names`), or
    with `text` and `spans` (`[start, end, label]` or `{"start": .., "end": .., "label": ..}`, in characters, end
    exclusive). Tokens that are `[start, end]` pairs are words of the text. Records without tags, or without spans, are
    unannotated; what else they hold that may be annotation is named. Records that a user of Prodigy has rejected or
    ignored are left out, and counted.

    Args:
        tokens, tags, text, spans, document: field names; `auto` takes the usual ones (`FIELDS`).
        names: the labels that whole-number tags stand for.
        policy: for spans that cut words or overlap.
    """

    tokens: str = "auto"
    tags: str = "auto"
    text: str = "auto"
    spans: str = "auto"
    document: str = "auto"
    names: Sequence[str] | None = None
    policy: SpanPolicy = field(default_factory=SpanPolicy)

    def sentences(
        self, record: Mapping[str, Any], place: str, remarks: Remarks, names: Sequence[str] | None = None
    ) -> Iterator[Sentence]:
        """The sentences of a record; `names` (from the features of a table) are used where the reader has none.

        Raises:
            UserError: a field is missing, ambiguous or of a wrong type, a tag or span is wrong; with its place.
        """
        if record.get("answer") in _REFUSED:
            remarks.add(f"record with the answer {record['answer']!r} of Prodigy, left out", place)
            return
        tokens, text = self._field("tokens", record, place), self._field("text", record, place)
        named, document = self._field("document", record, place), ""
        if named is not None and record[named] is not None:
            document = str(record[named])
        offsets = offset_pairs(record[tokens]) if tokens is not None else None
        annotated = tokens is not None and (text is None or self._field("tags", record, place) is not None)
        if tokens is not None and offsets is None and (annotated or self._field("spans", record, place) is None):
            sentence = self._from_tokens(record, tokens, place, document, names)
            if sentence.tags is None:
                name_unread(record, {tokens, text}, "data.tags=NAME", place, remarks)
            yield sentence
        elif text is not None:
            yield from self._from_text(record, text, offsets, place, document, remarks)
        else:
            raise UserError(
                f"{place}: a record has tokens ({' or '.join(FIELDS['tokens'])}), or a text; this one has "
                f"{listed(record) or 'no fields'}; data.tokens=NAME or data.text=NAME says which it is"
            )

    def _field(self, option: str, record: Mapping[str, Any], place: str) -> str | None:
        """The name of a field in this record, None where `auto` finds none."""
        name: str = getattr(self, option)
        if name != "auto":
            if name in record:
                return name
            raise UserError(f"{place}: data.{option}={name}, but the record has no such field; it has {listed(record)}")
        found = [candidate for candidate in FIELDS[option] if candidate in record]
        if len(found) > 1:
            raise UserError(
                f"{place}: the record has {' and '.join(found)}, each of which may hold the {option}; "
                f"data.{option}={found[0]} takes the first"
            )
        return found[0] if found else None

    def _from_tokens(
        self, record: Mapping[str, Any], tokens: str, place: str, document: str, names: Sequence[str] | None
    ) -> Sentence:
        words = record[tokens]
        if not (isinstance(words, list | tuple) and all(type(word) is str for word in words)):
            raise UserError(f"{place}: field {tokens!r} is a list of words, each a text; got {_shown(words)}")
        name = self._field("tags", record, place)
        tags = record[name] if name is not None else None
        if tags is None:
            spans = [candidate for candidate in FIELDS["spans"] if record.get(candidate)]
            if name is None and spans:
                raise UserError(
                    f"{place}: the record has tokens and {spans[0]!r} but no tags and no text, and such spans may "
                    "count words or characters; give the tags as a list beside the tokens, or the text"
                )
            return Sentence(tuple(words), None, document, place)
        if not isinstance(tags, list | tuple) or len(tags) != len(words):
            got = f"{len(tags)} of them" if isinstance(tags, list | tuple) else _shown(tags)
            raise UserError(f"{place}: field {name!r} is a list of tags, one for each of {len(words)} words; got {got}")
        known = self.names if self.names is not None else names
        return Sentence(tuple(words), tuple([_tag(tag, known, name, place) for tag in tags]), document, place)

    def _from_text(
        self, record: Mapping[str, Any], name: str, offsets: Any, place: str, document: str, remarks: Remarks
    ) -> Iterator[Sentence]:
        text = record[name]
        if not isinstance(text, str):
            raise UserError(f"{place}: field {name!r} is a text; got {_shown(text)}")
        field_ = self._field("spans", record, place)
        spans = None
        if field_ is not None and record[field_] is not None:
            if not isinstance(record[field_], list | tuple):
                raise UserError(f"{place}: field {field_!r} is a list of spans; got {_shown(record[field_])}")
            spans = [read_span(text, value, place) for value in record[field_]]
        if spans is None:
            tokens = self._field("tokens", record, place)
            name_unread(record, {name, tokens}, "data.spans=NAME", place, remarks)
        words = words_at(text, offsets, place) if offsets is not None else None
        return annotate(text, spans, place, document, self.policy, remarks, words)


class RecordData(FileData):
    """A data set of records with tokens and tags, or with a text and spans.

    Args:
        dir: where they are.
        tokens, tags, text, spans, document, names: see `RecordReader`.
        cut_words, overlaps: see `SpanFileData`.
        settings: of every data set that reads files, see `FileData`.
    """

    def __init__(
        self,
        dir: str,
        tokens: str = "auto",
        tags: str = "auto",
        text: str = "auto",
        spans: str = "auto",
        document: str = "auto",
        names: Sequence[str] | None = None,
        cut_words: str = "widen",
        overlaps: str = "error",
        **settings: Any,
    ) -> None:
        super().__init__(dir, **settings)
        self.reader = RecordReader(tokens, tags, text, spans, document, names, SpanPolicy(cut_words, overlaps))


def read_span(text: str, value: Any, place: str) -> CharacterSpan:
    """A span from `[start, end, label]` or an object with these; where it has a `text`, that is compared.

    Raises:
        UserError: another form, or a span that is not in the text.
    """
    if isinstance(value, list | tuple) and len(value) == 3:
        return check_span(text, value[0], value[1], value[2], place)
    if isinstance(value, Mapping):
        begin, end, type_ = (_first(value, names) for names in (_BEGIN, _END, _TYPE))
        if isinstance(type_, list | tuple) and len(type_) == 1:
            type_ = type_[0]
        span = check_span(text, begin, end, type_, place)
        if isinstance(own := value.get("text"), str) and own != text[span.begin : span.end]:
            raise UserError(
                f"{place}: the span {span.begin}:{span.end} ({span.type}) is to cover {own!r}, but the text has "
                f"{text[span.begin : span.end]!r} there; offsets count characters, not bytes or UTF-16 units"
            )
        return span
    raise UserError(
        f'{place}: a span is [start, end, label] or {{"start": .., "end": .., "label": ..}}; got {_shown(value)}'
    )


def name_unread(record: Mapping[str, Any], known: Set[str | None], setting: str, place: str, remarks: Remarks) -> None:
    """Remarks the fields of a record without annotation that may hold some under another name."""
    unread = [name for name, value in record.items() if name not in known and value and isinstance(value, list | dict)]
    if unread:
        remarks.add(f"record without annotation, read as text: fields not read: {listed(unread)} ({setting})", place)


def _tag(tag: Any, names: Sequence[str] | None, field_: str | None, place: str) -> str:
    if isinstance(tag, str):
        return tag
    if type(tag) is int and names is None:
        raise UserError(
            f"{place}: field {field_!r} holds numbers, and nothing says which labels they stand for; "
            "data.names=[O,B-PER,I-PER,...] names them in order"
        )
    if type(tag) is int and names is not None and 0 <= tag < len(names):
        return names[tag]
    if type(tag) is int and names is not None:
        raise UserError(f"{place}: field {field_!r} holds the tag {tag}, but the labels are 0 to {len(names) - 1}")
    raise UserError(f"{place}: a tag is a text or a whole number; field {field_!r} holds {_shown(tag)}")


def _first(value: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((value[name] for name in names if value.get(name) is not None), None)


def _shown(value: Any) -> str:
    return shortened(repr(value))
