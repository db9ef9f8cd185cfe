"""brat standoff: documents, fragments, line ends and offsets; errors name the line of the .ann file and a way out."""

import pytest

from ner_lab.data.formats import brat
from ner_lab.data.formats.brat import BratData
from ner_lab.types import Sentence, UserError

TEXT = "Ann Lee left.\nBob went to New York.\n"
NOTES = (
    "T1\tPER 0 7\tAnn Lee\nR1\tRel Arg1:T1 Arg2:T2\nA1\tNeg T1\n#1\tAnnotatorNotes T1\tsure?\nT2\tLOC 26 34\tNew York\n"
)


@pytest.fixture
def read(tmp_path):
    def make(text=TEXT, annotations=NOTES, **options):
        (tmp_path / "d.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
        if annotations is not None:
            (tmp_path / "d.ann").write_text(annotations)
        data = BratData(str(tmp_path), **options)
        rows = data.read()["all"]
        return [(" ".join(s.words), " ".join(s.tags) if s.tags else None) for s in rows], data.notes

    return make


EXPECTED = [("Ann Lee left .", "B-PER I-PER O O"), ("Bob went to New York .", "O O O B-LOC I-LOC O")]


def test_a_document(read, tmp_path):
    rows, notes = read()
    assert rows == EXPECTED
    assert "all: relations, events, attributes and notes, not read: 3" in notes
    sentences = BratData(str(tmp_path)).read()["all"]
    assert [s.document for s in sentences] == ["d", "d"]
    assert [s.origin for s in sentences] == [
        f"{tmp_path}/d.txt:1 (characters 0-13)",
        f"{tmp_path}/d.txt:2 (characters 14-35)",
    ]


def test_carriage_returns_count(read):
    assert read(TEXT.replace("\n", "\r\n"), NOTES.replace("26 34", "27 35"))[0] == EXPECTED


@pytest.mark.parametrize("named", [True, False], ids=["with texts", "without"])
@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        ("Jo won it.\nHe did.\r\nBo ran.\n", (0, 11, 20)),
        ("Jo won it.\nHe did.\r\nBo ran.\n", (0, 11, 19)),
        ("Jo won it.\nHe did.\r\nBo ran.\n", (0, 12, 21)),
        ("Jo won it.\r\nHe did.\r\nBo ran.\r\n", (0, 11, 19)),
        ("\ufeffJo won it.\nHe did.\nBo ran.\n", (0, 11, 19)),
        ("\ufeffJo won it.\nHe did.\nBo ran.\n", (1, 12, 20)),
        ("\ufeffJo won it.\r\nHe did.\nBo ran.", (1, 12, 20)),
        ("Jo won 😀.\nHe did.\nBo ran.", (0, 11, 19)),
    ],
    ids=["mixed", "mixed as one", "mixed as two", "CRLF as one", "BOM", "BOM counted", "BOM and CRLF", "UTF-16"],
)
def test_offsets_count_what_their_tool_counted(read, text, offsets, named):
    texts = [f"\t{name}" if named else "" for name in ("Jo", "He", "Bo")]
    entities = zip(offsets, texts, strict=True)
    rows, _ = read(text, "".join(f"T{n}\tPER {at} {at + 2}{own}\n" for n, (at, own) in enumerate(entities, 1)))
    assert [row[1].split()[0] for row in rows] == ["B-PER"] * 3
    assert [row[0].split()[0] for row in rows] == ["Jo", "He", "Bo"]


def test_an_offset_of_thousands_of_digits_is_refused(read):
    with pytest.raises(UserError, match=r"d\.ann:1: an entity is T1"):
        read(TEXT, f"T1\tPER 0 {'7' * 5000}\tAnn\n")


def test_fragments_with_nothing_but_white_space_between_are_one(read):
    rows, _ = read("New\nYork", "T1\tLOC 0 3;4 8\tNew York\n")
    assert rows == [("New York", "B-LOC I-LOC")]


def test_discontinuous_entities_by_policy(read):
    text, notes = "left and right arm", "T1\tPART 0 4;15 18\tleft arm\n"
    with pytest.raises(UserError, match=r"d\.ann:1: .*'left arm'.* has 2 parts; data\.discontinuous=whole"):
        read(text, notes)
    expected = {"whole": "B-PART I-PART I-PART I-PART", "parts": "B-PART O O B-PART", "drop": "O O O O"}
    for policy, tags in expected.items():
        rows, remarks = read(text, notes, discontinuous=policy)
        assert rows == [(text, tags)]
        assert any("discontinuous entity" in line and "'left arm'" in line and ": 1, " in line for line in remarks)
    with pytest.raises(UserError, match=r"data\.discontinuous is one of"):
        read(discontinuous="merge")


