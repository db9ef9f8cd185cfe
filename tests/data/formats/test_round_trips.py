"""Writing and reading is the identity in every format, or the writer says what was lost."""

import importlib.util
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ner_lab.data.formats.registry import FORMATS
from ner_lab.data.words import split_words
from ner_lab.tags import SCHEMES, convert, from_spans, to_spans
from ner_lab.types import Sentence, UserError

NEEDS = {"parquet": "datasets", "spacy": "spacy"}
ODD = [
    "a b",
    " a ",
    "\u200b",
    "\ufeff",
    "\ufeffa",
    "😀",
    "👩‍👩‍👧",
    "مرحبا",
    "\u200fשלום\u200e",
    "e\u0301",
    "U.S.",
    "word",
]
ODD += ['"', '""', "'", ',"', ";", "|", "#", "# x", "-", "_", "O", "B-X", "{", "[1, 2]", "null", "%", "U.S."]
ODD += ["a\tb", "a\nb", "\r", "a\rb", "a\r\nb", "\r\n", "\x85", "\u2028", "\x1c", "\xa0", "-DOCSTART-", "word"]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.sampled_from(ODD) | st.text(CHARACTERS, min_size=1, max_size=4).filter(lambda word: word.strip(" "))
TYPES = st.sampled_from(["X", "GPE-CITY", "a b", "é", "[x]"])
ALWAYS = st.just(True)
DOCUMENTS = st.sampled_from(["", "d1", "7 (EU)", "a/b", "50%25", "# x", "2", "é"])
# Reading a file starts no example from the last one's state, and a corpus of a few sentences is quick everywhere.
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def sentences(draw, words=WORDS, documents=DOCUMENTS, tagged=ALWAYS):
    row = tuple(draw(st.lists(words, min_size=1, max_size=5)))
    cuts = sorted(draw(st.sets(st.integers(0, len(row)), max_size=4)))
    spans = [(a, b, draw(TYPES)) for a, b in pairwise(cuts) if draw(st.booleans())]
    tags = tuple(from_spans(spans, len(row))) if draw(tagged) else None
    return Sentence(row, tags, draw(documents))


def contents(corpus):
    return [(s.words, s.tags, s.document) for s in corpus]


def written_and_read(name, corpus, folder, **options):
    form = FORMATS[name]
    lost = form.write(folder / f"train{form.suffix}", corpus)
    return form.reader(dir=str(folder), **options).read()["train"], lost


def needs(name):
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")


@pytest.mark.seconds
@pytest.mark.parametrize("name", ["jsonl", "parquet", "label_studio", "doccano"])
@given(corpus=st.lists(sentences(tagged=st.booleans()), min_size=1, max_size=5))
@QUICK
def test_formats_that_hold_everything(name, corpus, tmp_path_factory):
    needs(name)
    scheme = {"scheme": "iob2"} if FORMATS[name].tags else {}
    again, lost = written_and_read(name, corpus, tmp_path_factory.mktemp(name), **scheme)
    assert contents(again) == contents(corpus)
    assert not lost


@pytest.mark.seconds
@given(corpus=st.lists(sentences(tagged=st.booleans()), min_size=1, max_size=5))
@QUICK
def test_spacy_holds_everything(corpus, tmp_path_factory):
    needs("spacy")
    again, lost = written_and_read("spacy", corpus, tmp_path_factory.mktemp("spacy"))
    assert contents(again) == contents(corpus)
    assert not lost


@given(corpus=st.lists(sentences(), min_size=1, max_size=5))
@QUICK
def test_csv_holds_all_but_carriage_returns_before_line_feeds(corpus, tmp_path_factory):
    again, lost = written_and_read("csv", corpus, tmp_path_factory.mktemp("csv"), scheme="iob2")

    def plain(word):
        while "\r\n" in word:
            word = word.replace("\r\n", "\n")
        return word

    fitted = [replace(s, words=tuple(map(plain, s.words))) for s in corpus]
    assert contents(again) == contents(fitted)
    assert lost.total() == sum("\r\n" in word for s in corpus for word in s.words)


