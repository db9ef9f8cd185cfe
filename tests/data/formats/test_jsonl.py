"""JSON Lines: tokens and tags, numbers with names, text and spans; errors name the line and a way out."""

import json

import pytest

from ner_lab.data.formats.jsonl import JsonlData
from ner_lab.models.encoder.tiny import tiny_tokenizer
from ner_lab.types import UserError


@pytest.fixture
def read(tmp_path):
    def make(*records, name="train.jsonl", **options):
        lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        data = JsonlData(str(tmp_path), **options)
        (rows,) = data.read().values()
        return rows, data.notes

    return make


def rows_of(sentences):
    return [(" ".join(s.words), " ".join(s.tags) if s.tags is not None else None, s.document) for s in sentences]


def test_tokens_and_tags(read, tmp_path):
    rows, notes = read({"tokens": ["Ann", "left"], "tags": ["B-PER", "O"], "doc_id": 7}, "", {"words": ["No"]})
    assert rows_of(rows) == [("Ann left", "B-PER O", "7"), ("No", None, "")]
    assert [s.origin for s in rows] == [f"{tmp_path}/train.jsonl:{n}" for n in (1, 3)]
    assert notes == ["train: iob2 tags (prefixes B, 0 transitions it forbids (next best: iob1, 1))"]


def test_the_fields_may_have_any_names(read):
    record = {"w": ["Ann"], "gold": ["B-PER"], "file": "a", "tags": ["O"]}
    assert rows_of(read(record, tokens="w", tags="gold", document="file")[0]) == [("Ann", "B-PER", "a")]


def test_numbers_stand_for_names(read):
    record = {"tokens": ["Ann", "Lee", "left"], "ner_tags": [1, 2, 0]}
    assert rows_of(read(record, names=["O", "B-PER", "I-PER"])[0]) == [("Ann Lee left", "B-PER I-PER O", "")]
    with pytest.raises(UserError, match=r"train\.jsonl:1: field 'ner_tags' holds numbers.*data\.names="):
        read(record)
    with pytest.raises(UserError, match=r"train\.jsonl:1: .*holds the tag 2, but the labels are 0 to 1"):
        read(record, names=["O", "B-PER"])
    with pytest.raises(UserError, match=r"holds the tag -100"):
        read({"tokens": ["a"], "tags": [-100]}, names=["O"])


@pytest.mark.parametrize(
    "spans",
    [
        {"spans": [[0, 3, "PER"], [13, 17, "LOC"]]},
        {"label": [[13, 17, "LOC"], [0, 3, "PER"]]},
        {"entities": [{"start": 0, "end": 3, "label": "PER"}, {"start": 13, "end": 17, "type": "LOC", "text": "Oslo"}]},
        {"spans": [{"begin": 0, "end": 3, "tag": "PER"}, {"start_offset": 13, "end_offset": 17, "labels": ["LOC"]}]},
    ],
)
def test_text_with_spans(read, spans):
    assert rows_of(read({"text": "Ann lives in Oslo.", **spans})[0]) == [
        ("Ann lives in Oslo .", "B-PER O O B-LOC O", "")
    ]


def test_lines_of_a_text_are_sentences_of_one_document(read):
    rows, _ = read({"text": "Ann left.\n\nBob too.", "spans": [[11, 14, "PER"]], "doc": "d"})
    assert rows_of(rows) == [("Ann left .", "O O O", "d"), ("Bob too .", "B-PER O O", "d")]
    rows, _ = read({"text": "a\nb"}, {"text": "c\nd"})
    documents = [s.document for s in rows]
    assert documents[0] == documents[1] != documents[2] == documents[3]


def test_words_with_offsets_are_the_words(read):
    record = {"text": "a-b c", "spans": [[2, 3, "X"]], "tokens": [[0, 1], [1, 2], [2, 3], [4, 5]]}
    assert rows_of(read(record)[0]) == [("a - b c", "O O B-X O", "")]
    record["tokens"] = [{"text": "a-b", "start": 0, "end": 3, "id": 0}, {"text": "c", "start": 4, "end": 5, "id": 1}]
    assert rows_of(read(record)[0]) == [("a-b c", "B-X O", "")]
    with pytest.raises(UserError, match="in order, not empty and inside the 5 characters"):
        read({"text": "a-b c", "tokens": [[2, 3], [0, 1]]})


def test_a_json_array(read, tmp_path):
    rows, _ = read(json.dumps([{"tokens": ["a"], "tags": ["B-X"]}] * 2, indent=1), name="all.json")
    assert rows_of(rows) == [("a", "B-X", "")] * 2
    assert rows[1].origin == f"{tmp_path}/all.json:record 2"


