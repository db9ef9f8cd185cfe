"""doccano's exports: spans in both notations, unlabelled texts, metadata."""

import json

import pytest

from ner_lab.data.formats import doccano
from ner_lab.data.formats.doccano import DoccanoData
from ner_lab.types import Sentence, UserError


@pytest.fixture
def read(tmp_path):
    def make(*records, **options):
        (tmp_path / "train.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        data = DoccanoData(str(tmp_path), **options)
        rows = data.read()["train"]
        return [(" ".join(s.words), " ".join(s.tags) if s.tags is not None else None) for s in rows], data.notes

    return make


def test_spans_as_lists_and_as_entities_with_relations(read):
    text = {"id": 1, "text": "Ann lives in Oslo.", "Comments": []}
    entities = [{"id": 5, "label": "LOC", "start_offset": 13, "end_offset": 17}]
    rows, _ = read(
        {**text, "label": [[0, 3, "PER"], [13, 17, "LOC"]]},
        {**text, "entities": entities, "relations": [{"id": 1, "from_id": 5, "to_id": 5, "type": "x"}]},
        {**text, "labels": []},
        text,
    )
    assert rows == [("Ann lives in Oslo .", tags) for tags in ("B-PER O O B-LOC O", "O O O B-LOC O", "O O O O O", None)]


def test_lines_are_sentences(read):
    assert read({"id": 1, "text": "Ann left\nBob too", "label": [[9, 12, "PER"]]})[0] == [
        ("Ann left", "O O"),
        ("Bob too", "B-PER O"),
    ]


def test_cut_words_are_counted(read):
    rows, notes = read({"id": 1, "text": "non-EU", "label": [[4, 6, "ORG"]]})
    assert rows == [("non-EU", "B-ORG")]
    assert any("cuts a word, widened to it: 1, such as 'EU'" in note for note in notes)


def test_what_is_written_is_what_doccano_imports(tmp_path):
    doccano.write(tmp_path / "a.jsonl", [Sentence(("Ann", "left", "New York"), ("B-PER", "O", "B-LOC"), "d")])
    (line,) = (tmp_path / "a.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "id": 1,
        "text": "Ann left New York",
        "label": [[0, 3, "PER"], [9, 17, "LOC"]],
        "tokens": [[0, 3], [4, 8], [9, 17]],
        "document": "d",
    }


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": 1, "label": []}, r"train\.jsonl:1: data\.text=text, but the record has no such field"),
        ({"text": "a", "label": [[0, 9, "X"]]}, r"train\.jsonl:1: a span has whole numbers"),
        ({"text": "a", "label": ["positive"]}, r"train\.jsonl:1: a span is \[start, end, label\]"),
        ({"text": "a", "label": [], "entities": []}, r"entities and label, .*data\.spans="),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(read, record, message):
    with pytest.raises(UserError, match=message):
        read(record)
