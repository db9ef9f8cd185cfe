"""CSV and TSV: sentence ids, empty rows, quotes and line ends in cells; errors name the line and a way out."""

import pytest

from ner_lab.data import AutoData
from ner_lab.data.formats.csv_table import CsvData
from ner_lab.types import UserError


@pytest.fixture
def read(tmp_path):
    def make(text, name="train.csv", **options):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        data = CsvData(str(tmp_path), **options)
        (rows,) = data.read().values()
        return [(list(s.words), " ".join(s.tags) if s.tags else None, s.document) for s in rows], data.notes

    return make


EXPECTED = [(["Ann", "left"], "B-PER O", ""), (["Bob"], "B-PER", "")]


@pytest.mark.parametrize(
    "text",
    [
        "sentence,word,tag\n1,Ann,B-PER\n1,left,O\n2,Bob,B-PER\n",
        "Sentence #,Word,POS,Tag\nSentence: 1,Ann,NNP,B-PER\n,left,VBD,O\nSentence: 2,Bob,NNP,B-PER\n",
        "token,label\nAnn,B-PER\nleft,O\n\nBob,B-PER\n",
        "token,label\nAnn,B-PER\nleft,O\n,\n , \nBob,B-PER",
        "token\tlabel\r\nAnn\tB-PER\r\nleft\tO\r\n\t\r\nBob\tB-PER\r\n",
        "id;token;ner_tags\n;Ann;B-PER\n;left;O\n;;\n;Bob;B-PER\n",
        "sent_id|form|iob\n1|Ann|B-PER\n1|left|O\n2|Bob|B-PER\n",
        '"word","tag","sentence_id"\n"Ann","B-PER","1"\n"left","O","1"\n"Bob","B-PER","2"\n',
        "sentence,word,tag\n1,Ann,B-PER\n1,left,O\n2,Bob,B-PER\n".encode("utf-16"),
    ],
)
def test_the_same_sentences_whatever_the_table(read, text):
    assert read(text)[0] == EXPECTED


def test_origin_and_document(tmp_path):
    (tmp_path / "dev.csv").write_text('word,tag,document\n"a\nb",O,d 1\nc,O,d 1\n\ne,O,\n')
    rows = CsvData(str(tmp_path)).read()["dev"]
    assert [(s.words, s.document, s.origin) for s in rows] == [
        (("a\nb", "c"), "d 1", f"{tmp_path}/dev.csv:2"),
        (("e",), "", f"{tmp_path}/dev.csv:6"),
    ]


def test_ids_that_restart_in_each_document_join_no_sentences(read):
    rows = "a,1,Ann,B-PER\na,1,left,O\nb,1,Bob,B-PER\nb,1,sat,O\nb,2,yes,O\nc,2,Cy,B-PER\n"
    assert [(words, document) for words, _, document in read("document,sentence,word,tag\n" + rows)[0]] == [
        (["Ann", "left"], "a"),
        (["Bob", "sat"], "b"),
        (["yes"], "b"),
        (["Cy"], "c"),
    ]
    rows = "doc,word,tag\na,Ann,O\n,left,O\nb,Bob,O\n"  # an empty cell names no other document
    assert [(words, document) for words, _, document in read(rows)[0]] == [(["Ann", "left"], "a"), (["Bob"], "b")]


@pytest.mark.parametrize("mark", [",", ";", "|", "\t"])
def test_tables_without_a_header(read, mark):
    text = "Ann,B-PER\nleft,O\n\nBob,B-PER\n".replace(",", mark)
    assert read(text, header=False)[0] == EXPECTED
    text = "\n1,B-PER,Ann,d\n1,O,left,d\n2,B-PER,Bob,d\n".replace(",", mark)
    numbers = {"word_column": 2, "tag_column": 1, "sentence_column": 0, "document_column": -1}
    assert read(text, header=False, **numbers)[0] == [(words, tags, "d") for words, tags, _ in EXPECTED]
    assert read('",",O\n"a,b",B-X\n', header=False)[0] == [([",", "a,b"], "O B-X", "")]


def test_columns_of_tables_without_a_header_are_numbers_that_exist(read):
    with pytest.raises(UserError, match=r"data\.word_column=token is a name, but data\.header=false"):
        read("a,O\n", header=False, word_column="token")
    with pytest.raises(UserError, match=r"data\.word_column=2 is outside of the 2 columns"):
        read("a,O\n", header=False, word_column=2)
    with pytest.raises(UserError, match=r"column 0 is to hold the words and the tags.*data\.delimiter"):
        read("a O\n", header=False)


def test_columns_by_name(read):
    text = "A,B,C,word\n1,Ann,B-PER,x\n1,left,O,x\n2,Bob,B-PER,x\n"
    assert read(text, word_column="b", tag_column="C", sentence_column="A")[0] == EXPECTED
    assert [row[0] for row in read(text, tag_column=None)[0]] == [["x", "x", "x"]]
    text = "sentence,word,tag\n1,a,O\n2,b,O\n"
    assert len(read(text)[0]) == 2 and len(read(text, sentence_column=None)[0]) == 1