def test_text_without_annotation_has_no_tags(read):
    rows, notes = read(annotations=None)
    assert [tags for _, tags in rows] == [None, None] and any("without .ann file" in note for note in notes)
    assert [tags for _, tags in read(annotations="")[0]] == ["O O O O", "O O O O O O"]


def test_folders_are_splits_and_paths_are_documents(tmp_path):
    for name in ("train/a.txt", "train/sub/b.txt", "valid/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("word\n")
    found = BratData(str(tmp_path)).read()
    assert {split: [s.document for s in rows] for split, rows in found.items()} == {
        "train": ["a", "sub/b"],
        "dev": ["c"],
    }
    (tmp_path / "dev").mkdir()
    with pytest.raises(UserError, match="two folders for split 'dev'"):
        BratData(str(tmp_path)).read()


def test_what_is_written(tmp_path):
    sentences = [
        Sentence(("Ann", "left"), ("B-PER", "O"), "x/y"),
        Sentence(("to", "New York"), ("O", "B-big city"), "x/y"),
    ]
    lost = brat.write(tmp_path, sentences)
    assert (tmp_path / "x%2Fy.txt").read_text() == "Ann left\nto New York\n"
    assert (tmp_path / "x%2Fy.ann").read_text() == "T1\tPER 0 3\tAnn\nT2\tbig_city 12 20\tNew York\n"
    assert lost == {"sentences whose words raw text splits otherwise": 1, "blanks in types, written as _": 1}


def test_order_of_documents_is_lost_when_names_sort_otherwise(tmp_path):
    def lost(*names):
        sentences = [Sentence(("a",), ("O",), name) for name in names]
        return brat.write(tmp_path / "+".join(names), sentences)["the order of documents"]

    assert [lost("a", "b"), lost("a", "a", "b"), lost("b", "a"), lost("a", "b", "a")] == [0, 0, 1, 1]
    assert [lost("a b", "a"), lost("a", "a b")] == [0, 1]  # files are sorted: a blank comes before `.txt`


def test_a_folder_appears_whole_and_overwrites_nothing(tmp_path):
    good, bad = Sentence(("a",), ("O",), "1"), Sentence(("a\0",), ("O",), "2")
    with pytest.raises(UserError, match="NUL"):
        brat.write(tmp_path / "train", [good, bad])
    assert list(tmp_path.iterdir()) == []
    brat.write(tmp_path / "train", [good])
    with pytest.raises(UserError, match="nothing is overwritten"):
        brat.write(tmp_path / "train", [good])


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ("T1\tPER 0 99\tx\n", r"d\.ann:1: a span has whole numbers 0 <= start < end <= 36"),
        ("T1\tPER 0 3\tBob\n", r"d\.ann:1: the entity T1 is to cover 'Bob', but the text has 'Ann'"),
        ("\nT1 PER 0 3 Ann\n", r"d\.ann:2: an entity is T1, a tab"),
        ("T1\tPER 0\tAnn\n", r"d\.ann:1: an entity is T1"),
        ("Ann B-PER\n", r"d\.ann:1: not a line of brat's"),
        ("x\n", r"d\.ann:1: not a line of brat's standoff format"),
        ("T1\tPER 0 7\tAnn Lee\nT2\tORG 4 7\tLee\n", r"d\.txt: the spans 'Lee' .*data\.overlaps=outermost"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(read, notes, message):
    with pytest.raises(UserError, match=message):
        read(annotations=notes)


def test_folders_without_documents(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        BratData(str(tmp_path / "none")).read()
    with pytest.raises(UserError, match=r"no \.txt file in it"):
        BratData(str(tmp_path)).read()


def test_a_document_id_that_is_no_file_name(tmp_path):
    with pytest.raises(UserError, match="is no file name"):
        brat.write(tmp_path, [Sentence(("a",), ("O",), "x" * 400)])


def test_what_systems_leave_in_a_folder_is_no_document(read, tmp_path):
    (tmp_path / "__MACOSX").mkdir()
    for name in ("._d.txt", "__MACOSX/._d.txt", ".cache.txt"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7\xff")
    (tmp_path / "README.txt").write_text("How this was annotated.\n")
    rows, notes = read()
    assert rows == EXPECTED and not any("without .ann" in note or "not read: ." in note for note in notes)


def test_entities_without_a_text_are_counted(read, tmp_path):
    (tmp_path / "e.ann").write_text(NOTES)
    rows, notes = read()
    assert rows == EXPECTED
    assert f"all: entities of an .ann file without .txt file, not read: 1, such as 2 of {tmp_path}/e.ann" in notes


def test_folders_beside_those_of_the_splits_are_named(tmp_path):
    for folder in ("train", "eval", ".git"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "d.txt").write_text(TEXT)
    data = BratData(str(tmp_path))
    assert list(data.read()) == ["train"]
    assert data.notes[-1] == f"{tmp_path}: not read: eval/; splits are named train, dev (or valid) and test"