@given(corpus=st.lists(sentences(), min_size=1, max_size=5))
@QUICK
def test_column_files_keep_entities_and_say_how_many_words_changed(corpus, tmp_path_factory):
    again, lost = written_and_read("column", corpus, tmp_path_factory.mktemp("column"), scheme="iob2")
    assert [(s.tags, s.document, len(s.words)) for s in again] == [(s.tags, s.document, len(s.words)) for s in corpus]
    changed = [
        (a, b) for x, y in zip(corpus, again, strict=True) for a, b in zip(x.words, y.words, strict=True) if a != b
    ]
    assert all("\t" in a or "\n" in a or a.startswith("-DOCSTART-") for a, _ in changed)
    assert bool(lost) == bool(changed)


@given(corpus=st.lists(sentences(), min_size=1, max_size=5))
@QUICK
def test_brat_keeps_all_entities_or_says_which_not(corpus, tmp_path_factory):
    again, lost = written_and_read("brat", corpus, tmp_path_factory.mktemp("brat"))
    if not lost:
        assert contents(again) == contents(corpus)
    entities = [sum(len(to_spans(s.tags)) for s in found) for found in (corpus, again)]
    assert entities[0] - entities[1] == lost["entities of white space alone"]
    assert len(corpus) - len(again) == lost["sentences of white space alone"]
    if not lost["the order of documents"] and not lost["sentences of white space alone"]:
        kept = [s for s, t in zip(corpus, again, strict=True) if s.words != t.words]
        assert len(kept) == lost["sentences whose words raw text splits otherwise"]


PLAIN = WORDS.filter(lambda word: [found.text for found in split_words(word)] == [word])


@given(corpus=st.lists(sentences(words=PLAIN, documents=st.just("d")), min_size=1, max_size=5))
@QUICK
def test_brat_loses_nothing_of_words_that_raw_text_has(corpus, tmp_path_factory):
    assume(all(" " not in type_ for s in corpus for *_, type_ in to_spans(s.tags)))
    again, lost = written_and_read("brat", corpus, tmp_path_factory.mktemp("brat"))
    context = {"sentences whose words raw text splits otherwise"}  # a lookahead sees the next word: `Mr` `.` `X`
    assert set(lost) <= context
    if not lost:
        assert contents(again) == contents(corpus)


@pytest.mark.parametrize("name", ["column", "jsonl", "csv", "parquet"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_comes_back_as_the_same_entities(name, scheme, tmp_path):
    needs(name)
    tags = ("B-X", "I-X", "I-X", "O", "B-X", "B-Y", "I-Y", "O", "B-Y")
    corpus = [Sentence(tuple("abcdefghi"), tuple(convert(tags, scheme)), "d")] * 3
    again, _ = written_and_read(name, corpus, tmp_path, scheme=scheme)
    assert [s.tags for s in again] == [tags] * 3
    detected = FORMATS[name].reader(dir=str(tmp_path)).read()["train"]
    assert [to_spans(s.tags) for s in detected] == [to_spans(tags)] * 3


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        (Sentence((), ()), "a sentence without words"),
        (Sentence((" ",), ("O",)), "the word ' '"),
        (Sentence(("\ud800",), ("O",)), "the word"),
        (Sentence(("a", "b"), ("O",)), "1 tags for 2 words"),
        (Sentence(("a",), ("B_X",)), "the tag 'B_X'"),
        (Sentence(("a",), ("O",), "\ud800"), "the document id"),
    ],
)
def test_what_no_reader_returns_is_refused_and_leaves_no_file(name, sentence, message, tmp_path):
    needs(name)
    path = tmp_path / f"train{FORMATS[name].suffix}"
    with pytest.raises(UserError, match=message):
        FORMATS[name].write(path, [Sentence(("a",), ("O",)), sentence])
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("name", ["column", "csv", "brat"])
def test_formats_that_cannot_mix_annotated_and_other_sentences_say_so(name, tmp_path):
    path = tmp_path / f"train{FORMATS[name].suffix}"
    with pytest.raises(UserError, match=r"with(out)? (tags )?and (sentences )?without tags.*jsonl"):
        FORMATS[name].write(path, [Sentence(("a",), ("O",), "d"), Sentence(("a",), None, "d")])


@pytest.mark.parametrize(("name", "options"), [("csv", {"tag_column": None}), ("brat", {})])
def test_words_without_tags(name, options, tmp_path):
    corpus = [Sentence(("a", "b"), None, "d"), Sentence(("c",), None, "e")]
    again, lost = written_and_read(name, corpus, tmp_path, **options)
    assert contents(again) == contents(corpus) and not lost
