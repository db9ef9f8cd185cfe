"""`data=spacy`: spaCy's binary `.spacy` files (DocBin). Reading one executes no code."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ner_lab.data.formats.base import SpanFileData
from ner_lab.data.formats.character_spans import CharacterSpan
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.text import LONGEST
from ner_lab.data.formats.writing import writable
from ner_lab.data.words import Word
from ner_lab.files import replacing
from ner_lab.types import Sentence, UserError

if TYPE_CHECKING:
    from spacy.tokens import Doc

SMALL = 1 << 26  # bytes that any file may unpack to
MOST_OFTEN = 200  # times its size, which a file may unpack to; documents come to some 10 times
_PIECE = 1 << 16
DOCUMENT = "document"  # the key of the document id in a Doc's user data


class SpacyData(SpanFileData):
    """Reads the tokens, the sentences and `doc.ents` of a DocBin's documents.

    A document without sentence boundaries is one sentence, as are sentences that an entity runs across; both are
    counted. One without entity annotation has no tags. The document id is `user_data["document"]`, else the number in
    the file where a document has several sentences.

    Args:
        dir: a folder with `{train,dev|valid,test}.spacy`, or one file.
        spans_key: takes the entities from `doc.spans[KEY]` instead, which may overlap.
        overlaps, settings: see `SpanFileData`; no span cuts a word here.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = write(Path(folder, "train.spacy"), [Sentence(("Ada", "wrote"), ("B-PER", "O"))])
        ...     SpacyData(folder).read()["train"][0].tags
        ('B-PER', 'O')
    """

    def __init__(self, dir: str, spans_key: str | None = None, overlaps: str = "error", **settings: Any) -> None:
        super().__init__(dir, overlaps=overlaps, **settings)
        self.spans_key = spans_key

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        for number, doc in enumerate(_docs(source)):
            yield from self._sentences(doc, source, number, remarks)

    def _sentences(self, doc: Doc, path: Path, number: int, remarks: Remarks) -> Iterator[Sentence]:
        place = f"{path}:document {number}"
        bounded = len(doc) < 2 or doc.has_annotation("SENT_START")
        if not bounded:
            remarks.add("document without sentence boundaries, read as one sentence", place)
        annotated = self.spans_key in doc.spans if self.spans_key is not None else doc.has_annotation("ENT_IOB")
        if self.spans_key is None:
            _name_unread(doc, annotated, place, remarks)
        entities = list(doc.spans[self.spans_key] if self.spans_key is not None and annotated else doc.ents)
        sentences = _bounds(doc, entities, place, remarks) if bounded else [(0, len(doc))]
        document = doc.user_data.get(DOCUMENT)
        if document is None:
            document = f"{path.stem}-{number}" if len(sentences) > 1 else ""
        for begin, end in sentences:
            words = [Word(token.text, token.idx, token.idx + len(token)) for token in doc[begin:end]]
            shift = words[0].begin
            own = [
                CharacterSpan(words[e.start - begin].begin - shift, words[e.end - 1 - begin].end - shift, e.label_)
                for e in entities
                if begin <= e.start and e.end <= end
            ]
            text = doc.text[shift : words[-1].end]
            words = [Word(word.text, word.begin - shift, word.end - shift) for word in words]
            where = f"{place} (words {begin}-{end})" if len(sentences) > 1 else place
            yield from self.annotated(text, own if annotated else None, where, remarks, str(document), words)


def _name_unread(doc: Doc, annotated: bool, place: str, remarks: Remarks) -> None:
    if groups := [key for key in doc.spans if len(doc.spans[key])]:
        remarks.add(f"document with spans, not read: data.spans_key={' or '.join(map(str, groups))}", place)
    if annotated and (missing := sum(token.ent_iob == 0 for token in doc)):
        remarks.add("document with words without annotation, read as O", f"{missing} of {place}")


def _bounds(doc: Doc, entities: Sequence[Any], place: str, remarks: Remarks) -> list[tuple[int, int]]:
    """Half-open word ranges of the sentences; those that an entity runs across are one."""
    crossed: set[int] = set()
    starts = {sent.start for sent in doc.sents}
    for entity in entities:
        if inside := starts.intersection(range(entity.start + 1, entity.end)):
            crossed |= inside
            remarks.add("entity across a sentence boundary, its sentences are one", f"{entity.text!r} ({place})")
    return list(pairwise([*sorted(starts - crossed), len(doc)]))


def spacy() -> Any:
    """The library.

    Raises:
        UserError: it is not installed; how to install it.
    """
    try:
        import spacy
        import spacy.tokens
    except ImportError as error:
        raise UserError(f".spacy files need an extra: pip install 'ner-lab[spacy]' ({error})") from error
    return spacy


def _docs(path: Path) -> Iterator[Doc]:
    library = spacy()
    try:
        content = path.read_bytes()
        if _explodes(content):
            raise ValueError(f"it unpacks to more than {MOST_OFTEN} times its size, which no documents do")
        for doc in library.tokens.DocBin().from_bytes(content).get_docs(library.vocab.Vocab()):
            if len(doc) and doc[-1].idx + len(doc[-1]) > LONGEST:
                raise ValueError(f"a document of more than {LONGEST:,} characters")
            yield doc
    except Exception as error:  # zlib, msgpack and spaCy's own, for any damage of the file
        raise UserError(f"{path}: is no .spacy file that can be read ({type(error).__name__}: {error})") from error


def _explodes(content: bytes) -> bool:
    """Whether a compressed file unpacks to far more than documents would; nothing of it is kept."""
    unpacker, size = zlib.decompressobj(), 0
    for begin in range(0, len(content), _PIECE):
        piece = content[begin : begin + _PIECE]
        while piece:
            size += len(unpacker.decompress(piece, 16 * _PIECE))
            piece = unpacker.unconsumed_tail
            if size > max(SMALL, MOST_OFTEN * (begin + _PIECE)):
                return True
    return False


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes a Doc for each document (for each sentence that names none), with sentence boundaries and entities.

    The format holds everything, so nothing is ever counted as lost; a document of sentences with and without tags is
    several Docs of the same id.

    Raises:
        UserError: see `writable`.
    """
    library = spacy()
    vocab = library.vocab.Vocab()
    docs = library.tokens.DocBin(store_user_data=True)
    numbered = enumerate(writable(path, sentences))
    for (document, _, _), group in groupby(numbered, key=lambda item: _document_key(*item)):
        own = [sentence for _, sentence in group]
        words = [word for sentence in own for word in sentence.words]
        starts = [index == 0 for sentence in own for index in range(len(sentence.words))]
        tags = None if own[0].tags is None else [tag for sentence in own for tag in sentence.tags or ()]
        doc = library.tokens.Doc(vocab, words=words, sent_starts=starts, ents=tags)
        doc.user_data[DOCUMENT] = document
        docs.add(doc)
    with replacing(path) as unfinished:
        unfinished.write_bytes(docs.to_bytes())
    return Counter()


def _document_key(number: int, sentence: Sentence) -> tuple[str, bool, int]:
    return sentence.document, sentence.tags is None, 0 if sentence.document else number


def detect(sample: Sample) -> str:
    return f"{sample.path.name} by its ending" if sample.suffix == ".spacy" else ""


FORMAT = Format(SpacyData, write, detect, ".spacy", tags=False)