def test_a_byte_order_mark_and_other_encodings(tmp_path):
    (tmp_path / "train.jsonl").write_bytes('{"tokens": ["é"]}'.encode("utf-8-sig"))
    (tmp_path / "dev.jsonl").write_bytes('{"tokens": ["é"]}'.encode("utf-16"))
    assert [s.words for rows in JsonlData(str(tmp_path)).read().values() for s in rows] == [("é",), ("é",)]


def test_blank_words_and_sentences_without_words_are_counted(read):
    rows, notes = read({"tokens": ["a", "", " "], "tags": ["O", "O", "B-X"]}, {"tokens": [], "tags": []})
    assert rows_of(rows) == [("a _ _", "O O B-X", "")]
    assert any("sentence without words, left out: 1" in note for note in notes)
    assert any("read as _: 2" in note for note in notes)


def test_half_of_a_surrogate_pair(read):
    record = r'{"tokens": ["a\ud83d", "\ud83d\ude00"]}'
    with pytest.raises(UserError, match=r"train\.jsonl:1: .*surrogate.*data\.repair=conlleval"):
        read(record)
    rows, notes = read(record, repair="conlleval")
    assert rows[0].words == ("a\ufffd", "😀") and "U+FFFD: 1" in notes[0]
    record = r'{"text": "a \ud83d b", "spans": [[0, 1, "X\ud83d"]], "document": "\ud83d"}'
    with pytest.raises(UserError, match=r"train\.jsonl:1: .*surrogate"):
        read(record)
    rows, notes = read(record, repair="conlleval")
    assert rows_of(rows) == [("a \ufffd b", "B-X\ufffd O O", "\ufffd")]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ('{"tokens": ["a"', r"train\.jsonl:2: no JSON .*one whole object a line.*data=column"),
        ("EU B-ORG", r"train\.jsonl:2: no JSON"),
        ('["a"]', r"train\.jsonl:2: a record is a JSON object, got \[\"a\"\]"),
        ({"sentence": "a"}, r"train\.jsonl:2: a record has tokens .*this one has sentence; data\.tokens=NAME"),
        ({"tokens": "a b"}, r"train\.jsonl:2: field 'tokens' is a list of words"),
        ({"tokens": ["a", 1]}, r"train\.jsonl:2: field 'tokens' is a list of words"),
        ({"tokens": ["a"], "tags": ["O", "O"]}, r"train\.jsonl:2: .*one for each of 1 words; got 2"),
        ({"tokens": ["a"], "tags": "O"}, r"train\.jsonl:2: .*got 'O'"),
        ({"tokens": ["a"], "tags": [1.0]}, r"train\.jsonl:2: a tag is a text or a whole number"),
        ({"tokens": ["a"], "tags": [None]}, r"train\.jsonl:2: a tag is a text or a whole number"),
        ({"tokens": ["a"], "tags": ["OLOC"]}, r"train\.jsonl:2 \(word 0, 'a'\): 'OLOC' is not a tag"),
        ({"tokens": ["a"], "tags": ["I_ORG"]}, r"train\.jsonl:2 \(word 0, 'a'\): .*data\.repair=conlleval"),
        ({"tokens": ["a"], "tags": ["O"], "ner_tags": ["O"]}, r"tags and ner_tags.*data\.tags=tags takes the first"),
        ({"tokens": ["a"], "entities": [[0, 1, "X"]]}, r"may count words or characters"),
        ({"text": ["a"]}, r"train\.jsonl:2: field 'text' is a text"),
        ({"text": "a", "spans": {"a": 1}}, r"train\.jsonl:2: field 'spans' is a list of spans"),
        ({"text": "a", "spans": [[0, 2, "X"]]}, r"train\.jsonl:2: a span has whole numbers 0 <= start < end <= 1"),
        ({"text": "a", "spans": [[0, 1]]}, r"train\.jsonl:2: a span is \[start, end, label\]"),
        ({"text": "a", "spans": [{"start": 0, "end": 1}]}, r"train\.jsonl:2: a span has a label"),
        ({"text": "ab", "spans": [{"start": 0, "end": 1, "label": "X", "text": "b"}]}, r"is to cover 'b'.*has 'a'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(read, record, message):
    with pytest.raises(UserError, match=message):
        read({"tokens": ["a"], "tags": ["B-X"]}, record)


def test_a_named_field_must_be_there(read):
    with pytest.raises(
        UserError, match=r"train\.jsonl:1: data\.tags=gold, but the record has no such field; it has tok"
    ):
        read({"tokens": ["a"], "tags": ["O"]}, tags="gold")


def test_an_array_that_is_broken_or_empty(read):
    with pytest.raises(UserError, match=r"all\.json:2: no JSON"):
        read('[{"tokens": ["a"]},\n{"tokens"}]', name="all.json")
    with pytest.raises(UserError, match=r"all\.json: holds no records"):
        read("[]", name="all.json")
    with pytest.raises(UserError, match=r"all\.json:1: lists and mappings within each other"):
        read("[" * 100_000, name="all.json")


@pytest.mark.parametrize(
    ("bomb", "message"),
    [
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", r"jsonl:2: lists and mappings within each other"),
        ('{"tokens": ["a"], "id": ' + "7" * 5000 + "}", r"jsonl:2: a whole number of 5,000 digits"),
    ],
    ids=["deep", "digits"],
)
def test_json_that_explodes_is_refused_with_its_line(read, bomb, message):
    with pytest.raises(UserError, match=message):
        read({"tokens": ["a"]}, bomb)


def test_a_line_without_an_end_is_refused(read, monkeypatch):
    monkeypatch.setattr("ner_lab.data.formats.text.LONGEST", 100)
    with pytest.raises(UserError, match=r"jsonl:2: a line of more than 100 characters"):
        read({"tokens": ["a"]}, {"tokens": ["a" * 100]})


def test_spans_in_scripts_without_blanks_keep_their_characters(read):
    rows, notes = read({"text": "我住北京,她在上海", "spans": [[2, 4, "LOC"], [7, 9, "LOC"]]})
    assert rows_of(rows) == [("我 住 北 京 , 她 在 上 海", "O O B-LOC I-LOC O O O B-LOC I-LOC", "")]
    assert any("script without blanks, read as one word a character: 1" in note for note in notes)
    assert not any("blanks" in note for note in read({"text": "Ann left", "spans": []})[1])


def test_a_folder_with_a_file_for_each_document(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.jsonl").write_text('{"tokens": ["Ann"], "tags": ["B-PER"]}\n')
    data = JsonlData(str(tmp_path))
    assert [sentence.document for sentence in data.read()["all"]] == ["a", "b", "c"]
    assert any("3 files, each a document" in note for note in data.notes)


def test_what_a_user_of_prodigy_rejected_is_no_annotation(read):
    example = {"text": "Ann left", "spans": [{"start": 0, "end": 3, "label": "PER"}]}
    answers = ("accept", "reject", "ignore", "accept", "of a question")
    rows, notes = read(*({**example, "answer": answer} for answer in answers))
    assert rows_of(rows) == [("Ann left", "B-PER O", "")] * 3
    assert [note.partition(":")[2].rpartition(":")[0] for note in notes[1:]] == [
        f" record with the answer {answer!r} of Prodigy, left out: 1, such as {rows[0].origin[:-2]}"
        for answer in ("reject", "ignore")
    ]


def test_annotation_under_another_name_is_named(read):
    _, notes = read(
        {"tokens": ["Ann", "left"], "my_tags": ["B-PER", "O"], "tags": None, "id": [], "source": "news"},
        {"text": "Ann left", "annotations": [[0, 3, "PER"]], "meta": {"by": "Bo"}},
        {"text": "Ann left", "spans": []},
    )
    reason = "train: record without annotation, read as text: fields not read:"
    assert notes[1].startswith(f"{reason} my_tags (data.tags=NAME): 1, such as ")
    assert notes[2].startswith(f"{reason} annotations, meta (data.spans=NAME): 1, such as ")
    assert len(notes) == 3


@pytest.mark.parametrize("context", [0, 1])
def test_sentences_without_annotation_are_left_out_where_others_have_some(tmp_path, context):
    tagged, plain = {"tokens": ["Ann", "left"], "tags": ["B-PER", "O"]}, {"tokens": ["Who", "knows"]}
    for split, rows in {"train": [tagged, plain, tagged], "dev": [tagged], "test": [plain, plain]}.items():
        (tmp_path / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    data = JsonlData(str(tmp_path), document_context=context)
    data.setup()
    data.encode(tiny_tokenizer(), 64, 0)
    assert {split: len(rows) for split, rows in data.sentences.items()} == {"train": 2, "dev": 1}
    assert data.ledger.steps["test"]["left out"].sentences == 2
    note = f"1 sentences without annotation left out, such as {tmp_path}/train.jsonl:2"
    assert f"train: {note}" in data.notes
    assert (data.ledger.steps["train"]["found"].sentences, data.ledger.steps["train"]["found"].note) == (3, note)
    assert data.encoded["train"].labels_N.tolist() == [1, 0, 1, 0]
