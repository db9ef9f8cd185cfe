"""The process that owns a model: texts on its standard input, answers on its standard output, until the input ends.

It is alone with its model, so that whatever ends it (a library's crash, the kernel for want of memory) takes nothing
with it but the texts that it was reading.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import IO, Any

from ner_lab.serving.frames import packed, receive
from ner_lab.types import UserError

KEPT = 4  # digits of a confidence, as `ner-lab predict` writes it


def answer(given: Any, reading: Any) -> dict[str, Any]:
    """What is replied to one text: its entities, its tags where it was given as words, and what was read of it."""
    found = [
        {"text": e.text, "type": e.type, "start": e.begin, "end": e.end, "confidence": round(e.confidence, KEPT)}
        for e in reading.entities
    ]
    split = {} if isinstance(given, str) else {"words": given, "tags": reading.tags}
    ledger = {
        "characters": len(reading.text),
        "sentences": reading.sentences,
        "words": reading.words,
        "windows": reading.windows,
    }
    return {"text": reading.text, **split, "entities": found, "ledger": ledger}


def answers(tagger: Any, texts: list[Any]) -> list[dict[str, Any]]:
    """Those of a batch; where it cannot be read as a whole, each text for itself, with an `error` for one at fault."""
    try:
        return [answer(*pair) for pair in zip(texts, tagger.read(texts), strict=True)]
    except Exception as error:
        if len(texts) == 1:
            return [{"error": f"{type(error).__name__}: {error}"}]
    return [one for text in texts for one in answers(tagger, [text])]


def main() -> None:
    """Runs the process: settings of `ner_lab.load` first, then texts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this by closing the pipe
    questions, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    settings = receive(questions)
    if settings is not None and (tagger := _loaded(settings, replies)) is not None:
        while (texts := receive(questions)) is not None:
            _send(replies, answers(tagger, texts))
    os._exit(0)  # nothing is open that would want an orderly end, and libraries take a second for theirs


def _loaded(settings: dict[str, Any], replies: IO[bytes]) -> Any:
    if settings["trust"]:
        sys.path.append(os.getcwd())  # where a user's own classes are
    try:
        from ner_lab.training.importing import importing

        with importing():
            from ner_lab.training.recognizer import load

            tagger = load(**settings)
        tagger("Ada Lovelace wrote .")  # what is set up at the first text is set up before the first request
    except UserError as error:
        _send(replies, {"error": str(error)})
        return None
    _send(replies, {"labels": list(tagger.labels)})
    return tagger


def _send(replies: IO[bytes], message: Any) -> None:
    replies.write(packed(message))
    replies.flush()


if __name__ == "__main__":
    main()
