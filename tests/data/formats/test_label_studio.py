"""Label Studio's exports: JSON and JSON-MIN, several annotators, cancelled ones, UTF-16 offsets."""

import json

import pytest

from ner_lab.data import AutoData
from ner_lab.data.formats import label_studio
from ner_lab.data.formats.label_studio import LabelStudioData
from ner_lab.types import Sentence, UserError


def span(start, end, label="PER", text=None):
    value = {"start": start, "end": end, "labels": [label]}
    return {"value": value if text is None else {**value, "text": text}, "type": "labels", "from_name": "label"}


def task(text, *annotations, **data):
    return {"id": 1, "data": {"text": text, **data}, "annotations": [{"result": list(own)} for own in annotations]}


@pytest.fixture
def read(tmp_path):
    def make(*tasks, **options):
        (tmp_path / "all.json").write_text(json.dumps(tasks))
        data = LabelStudioData(str(tmp_path), **options)
        rows = data.read()["all"]
        found = [(" ".join(s.words), " ".join(s.tags) if s.tags is not None else None, s.document) for s in rows]
        return found, data.notes

    return make


def test_json(read):
    rows, _ = read(
        task("Ann left.\nBob too.", [span(0, 3, text="Ann"), span(10, 13)], document=7),
        task("Nobody asked."),
        task("Nothing found.", []),
    )
    assert rows == [
        ("Ann left .", "B-PER O O", "7"),
        ("Bob too .", "B-PER O O", "7"),
        ("Nobody asked .", None, ""),
        ("Nothing found .", "O O O", ""),
    ]


def test_json_min(read):
    value = {"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}
    rows, _ = read({"id": 1, "body": "Ann left", "ner": [value]}, {"id": 2, "body": "no"}, text="body", label="ner")
    assert rows == [("Ann left", "B-PER O", ""), ("no", None, "")]


def test_several_annotators_by_policy(read):
    both = task("Ann left", [span(0, 3)], [span(0, 3, "LOC")])
    with pytest.raises(UserError, match=r"all\.json:record 1: 2 people .*data\.annotator=first or last"):
        read(both)
    for annotator, type_ in (("first", "PER"), ("last", "LOC")):
        rows, notes = read(both, annotator=annotator)
        assert rows == [("Ann left", f"B-{type_} O", "")]
        assert any(f"several annotations, the {annotator} taken: 1" in note for note in notes)
    with pytest.raises(UserError, match=r"data\.annotator is one of only, first, last"):
        read(both, annotator="all")


def test_cancelled_annotations_and_other_results_are_counted(read):
    cancelled = task("Ann left", [span(0, 3)], [span(4, 8)])
    cancelled["annotations"][0]["was_cancelled"] = True
    other = task("Ann left", [span(0, 3), {"type": "relation", "from_id": "a", "to_id": "b"}])
    rows, notes = read(cancelled, other)
    assert [tags for _, tags, _ in rows] == ["O B-PER", "B-PER O"]
    assert any("cancelled annotation, not read: 1" in note for note in notes)
    assert any("result of type relation, not read: 1" in note for note in notes)


def test_offsets_in_utf16_units_are_seen_by_the_text_of_the_span(read):
    rows, notes = read(task("😀😀 Ann left", [span(5, 8, text="Ann")]))
    assert rows == [("😀 😀 Ann left", "O O B-PER O", "")]
    assert any("offsets in UTF-16 units, read as such: 1" in note for note in notes)
    rows, notes = read(task("😀😀 Ann left", [span(3, 6, text="Ann")]))
    assert rows == [("😀 😀 Ann left", "O O B-PER O", "")] and not any("UTF-16" in note for note in notes)


def test_what_is_written_is_what_label_studio_imports(tmp_path):
    label_studio.write(tmp_path / "a.json", [Sentence(("Ann", "left"), ("B-PER", "O"), "d"), Sentence(("b",))])
    tagged, plain = json.loads((tmp_path / "a.json").read_text())
    assert tagged["data"] == {"text": "Ann left", "tokens": [[0, 3], [4, 8]], "document": "d"}
    (result,) = tagged["annotations"][0]["result"]
    assert result["value"] == {"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}
    assert (result["from_name"], result["to_name"], result["type"]) == ("label", "text", "labels")
    assert plain["annotations"] == []


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": 1, "data": {"body": "a"}}, r"all\.json:record 2: .*field 'text' .*has body; data\.text=NAME"),
        (task("Ann left", [span(0, 3, text="Bob")]), r"all\.json:record 2: .*is to cover 'Bob'.*has 'Ann'"),
        (task("Ann left", [span(0, 99)]), r"all\.json:record 2: a span has whole numbers"),
        (task("Ann", [{"type": "labels", "value": {"start": 0, "end": 3}}]), r"record 2: a span has a label"),
        (task("Ann", [{"type": "labels", "value": {"start": 0, "end": 3, "labels": ["A", "B"]}}]), "has one label"),
        ({"id": 1, "data": {"text": "a"}, "annotations": [3]}, r"record 2: field 'annotations' is a list of objects"),
        ({"id": 1, "data": {"text": "a", "tokens": ["a"]}, "annotations": []}, r"tokens given as \[start, end\]"),
    ],
)
def test_what_is_wrong_is_refused_with_its_record(read, record, message):
    with pytest.raises(UserError, match=message):
        read(task("Ann left"), record)


def test_tasks_that_nobody_has_annotated_are_text(tmp_path):
    (tmp_path / "train.json").write_text('[{"id": 1, "data": {"text": "Ann left"}}]')
    (tmp_path / "dev.json").write_text('[{"id": 1, "data": {"text": "Ann left"}}]')
    data = AutoData(str(tmp_path))
    with pytest.raises(UserError, match=r"has no tags: its sentences are text that nobody has annotated"):
        data.setup()
    assert "data=label_studio" in data.notes[0] and data.sentences["train"][0].tags is None


def test_line_ends_of_a_result_may_be_written_otherwise(read):
    for own in ("Ann\\nLee", "Ann Lee", "Ann\nLee"):
        assert read(task("Ann\nLee left", [span(0, 7, text=own)]))[0] == [("Ann Lee left", "B-PER I-PER O", "")]
    with pytest.raises(UserError, match="is to cover 'Ann Le'"):
        read(task("Ann\nLee left", [span(0, 7, text="Ann Le")]))


def test_hypertext_is_read_by_its_offsets_where_these_fit(read):
    place = "/div[1]/text()[1]"
    value = {"start": place, "end": place, "text": "Ann", "hypertextlabels": ["PER"]}
    result = {"type": "hypertextlabels", "value": {**value, "globalOffsets": {"start": 0, "end": 3}}}
    assert read(task("Ann left", [result]))[0] == [("Ann left", "B-PER O", "")]
    with pytest.raises(UserError, match="a place in hypertext"):
        read(task("Ann left", [{"type": "hypertextlabels", "value": value}]))
    with pytest.raises(UserError, match="is to cover 'Ann'"):
        read(task("<b>Ann</b> left", [result]))


def test_predictions_are_said_not_to_be_read(read):
    rows, notes = read({**task("Ann left"), "predictions": [{"result": [span(0, 3)]}]})
    assert rows == [("Ann left", None, "")]
    assert "fields not read: predictions" in notes[-1]