def test_quotation_marks(read):
    assert read('word,tag\n"""",O\n"a,b",B-X\n')[0] == [(['"', "a,b"], "O B-X", "")]


def test_unpaired_quotation_marks_between_tabs_are_words(read):
    rows, notes = read('word\ttag\n"\tO\na\tB-X\n', name="train.tsv")
    assert rows == [(['"', "a"], "O B-X", "")]
    assert any("unpaired quotation marks, which are read as words: 1" in note for note in notes)


def test_quoted_tsv(read):
    assert read('word\ttag\n""""\tO\n"a\tb"\tB-X\n', name="train.tsv")[0] == [(['"', "a\tb"], "O B-X", "")]


def test_a_table_that_is_one_sentence_says_so(read):
    rows, notes = read("word,tag\n" + "a,O\nb,B-X\n" * 200)
    assert len(rows) == 1 and any("read as one sentence: 1" in note for note in notes)
    assert not any("one sentence" in note for note in read("word,tag\na,B-X\n")[1])


def test_rows_of_another_length(read):
    text = "word,tag,note\na,O,x\nb,B-X\nc,O,x,y\n"
    with pytest.raises(UserError, match=r"train\.csv:3: 2 cells, but the header has 3, row \['b', 'B-X'\].*conlleval"):
        read(text)
    rows, notes = read(text, repair="conlleval")
    assert rows == [(["a", "b", "c"], "O B-X O", "")] and any("row of another length: 2" in note for note in notes)
    with pytest.raises(UserError, match=r"train\.csv:2: 1 cells"):
        read("word,tag\na\n", repair="drop")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "EU,B-ORG\nsays,O\n",
            r"train\.csv:1: no column is the word column.*eu, b-org.*word_column.*data\.header=false.*data=column",
        ),
        ("word,pos\na,X\n", r"train\.csv:1: no column is the tag column.*data\.tag_column=null"),
        ("word,tag,ner\na,O,O\n", r"train\.csv:1: 2 columns may be the tag column"),
        ("", r"train\.csv:1: no column"),
        ('word,tag\na,O\n"b,O\n', r"train\.csv:3: not CSV .*not doubled"),
        ('word,tag\n"b"x,O\n', r"train\.csv:2: not CSV"),
        ("word,tag\na,OLOC\n", r"train\.csv:2 \(word 0, 'a'\): 'OLOC' is not a tag"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(read, text, message):
    with pytest.raises(UserError, match=message):
        read(text)


def test_options_are_checked(tmp_path):
    with pytest.raises(UserError, match=r"data\.delimiter is auto, comma"):
        CsvData(str(tmp_path), delimiter=",")


def test_a_header_with_a_stray_carriage_return_is_refused(tmp_path):
    (tmp_path / "train.csv").write_bytes(b"sentence,document,word,tag\r\x00\n1,d,a,O\n")
    with pytest.raises(UserError, match=r"train\.csv:1: no column is the word column"):
        CsvData(dir=str(tmp_path)).read()


def test_a_tag_column_of_as_many_values_as_words_is_refused_and_not_a_crash(tmp_path):
    rows = "".join(f"w{i},t{i}\n" for i in range(40_000))
    (tmp_path / "train.csv").write_text(f"word,tag\n{rows}w,B-X\n")
    with pytest.raises(UserError, match=r"train\.csv:2 .*'t0'"):
        CsvData(dir=str(tmp_path)).read()


@pytest.mark.parametrize(
    "content",
    [
        'word,tag\n",O\nAnn,B-PER\n",O\nleft,O\n',
        'word,tag\n",O\n",O\nAnn,B-PER\n',
        'sentence #,word,pos,tag\n1,",X,O\n,Ann,N,B-PER\n,",X,O\n',
        'tag,word\nO,"\nB-PER,Ann\nO,"\n',
    ],
)
def test_a_quotation_mark_that_is_a_word_swallows_no_rows(tmp_path, content):
    (tmp_path / "train.csv").write_text(content)
    with pytest.raises(UserError, match=r"train\.csv:2: a cell runs over several lines and holds rows itself"):
        CsvData(str(tmp_path)).read()
    (tmp_path / "train.csv").write_text('word,tag\n"a\nb, c\nO",O\n')
    assert CsvData(str(tmp_path)).read()["train"][0].words == ("a\nb, c\nO",)


def test_a_csv_file_of_other_columns_is_told_to_name_them(tmp_path):
    (tmp_path / "train.csv").write_text('text,annotation\n"Ann left",B-PER O\n')
    with pytest.raises(UserError, match=r"no column is the word column.*header has text, annotation"):
        AutoData(str(tmp_path)).read()
    (tmp_path / "train.csv").write_text(", O\nAnn B-PER\n")
    assert AutoData(str(tmp_path)).read()["train"][0].words == (",", "Ann")
