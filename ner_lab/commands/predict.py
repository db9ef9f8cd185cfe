"""`ner-lab predict`: entities of raw text or JSON lines, in the order of the input."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from omegaconf import DictConfig

from ner_lab.data.context import with_context
from ner_lab.data.formats.character_spans import joined
from ner_lab.data.formats.given_words import words_at
from ner_lab.data.words import Word, split_words
from ner_lab.files import output_path, replacing
from ner_lab.files.json_places import RepeatedKeyError, unique_keys
from ner_lab.training import console
from ner_lab.training.importing import importing
from ner_lab.training.reading import open_reader
from ner_lab.training.reading_size import sentences_at_once
from ner_lab.training.recognizer import entities
from ner_lab.types import Prediction, Sentence, UserError
from ner_lab.types.printing import print_json

FORMATS = ("auto", "text", "jsonl")
REPORTED = 20  # lines that cannot be read, before the output alone names them


@dataclass(frozen=True)
class Request:
    """A line of input: its text, words with offsets in it, what else its JSON object holds, document; or an error."""

    text: str
    words: list[Word]
    rest: dict[str, Any]
    document: str = ""
    error: str = ""


def predict(cfg: DictConfig) -> None:
    """Reads `cfg.input` line by line and writes one JSON object a line to `cfg.output`.

    A line that cannot be read is reported and has an object with `error` in the output; the others are done.

    A run that was trained with document context reads it here, too: consecutive lines are one document and an empty
    line ends it, unless JSON lines name their `document`.

    Raises:
        UserError: a setting, the run, the input or the output cannot be used; or, when all is written, some lines
            could not be read.
    """
    if cfg.format not in FORMATS:
        raise UserError(f"format must be one of {', '.join(FORMATS)}, got {cfg.format!r}")
    sentences_at_once(cfg.batch_size)
    read = [] if cfg.input == "-" else [Path(str(cfg.input))]
    output = None if cfg.output == "-" else output_path("output", cfg.output, overwrite=cfg.overwrite, sources=read)
    jsonl = cfg.format == "jsonl" or (cfg.format == "auto" and str(cfg.input).endswith((".jsonl", ".ndjson")))
    with _opened(cfg.input) as source:
        with importing():
            reader = open_reader(
                cfg.run,
                cfg.device,
                cfg.batch_size,
                cfg.get("precision", "auto"),
                cfg.get("trust", False),
                cfg.get("threshold", 0.0),
                cfg.get("calibrated", True),
            )
        context = reader.context
        if reader.remark:
            console.say(reader.remark)
        if source.isatty():
            console.say(f"reading standard input, {'JSON' if jsonl else 'a sentence'} a line; Ctrl-D ends it")
        if context and source.isatty():
            console.say(f"the run reads {context} lines ahead before it answers; an empty line ends a document")
        requests = _requests(source, str(cfg.input), jsonl)
        waiting: deque[Request] = deque()
        lines = wrong = 0
        sentences = with_context(_sentences(requests, waiting), context)
        # A person who types wants an answer a line; files are batched by length.
        chunk = 1 if source.isatty() else reader.at_once
        with _writing(output) as write:
            while some := list(islice(sentences, chunk)):
                for prediction in reader.annotate(some):
                    request = waiting.popleft()
                    write(json.dumps(_answer(request, prediction), ensure_ascii=False))
                    lines += 1
                    if request.error:
                        wrong += 1
                        _report(request.error, wrong)
    if said := reader.ledger():
        console.say(said)
    if wrong:
        raise UserError(
            f"{wrong} of {lines} lines could not be read; in the output each of them is an object with its error"
        )


def _report(error: str, number: int) -> None:
    if number <= REPORTED:
        console.say(error)
    elif number == REPORTED + 1:
        console.say("more lines cannot be read; the output names each")


def _sentences(requests: Iterable[Request], waiting: deque[Request]) -> Iterator[Sentence]:
    """The sentence of each request; the request waits for its answer in `waiting`."""
    for request in requests:
        waiting.append(request)
        document = request.rest.get("document", request.document)
        yield Sentence(tuple(word.text for word in request.words), document="" if document is None else str(document))


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UserError(f"input={name}: no such file; a dash reads standard input") from error
    except PermissionError as error:
        raise UserError(f"input={name}: {error.strerror}") from error


@contextmanager
def _writing(target: Path | None) -> Iterator[Any]:
    """Lines to standard output, or to a file that appears when it is complete."""
    if target is None:
        yield print_json
        return
    try:
        with replacing(target) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
            yield lambda line: file.write(line + "\n")
    except OSError as error:
        raise UserError(f"output={target}: {error.strerror or error}") from error


def _requests(source: IO[bytes], name: str, jsonl: bool) -> Iterator[Request]:
    blocks = 0  # of lines, with empty lines between them
    for number, raw in enumerate(source, start=1):
        document = f"lines {blocks}"
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            why = (
                f"{name}:{number}: not UTF-8 (byte 0x{raw[error.start]:02x} at position {error.start}); "
                f"convert it: iconv -f latin1 -t utf-8"
            )
            yield Request("", [], {}, document, why)
            continue
        if jsonl and line.strip():
            try:
                yield _from_json(line, f"{name}:{number}", document)
            except UserError as error:
                yield Request("", [], {}, document, str(error))
            continue
        if number == 1 and line.startswith('{"'):
            console.say(f"{name}:1 looks like JSON and is read as text; format=jsonl reads JSON lines")
        words = [] if jsonl else split_words(line)
        if not jsonl:
            yield Request(line, words, {}, document if words else "")
        blocks += not words


def _from_json(line: str, place: str, document: str) -> Request:
    try:
        row = json.loads(line, object_pairs_hook=unique_keys)
        json.dumps(row, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        raise UserError(f"{place}: not JSON ({error}); for raw text, one sentence a line, say format=text") from error
    except RecursionError as error:
        raise UserError(f"{place}: objects in objects, deeper than a line of input has them") from error
    except UnicodeEncodeError as error:
        raise UserError(
            f"{place}: half of a surrogate pair (\\u{ord(error.object[error.start]):04x}), no text"
        ) from error
    except RepeatedKeyError as error:
        raise UserError(f"{place}: {error}") from error
    except ValueError as error:  # an integer of thousands of digits, or NaN, which the output could not hold
        raise UserError(
            f"{place}: a number of too many digits, or one that is none (NaN, Infinity); give it as text, in quotes"
        ) from error
    words = row.get("words", row.get("tokens")) if isinstance(row, dict) else None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        rest = {key: value for key, value in row.items() if key not in ("words", "tokens", "text", "entities")}
        text = row.get("text")
        placed = _placed(words, text) if isinstance(text, str) else None
        if placed is None:
            text, placed = joined(Sentence(tuple(words)))
        return Request(text, placed, {**rest, "words": words}, document)
    if isinstance(row, dict) and isinstance(row.get("text"), str):
        # Words may be given by their place, as `convert` and Prodigy write them.
        first = words[0] if isinstance(words, list) and words else None
        given = isinstance(first, list) or (isinstance(first, dict) and "start" in first)
        found = words_at(row["text"], words, place) if given else split_words(row["text"])
        rest = {key: value for key, value in row.items() if key not in ("text", "entities")}
        return Request(row["text"], found, rest, document)
    raise UserError(
        f'{place}: a line must be an object with "text" (a string) or "words" (a list of strings), got {line[:80]}'
    )


def _placed(words: list[str], text: str) -> list[Word] | None:
    """The words where they stand in their text; None if it is the text of others."""
    placed, at = [], 0
    for word in words:
        begin = text.find(word, at)
        if begin < 0 or text[at:begin].strip():
            return None
        placed.append(Word(word, begin, at := begin + len(word)))
    return placed if not text[at:].strip() else None


def _answer(request: Request, prediction: Prediction) -> dict[str, Any]:
    """The input with its `entities` (half-open character offsets in `text`) and, for split words, their `tags`."""
    if request.error:
        return {"error": request.error}
    found = [
        {"text": e.text, "type": e.type, "start": e.begin, "end": e.end, "confidence": round(e.confidence, 4)}
        for e in entities(request.text, request.words, prediction)
    ]
    tags = {"tags": list(prediction.tags)} if "words" in request.rest else {}
    return {"text": request.text, **request.rest, **tags, "entities": found}
