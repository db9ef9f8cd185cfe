"""`data=label_studio`: the JSON and JSON-MIN exports of Label Studio's named entity labelling."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ner_lab.data.formats.base import SpanFileData
from ner_lab.data.formats.character_spans import CharacterSpan, check_span, choose, joined
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.json_objects import json_objects
from ner_lab.data.formats.records import name_unread
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.token_offsets import words_at
from ner_lab.data.formats.writing import writable
from ner_lab.files import write_atomically
from ner_lab.tags import to_spans
from ner_lab.types import Sentence, UserError, listed, shortened

_MINIMAL = "label"  # the field of JSON-MIN, which is called after the labelling control
ANNOTATORS = ("only", "first", "last")


class LabelStudioData(SpanFileData):
    """Reads tasks with `data` and `annotations` (JSON), or with the fields themselves (JSON-MIN).

    Each line of a text is a sentence, unless the data have `tokens` as `write` adds them. A cancelled annotation is
    none; a task without any is text without tags. Results that are no labels (relations, choices) and predictions are
    not read; all are counted. Where a result names its text and the offsets do not fit it, they are read as UTF-16
    units (as browsers count) if these fit, and counted. Labels of hypertext are read by their `globalOffsets`.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`, or one file.
        text, document: the fields of `data` with the text and the document id.
        label: the field of JSON-MIN with the spans.
        annotator: of a task that several have annotated: `only` refuses it, `first` and `last` take that one and count.
        cut_words, overlaps, settings: see `SpanFileData`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     span = '{"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}'
        ...     _ = Path(folder, "train.json").write_text(f'[{{"id": 1, "text": "Ada wrote", "label": [{span}]}}]')
        ...     LabelStudioData(folder).read()["train"][0].tags
        ('B-PER', 'O')
    """

    def __init__(
        self,
        dir: str,
        text: str = "text",
        document: str = "document",
        label: str = _MINIMAL,
        annotator: str = "only",
        cut_words: str = "widen",
        overlaps: str = "error",
        **settings: Any,
    ) -> None:
        super().__init__(dir, cut_words, overlaps, **settings)
        choose("annotator", annotator, ANNOTATORS)
        self.text, self.document, self.label, self.annotator = text, document, label, annotator

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        for place, task in json_objects(source, self.encoding):
            data = task.get("data", task)
            if not isinstance(data, dict) or not isinstance(data.get(self.text), str):
                has = listed(data) if isinstance(data, dict) else shortened(repr(data))
                raise UserError(
                    f"{place}: the data of a task have a field {self.text!r} that is a text; this one has {has}; "
                    "data.text=NAME names another field"
                )
            text, document = data[self.text], data.get(self.document)
            results = self._results(task, place, remarks)
            spans = None if results is None else [_span(text, result, place, remarks) for result in results]
            if results is None:
                known: set[str | None] = {
                    self.text,
                    self.document,
                    "tokens",
                    "data",
                    "meta",
                    "annotations",
                    "completions",
                }
                name_unread(task, known, "data.label=NAME reads one of JSON-MIN", place, remarks)
            words = words_at(text, data["tokens"], place) if isinstance(data.get("tokens"), list) else None
            named = "" if document is None else str(document)
            yield from self.annotated(text, spans, place, remarks, named, words)

    def _results(self, task: dict[str, Any], place: str, remarks: Remarks) -> list[dict[str, Any]] | None:
        """The label values of a task, None where nobody annotated."""
        if "annotations" not in task and "completions" not in task:
            return _objects(task[self.label], self.label, place) if task.get(self.label) is not None else None
        given = _objects(task.get("annotations", task.get("completions")) or [], "annotations", place)
        done = [annotation for annotation in given if not annotation.get("was_cancelled")]
        if len(done) < len(given):
            remarks.add("cancelled annotation, not read", place)
        if not done:
            return None
        if len(done) > 1:
            if self.annotator == "only":
                raise UserError(
                    f"{place}: {len(done)} people have annotated this task, and a word has one tag; "
                    "data.annotator=first or last takes one of them and counts it"
                )
            remarks.add(f"task with several annotations, the {self.annotator} taken", place)
        chosen = done[-1 if self.annotator == "last" else 0]
        values = []
        for result in _objects(chosen.get("result") or [], "result", place):
            if result.get("type") in ("labels", "hypertextlabels") and isinstance(result.get("value"), dict):
                values.append(result["value"])
            else:
                remarks.add(f"result of type {result.get('type')}, not read", place)
        return values


def _objects(value: Any, name: str, place: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise UserError(f"{place}: field {name!r} is a list of objects; got {str(value)[:80]}")
    return value


def _span(text: str, value: dict[str, Any], place: str, remarks: Remarks) -> CharacterSpan:
    whole = value.get("globalOffsets")  # of hypertext, whose start and end are paths in the page
    offsets = whole if isinstance(whole, dict) and isinstance(value.get("start"), str) else value
    begin, end, own = offsets.get("start"), offsets.get("end"), value.get("text")
    labels = value.get("labels") or value.get("hypertextlabels") or [None]
    if not isinstance(labels, list) or len(labels) > 1:
        raise UserError(f"{place}: a span has one label, and a word one tag; got {labels} for {own!r}")
    if isinstance(begin, str) or (offsets is whole and not isinstance(own, str)):
        raise UserError(
            f"{place}: the span {own!r} is at {begin} to {end}, a place in hypertext, which is no character "
            "of the text; results of <Text>, other than those of <HyperText>, have start and end in characters"
        )
    if isinstance(own, str) and "\\" not in text:
        own = own.replace("\\n", "\n").replace("\\r", "\r")  # exports write line ends so
    if isinstance(own, str) and type(begin) is int and type(end) is int and text[begin:end].split() != own.split():
        units = text.encode("utf-16-le", "surrogatepass")
        if 0 <= begin < end and units[2 * begin : 2 * end] == own.encode("utf-16-le", "surrogatepass"):
            remarks.add("offsets in UTF-16 units, read as such", f"{own!r} ({place})")
            begin = len(units[: 2 * begin].decode("utf-16-le", "surrogatepass"))
            end = begin + len(own)
        else:
            raise UserError(
                f"{place}: the span {begin}:{end} is to cover {own!r}, but the text has {text[begin:end]!r} there; "
                "the text was changed after it was annotated, or the offsets count something else than characters"
            )
    return check_span(text, begin, end, labels[0], place)


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes one task a sentence, its words joined by blanks, with `tokens` in its data to say where they are.

    A labelling set-up with `<Labels name="label" toName="text">` and `<Text name="text" value="$text"/>` imports it.
    The format holds everything, so nothing is ever counted as lost.

    Raises:
        UserError: see `writable`.
    """
    tasks = [_task(sentence, number) for number, sentence in enumerate(writable(path, sentences), 1)]
    write_atomically(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    return Counter()


def _task(sentence: Sentence, number: int) -> dict[str, Any]:
    text, words = joined(sentence)
    data: dict[str, Any] = {"text": text, "tokens": [[word.begin, word.end] for word in words]}
    if sentence.document:
        data["document"] = sentence.document
    results = []
    for index, span in enumerate(to_spans(sentence.tags or ())):
        begin, end = words[span.begin].begin, words[span.end - 1].end
        value = {"start": begin, "end": end, "text": text[begin:end], "labels": [span.type]}
        source = {"from_name": "label", "to_name": "text", "type": "labels"}
        results.append({"id": f"{number}-{index}", **source, "value": value})
    return {"id": number, "data": data, "annotations": [] if sentence.tags is None else [{"result": results}]}


def detect(sample: Sample) -> str:
    if sample.record is None:
        return ""
    place, task = sample.record
    minimal = task.get(_MINIMAL)
    if "annotations" in task and isinstance(task.get("data"), dict):
        return f"{place} has data and annotations"
    if isinstance(minimal, list) and minimal and isinstance(minimal[0], dict) and "labels" in minimal[0]:
        return f"{place} has labels as in JSON-MIN"
    if isinstance(task.get("data"), dict) and isinstance(task["data"].get("text"), str):
        return f"{place} has data with a text"  # nobody has annotated it yet
    return ""


FORMAT = Format(LabelStudioData, write, detect, ".json", tags=False)
