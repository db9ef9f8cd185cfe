"""What a split contains, as one number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ner_lab.types import Sentence


def digest(sentences: Iterable[Sentence]) -> str:
    """SHA-256 of words, tags and context, in order; not of documents and origins."""
    sha = hashlib.sha256()
    for sentence in sentences:
        tags = sentence.tags or [""] * len(sentence.words)
        text = "\n".join([f"{word}\t{tag}" for word, tag in zip(sentence.words, tags, strict=True)])
        if sentence.before or sentence.after:
            text += f"\n\r{sentence.before}\r{sentence.after}"
        sha.update(f"{text}\n\n".encode("utf-8", "surrogatepass"))
    return sha.hexdigest()
