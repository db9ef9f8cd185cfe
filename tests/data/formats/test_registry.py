"""`data=auto` finds the format and says why."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_round_trips import QUICK, contents, needs

from ner_lab.data import FileData
from ner_lab.data.formats.registry import FORMATS, AutoData, detect
from ner_lab.types import Sentence, UserError

DAMAGE = [b'"', b"{}", b"[]", b"null", b"-1", b"1e9", b"\n", b"\t", b",", b"\xff\xfe", b"\0"]
CORPUS = [Sentence(("Ann", "Lee", "left"), ("B-PER", "I-PER", "O"), "d"), Sentence(("Bob",), ("B-PER",), "d")]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_found_and_read_as_what_it_is(name, tmp_path):
    needs(name)
    for split in ("train", "dev"):
        FORMATS[name].write(tmp_path / f"{split}{FORMATS[name].suffix}", CORPUS)
    assert detect(tmp_path)[0] == name
    data = AutoData(str(tmp_path))
    found = data.read()
    assert {split: contents(rows) for split, rows in found.items()} == dict.fromkeys(("train", "dev"), contents(CORPUS))
    assert data.notes[0].startswith(f"read as data={name}: ")
    assert data.tagging["dev"]["scheme"] == "iob2"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("all.txt", "EU B-ORG\n", "column"),
        ("all.tsv", "EU\tB-ORG\n", "column"),
        ("all.tsv", "word\ttag\nEU\tB-ORG\n", "csv"),
        ("all.csv", "Sentence #,Word,Tag\n1,EU,B-ORG\n", "csv"),
        ("all.csv", "EU,B-ORG\n", "csv"),
        ("all.txt", '{"tokens": ["a"]}', "jsonl"),
        ("all.json", '[{"words": ["a"]}]', "jsonl"),
        ("all.json", '[\n{"id": 1, "text": "a", "label": [{"start": 0, "end": 1, "labels": ["X"]}]}]', "label_studio"),
        ("all.jsonl", '{"id": 1, "text": "a", "entities": [], "relations": []}', "doccano"),
        ("all.jsonl", '{"text": "a", "spans": []}', "jsonl"),
        ("all.txt", "[EU] B-ORG\n", "column"),
    ],
)
def test_by_name_and_first_line(name, text, expected, tmp_path):
    (tmp_path / name).write_text(text)
    assert detect(tmp_path)[0] == detect(tmp_path / name)[0] == expected


def test_errors_say_what_the_file_was_read_as(tmp_path):
    (tmp_path / "train.jsonl").write_text(json.dumps({"tokens": ["a"], "tags": ["OLOC"]}))
    with pytest.raises(UserError, match=r"train\.jsonl:1 .*'OLOC' is not a tag.*\(read as data=jsonl: "):
        AutoData(str(tmp_path)).read()
    with pytest.raises(UserError, match="no such folder"):
        AutoData(str(tmp_path / "none")).read()


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@QUICK
def test_damaged_files_are_read_or_refused_and_never_crash(name, data, tmp_path_factory):
    needs(name)
    folder = tmp_path_factory.mktemp("damaged")
    FORMATS[name].write(folder / f"train{FORMATS[name].suffix}", CORPUS)
    path = data.draw(st.sampled_from(sorted(file for file in folder.rglob("*") if file.is_file())))
    content = path.read_bytes()
    begin = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(begin, min(begin + 9, len(content))))
    path.write_bytes(content[:begin] + data.draw(st.binary(max_size=3) | st.sampled_from(DAMAGE)) + content[end:])
    try:
        FORMATS[name].reader(dir=str(folder)).read()
    except UserError as error:
        assert len(str(error)) > 20


def test_a_format_of_ones_own_must_give_each_word_a_tag(tmp_path):
    class Careless(FileData):
        def written(self, source, remarks):
            yield Sentence(("Ada", "wrote"), ("B-PER",), origin=f"{source}:1")

    (tmp_path / "train.txt").write_text("Ada wrote")
    with pytest.raises(UserError, match=r"train\.txt:1: 1 tags for 2 words"):
        Careless(str(tmp_path)).read()


def test_json_is_json_whatever_its_file_is_called(tmp_path):
    (tmp_path / "train.txt").write_text('[\n{"tokens": ["a"], "tags": ["B-X"]}\n]')
    assert AutoData(str(tmp_path)).read()["train"][0].tags == ("B-X",)
