"""spaCy's DocBin: tokens, sentences, entities, overlapping spans; damaged files are refused."""

import tracemalloc
import zlib

import pytest

from ner_lab.data.formats.spacy_docbin import SpacyData
from ner_lab.types import UserError

spacy = pytest.importorskip("spacy", reason="the extra spacy is not installed")
from spacy.tokens import Doc, DocBin, Span  # noqa: E402


@pytest.fixture
def read(tmp_path):
    def make(*docs, **options):
        DocBin(docs=docs).to_disk(tmp_path / "train.spacy")
        data = SpacyData(str(tmp_path), **options)
        rows = data.read()["train"]
        return [
            (" ".join(s.words), " ".join(s.tags) if s.tags is not None else None, s.document) for s in rows
        ], data.notes

    return make


def doc(words, ents=None, starts=None):
    return Doc(spacy.vocab.Vocab(), words=words.split(" "), ents=ents, sent_starts=starts)


def test_sentences_entities_and_documents(read):
    rows, notes = read(
        doc("Ann Lee left Bob too", ["B-PER", "I-PER", "O", "B-PER", "O"], [True, False, False, True, False]),
        doc("one sentence", ["O", "B-X"], [True, False]),
        doc("no entities", None, [True, False]),
    )
    assert rows == [
        ("Ann Lee left", "B-PER I-PER O", "train-0"),
        ("Bob too", "B-PER O", "train-0"),
        ("one sentence", "O B-X", ""),
        ("no entities", None, ""),
    ]
    assert notes == ["train: iob2 tags (made from spans)"]


def test_a_document_without_sentences_is_one_and_counted(read):
    rows, notes = read(doc("a b c", ["O", "O", "B-X"]))
    assert rows == [("a b c", "O O B-X", "")]
    assert any("without sentence boundaries, read as one sentence: 1" in note for note in notes)


def test_span_groups(read):
    made = doc("University of York", ["O"] * 3, [True, False, False])
    made.spans["sc"] = [Span(made, 0, 3, "ORG"), Span(made, 2, 3, "LOC")]
    assert read(made)[0] == [("University of York", "O O O", "")]
    with pytest.raises(UserError, match=r"train\.spacy:document 0: the spans .*data\.overlaps=outermost"):
        read(made, spans_key="sc")
    rows, notes = read(made, spans_key="sc", overlaps="outermost")
    assert rows == [("University of York", "B-ORG I-ORG I-ORG", "")]
    assert any("overlaps a longer one, removed: 1" in note for note in notes)
    assert read(made, spans_key="other")[0] == [("University of York", None, "")]


def test_sentences_that_an_entity_runs_across_are_one(read):
    made = doc("a Ann Lee b c", ["O", "B-PER", "I-PER", "O", "O"], [True, False, True, False, True])
    rows, notes = read(made)
    assert rows == [("a Ann Lee b", "O B-PER I-PER O", "train-0"), ("c", "O", "train-0")]
    assert any("entity across a sentence boundary" in note and "'Ann Lee'" in note for note in notes)


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "train.spacy").write_bytes(b"no DocBin")
    with pytest.raises(UserError, match=r"train\.spacy: is no \.spacy file that can be read"):
        SpacyData(str(tmp_path)).read()


def test_a_file_that_explodes_is_refused_before_it_unfolds(tmp_path):
    packer = zlib.compressobj(9)
    packed = [packer.compress(bytes(1 << 20)) for _ in range(256)]
    (tmp_path / "train.spacy").write_bytes(b"".join([*packed, packer.flush()]))
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"train\.spacy: .*unpacks to more than 200 times its size"):
            SpacyData(str(tmp_path)).read()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000  # of 256 MiB


def test_one_text_repeated_in_many_words_is_refused(read):
    with pytest.raises(UserError, match=r"train\.spacy: .*a document of more than 134,217,728 characters"):
        read(doc(" ".join(["a" * 1_000_000] * 200), starts=[False] * 200))


def test_spans_and_missing_annotation_are_said(tmp_path):
    spacy = pytest.importorskip("spacy")
    doc = spacy.blank("en")("Ann left Oslo")
    doc.set_ents([], default="outside", missing=[doc[2:3]])
    doc.spans["sc"] = [spacy.tokens.Span(doc, 0, 1, "PER")]
    spacy.tokens.DocBin(docs=[doc]).to_disk(tmp_path / "train.spacy")
    data = SpacyData(str(tmp_path))
    data.read()
    place = f"{tmp_path}/train.spacy:document 0"
    assert f"train: document with spans, not read: data.spans_key=sc: 1, such as {place}" in data.notes
    assert f"train: document with words without annotation, read as O: 1, such as 1 of {place}" in data.notes
