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
from ner_lab.data.words import Word, split_words
from ner_lab.files import RunFolder, replacing
from ner_lab.training import console, inference
from ner_lab.training.assembly import load_run
from ner_lab.training.recognizer import entities
from ner_lab.types import Prediction, Sentence, UserError

FORMATS = ("auto", "text", "jsonl")


@dataclass(frozen=True)
class Request:
    """One line of input: its text, words with offsets in it, what else its JSON object holds, and its document."""

    text: str
    words: list[Word]
    rest: dict[str, Any]
    document: str = ""


def predict(cfg: DictConfig) -> None:
    """Reads `cfg.input` line by line and writes one JSON object a line to `cfg.output`.

    A run that was trained with document context reads it here, too: consecutive lines are one document and an empty
    line ends it, unless JSON lines name their `document`.

    Raises:
        UserError: the run cannot be loaded, or a line cannot be read (named by number).
    """
    if cfg.format not in FORMATS:
        raise UserError(f"format must be one of {', '.join(FORMATS)}, got {cfg.format!r}")
    run = RunFolder.existing(cfg.run)
    jsonl = cfg.format == "jsonl" or (cfg.format == "auto" and str(cfg.input).endswith((".jsonl", ".ndjson")))
    with _opened(cfg.input) as source:
        tagger, encoder, trained = load_run(run, cfg.get("trust", False))
        tagger.to(inference.device(cfg.device))
        context = trained.data.get("document_context", 0)
        if context and source.isatty():
            console.say(f"the run reads {context} lines ahead before it answers; an empty line ends a document")
        requests = _requests(source, str(cfg.input), jsonl)
        waiting: deque[Request] = deque()
        sentences = with_context(_sentences(requests, waiting), context)
        # A person who types wants an answer a line; files are batched by length.
        chunk = 1 if source.isatty() else 16 * cfg.batch_size
        with _writing(cfg.output) as write:
            while some := list(islice(sentences, chunk)):
                for prediction in inference.annotate(
                    tagger, encoder, some, tagger.labels, cfg.batch_size, details=False
                ):
                    write(json.dumps(_answer(waiting.popleft(), prediction), ensure_ascii=False))


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
    if not Path(name).is_file():
        raise UserError(f"input={name}: no such file; a dash reads standard input")
    with Path(name).open("rb") as file:
        yield file


@contextmanager
def _writing(name: str) -> Iterator[Any]:
    """Lines to standard output, or to a file that appears when it is complete."""
    if name == "-":
        yield lambda line: print(line, flush=True)
        return
    target = Path(name)
    try:
        with replacing(target) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
            yield lambda line: file.write(line + "\n")
    except OSError as error:
        raise UserError(f"output={name}: {error.strerror or error}") from error


def _requests(source: IO[bytes], name: str, jsonl: bool) -> Iterator[Request]:
    blocks = 0  # of lines, with empty lines between them
    for number, raw in enumerate(source, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise UserError(
                f"{name}:{number}: not UTF-8 (byte 0x{raw[error.start]:02x} at position {error.start}); "
                f"convert it: iconv -f latin1 -t utf-8"
            ) from error
        if jsonl and line.strip():
            yield _from_json(line, f"{name}:{number}", f"lines {blocks}")
            continue
        words = [] if jsonl else split_words(line)
        if not jsonl:
            yield Request(line, words, {}, f"lines {blocks}" if words else "")
        blocks += not words


def _from_json(line: str, place: str, document: str) -> Request:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise UserError(f"{place}: not JSON ({error}); for raw text, one sentence a line, say format=text") from error
    words = row.get("words", row.get("tokens")) if isinstance(row, dict) else None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        joined, at = [], 0
        for word in words:
            joined.append(Word(word, at, at + len(word)))
            at += len(word) + 1
        rest = {key: value for key, value in row.items() if key not in ("words", "tokens", "text", "entities")}
        return Request(" ".join(words), joined, {**rest, "words": words}, document)
    if isinstance(row, dict) and isinstance(row.get("text"), str):
        rest = {key: value for key, value in row.items() if key not in ("text", "entities")}
        return Request(row["text"], split_words(row["text"]), rest, document)
    raise UserError(
        f'{place}: a line must be an object with "text" (a string) or "words" (a list of strings), got {line[:80]}'
    )


def _answer(request: Request, prediction: Prediction) -> dict[str, Any]:
    """The input with its `entities` (half-open character offsets in `text`) and, for split words, their `tags`."""
    found = [
        {"text": e.text, "type": e.type, "start": e.begin, "end": e.end, "confidence": round(e.confidence, 4)}
        for e in entities(request.text, request.words, prediction)
    ]
    tags = {"tags": list(prediction.tags)} if "words" in request.rest else {}
    return {"text": request.text, **request.rest, **tags, "entities": found}
