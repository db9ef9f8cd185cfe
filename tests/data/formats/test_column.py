"""Column files: every oddity real files have is read with the right counts or refused with file, line and a way out."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data import ColumnData
from ner_lab.data.formats.column import ColumnReader, read, read_folder, write
from ner_lab.tags import SCHEMES, from_spans
from ner_lab.types import Sentence, UserError


@pytest.fixture
def file(tmp_path):
    def make(content, name="train.conll"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def words(result):
    return [list(sentence.words) for sentence in result.sentences]


def tags(result):
    return [" ".join(sentence.tags) for sentence in result.sentences]


PLAIN = "EU\tB-ORG\nrejects\tO\n\nPeter\tB-PER\nBlackburn\tI-PER\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.removesuffix("\n"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\t", " "),
        PLAIN.replace("\n\n", "\n\t\n"),
        PLAIN.replace("\n\n", "\n \t \n\n\n"),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        "\ufeff".encode("utf-16-be") + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
    ],
)
def test_the_same_sentences_whatever_the_bytes(file, content):
    result = read(file(content))
    assert words(result) == [["EU", "rejects"], ["Peter", "Blackburn"]]
    assert tags(result) == ["B-ORG O", "B-PER I-PER"]
    assert (result.counts.rows, result.entities, result.scheme, dict(result.counts.repaired)) == (4, 2, "iob2", {})


def test_origin_is_file_and_line_of_the_first_word(file):
    path = file("\n\na O\n\n# comment of three words\nb O\n")
    assert [s.origin for s in read(path).sentences] == [f"{path}:3", f"{path}:6"]


@pytest.mark.parametrize(
    "odd", ["a\x85b", "\x85", "\u2028", "x\u2029y", "\x1c", "\x0c", "\u200b", "\ufeff", "\xa0", "a\x0bb"]
)
def test_characters_that_only_look_like_line_ends_or_blanks_stay_in_their_word(file, odd):
    result = read(file(f"a\tO\n{odd}\tB-X\nb\tO\n"))
    assert words(result) == [["a", odd, "b"]]
    assert tags(result) == ["O B-X O"]


def test_spaces_between_columns_are_blanks_and_tabs_only(file):
    assert words(read(file("10\xa0000 O\nkm\u3000 B-X\n"))) == [["10\xa0000", "km\u3000"]]


def test_columns_set_apart_by_blanks_and_tabs(file):
    assert words(read(file(PLAIN.replace("\t", " \t  ")), separator="space")) == words(read(file(PLAIN)))
    assert words(read(file("a O\nb\tO\nc O\n"))) == [["a", "b", "c"]]
    with pytest.raises(UserError, match=r"conll:2: columns: 1, others have 2 \(separator: tab\)"):
        read(file("a\tO\nb O\nc\tO\n"))


def test_words_with_spaces_and_without_anything(file):
    result = read(file("New York\tB-LOC\n\tO\n \tO\nend \tO\n"))
    assert words(result) == [["New York", "_", "_", "end "]]
    assert result.counts.repaired == {"row without a word, read as _": 2}


def test_a_missing_word_between_spaces(file):
    result = read(file("a O\n O\nb B-X\n"))
    assert words(result) == [["a", "_", "b"]]


def test_hash_words_are_no_comments(file):
    spaced = read(file("# two more\n# O\n#tag B-X\n# id 7\nb O\n#neither a row\n"))
    assert words(spaced) == [["#", "#tag"], ["b"]]
    assert (spaced.counts.comments, spaced.sentences[1].document) == (2, "7")
    tabbed = read(file("# text = a b\n#\tO\n#tag\tB-X\n# a\tb\tc\n"))
    assert words(tabbed) == [["#", "#tag"]]
    assert tabbed.counts.comments == 2
    remarks = read(
        file("#\thttp://a.b\t[2010]\t\n1\tEU\tB-ORG\tO\n#\thttp://a.c\t\n2\t#\tO\tO\n"), word_column=1, tag_column=2
    )
    assert (words(remarks), remarks.counts.comments) == ([["EU", "#"]], 2)
    bare = read(file("#a person-actor\nb person-actor\nc O\n#some comment\n"))
    assert words(bare) == [["#a", "b", "c"]]


def test_a_hash_word_with_too_many_columns_is_an_error_and_no_comment(file):
    with pytest.raises(UserError, match=r"conll:2: columns: 3"):
        read(file("a\tO\n#tag\tO\tO\n"))
    with pytest.raises(UserError, match=r"conll:2 .*'XX' is not a tag"):
        read(file("a\tB-Y\n#tag\tXX\n"))


def test_documents(file):
    path = file(
        "early N O\n-DOCSTART- -X- O\n\na N O\n\nb N O\n\n-DOCSTART- (12 EU)\n\nc N O\n\n"
        "# newdoc id = d1\nd N O\n\n#begin document (bc/x); part 000\ne N O\n#end document\n\n# newdoc\nf N O\n"
    )
    result = read(path)
    assert [s.document for s in result.sentences] == [
        "",
        "train-1",
        "train-1",
        "(12 EU)",
        "d1",
        "(bc/x); part 000",
        "train-5",
    ]
    assert result.counts.documents == 5
    assert [s.document for s in read(file("-DOCSTART-\tO\n\na\tO\n")).sentences] == ["train-1"]


def test_a_document_mark_stands_in_any_column(file):
    for mark in ("0\t-DOCSTART-\t-X-\tO", "-X-\t-DOCSTART-\tO\tO", "0\t-DOCSTART- (7)\t_\tO"):
        text = f"{mark}\n\n1\ta\tX\tO\n\n{mark}\n1\tb\tX\tB-Y\n".replace("(7)\t_\tO\n1", "(8)\t_\tO\n1")
        result = read(file(text), word_column=1)
        assert words(result) == [["a"], ["b"]]
        assert len({sentence.document for sentence in result.sentences} - {""}) == 2
    result = read(file("O -DOCSTART-\n\nO a\nB-X b\n"), word_column=1, tag_column=0)
    assert (words(result), tags(result)) == ([["a", "b"]], ["O B-X"])


@pytest.mark.parametrize("odd", ["1-2\tdu\tI\tO\n", "0.1\tsaid\tI\tO\n", ""])
def test_the_numbers_of_conllu_are_no_words(file, odd):
    path = file(f"# text = du Pau\n{odd}1\tde\tX\tO\n2\tle\tX\tO\n3\tPau\tX\tB-LOC\n\n1\tok\tX\tO\n")
    with pytest.raises(UserError, match=r"conll:2: column 0 holds numbers alone.*data\.word_column=1"):
        read(path)
    result = read(path, word_column=1)
    assert words(result) == [["de", "le", "Pau"], ["ok"]]
    assert sum(result.counts.repaired.values()) == bool(odd)
    assert words(read(file("1.5\tX\tO\n2\tX\tO\n3-4\tx\tO\nkm\tX\tO\n"))) == [["1.5", "2", "3-4", "km"]]


def test_a_second_layer_of_tags_is_mentioned(file):
    path = file("1\tUni\tB-ORG\tO\n2\tUlm\tI-ORG\tB-LOC\n3\tok\tO\tO\n")
    (note,) = read(path, word_column=1).notes
    assert "column 2 holds entity tags, too; data.tag_column=2 reads them" in note
    assert tags(read(path, word_column=1, tag_column=2)) == ["B-ORG I-ORG O"]
    assert read(file("Uni NN B-NP B-ORG\nok VB O O\n")).notes == []  # chunks
    assert read(file("Uni NN O B-ORG\nok VB O O\n")).notes == []


def test_columns_by_index_and_name(file):
    content = "form\tpos\tner\tmisc\nEU\tNNP\tB-ORG\t_\nsays\tVB\tO\t_\n"
    by_name = read(file(content), word_column="form", tag_column="ner")
    assert (words(by_name), tags(by_name)) == ([["EU", "says"]], ["B-ORG O"])
    body = content.split("\n", 1)[1]
    for options in (
        {"tag_column": 2},
        {"tag_column": -2},
        {"tag_column": "ner", "columns": ["form", "pos", "ner", "misc"]},
    ):
        result = read(file(body), **options)
        assert (words(result), tags(result)) == ([["EU", "says"]], ["B-ORG O"])
    result = read(file("# global.columns = form pos ner misc\n" + body), word_column="pos", tag_column="ner")
    assert words(result) == [["NNP", "VB"]]
    untagged = read(file(body), tag_column=None)
    assert (words(untagged), untagged.sentences[0].tags) == ([["EU", "says"]], None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tag_column": 4}, r"data\.tag_column=4 is outside of the 4 columns"),
        ({"word_column": "token"}, r"data\.word_column=token is none of the columns form, pos, ner, misc"),
        ({"separator": ","}, r"data\.separator is auto, tab or space; got ','"),
        ({"scheme": "bio"}, r"data\.scheme is auto or one of iob2"),
        ({"repair": "guess"}, r"data\.repair is one of strict, conlleval, drop"),
        ({"encoding": "utf-9"}, r"data\.encoding is .* got 'utf-9'"),
    ],
)
def test_bad_options_name_their_key(file, options, message):
    with pytest.raises(UserError, match=message):
        read(file("form\tpos\tner\tmisc\nEU\tNNP\tB-ORG\t_\n"), **options)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"tokens": ["a", "b"], "tags": ["O", "O"]}\n', r"conll:1: is JSON .*data=jsonl"),
        ('[\n {\n  "id": 1\n }\n]\n', r"conll:1: is JSON .*label_studio"),
        ("Ann,B-PER\nran,O\n", r"conll:1: rows have one column.*'Ann,B-PER'.*data=csv.*data\.header=false"),
        ("Ann;B-PER\n", r"data=csv.*data\.header=false"),
    ],
)
def test_what_is_no_column_file_is_led_to_its_reader(file, content, message):
    with pytest.raises(UserError, match=message):
        read(file(content))
    assert words(read(file('{"\tO\n[\tO\n'))) == [['{"', "["]]


SPANS = [(0, 1, "X"), (1, 4, "X"), (4, 5, "Y"), (6, 9, "Y")]


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if name != "io"])
def test_every_scheme_is_detected_and_becomes_iob2(file, scheme):
    result = read(file("".join(f"w\t{tag}\n" for tag in from_spans(SPANS, 10, scheme))))
    assert (result.scheme, tags(result)) == (scheme, [" ".join(from_spans(SPANS, 10))])
    assert result.entities == 4


def test_io_with_and_without_prefixes(file):
    for prefix in ("I-", ""):
        result = read(file(f"a {prefix}art-music\nb {prefix}art-music\nc O\nd {prefix}LOC\n"))
        assert (result.scheme, tags(result)) == ("io", ["B-art-music I-art-music O B-LOC"])
        assert result.counts.repaired == {}


def test_one_scheme_for_all_files(tmp_path):
    # On its own the dev file could be IO; train shows that it is IOB1.
    (tmp_path / "train.txt").write_text("a I-X\nb B-X\n")
    (tmp_path / "valid.txt").write_text("a I-X\nb I-X\n")
    results = read_folder(tmp_path)
    assert {split: result.scheme for split, result in results.items()} == {"train": "iob1", "dev": "iob1"}
    assert tags(results["dev"]) == ["B-X I-X"]


@pytest.mark.parametrize(
    ("content", "conlleval", "drop", "reason"),
    [
        ("a B-X\nb I-X\nc O\nd I-X\n", "B-X I-X O B-X", "B-X I-X O O", "I- where iob2 has B-"),
        ("a B-X\nb I-Y\nc B-X\nd I-X\n", "B-X B-Y B-X I-X", "B-X O B-X I-X", "I- where iob2 has B-"),
        ("a I_ORG\nb B-ORG\n", "B-ORG B-ORG", "B-ORG B-ORG", "no hyphen between prefix and type"),
        ("a B-O\nb B-X\n", "O B-X", "O B-X", "another way to write O"),
        ("a b-per\nb i-per\n", "B-per I-per", "B-per I-per", "prefix in lower case"),
        ("a PER-B\nb PER-I\n", "B-PER I-PER", "B-PER I-PER", "prefix behind the type"),
        ("a B\nb I\n", "B-ENTITY I-ENTITY", "B-ENTITY I-ENTITY", "no type, read as ENTITY"),
        ("a OLOC\nb B-PER\n", None, "O B-PER", "not a tag, read as O"),
        ("a PER\nb B-PER\n", None, "O B-PER", "not a tag, read as O"),
        ("a\t\nb\tB-PER\n", None, "O B-PER", "word without a tag, read as O"),
        ("a OLOC\nb PER\nc LOC\nd O\n", None, "O B-PER B-LOC O", "not a tag, read as O"),
        ("a BPER\nb IPER\nd O\n", None, "O O O", "not a tag, read as O"),
        ("a NN\nb VB\n", None, "O O", "not a tag, read as O"),
        ("a 0\nb 1\nc O\n", None, "O O O", "not a tag, read as O"),
        ("a O\nb\nc B-X\n", None, "O O B-X", "word without a tag, read as O"),
        ("a O\nNew York B-X\nc O\n", "O B-X O", "O B-X O", "blanks inside a word"),
        ("a\tO\nb\tB-X\tnote\nc\tO\n", "O B-X O", "O B-X O", "row of another length"),
        ("a\tO\nb\tB-X\tB-Y\nc\tO\n", None, "O O O", "word without a tag, read as O"),
        ("a N C O\nb B-X\nc N C O\n", "O B-X O", "O B-X O", "row of another length"),
    ],
)
def test_policies(file, content, conlleval, drop, reason):
    path = file(content)
    with pytest.raises(UserError, match=r"train\.conll:\d+\b.*row .*data\.repair="):
        read(path)
    if conlleval is None:
        with pytest.raises(UserError, match=r"train\.conll:\d+\b.*row .*data\.repair=outside"):
            read(path, repair="conlleval")
    else:
        result = read(path, repair="conlleval")
        assert (tags(result), set(result.counts.repaired)) == ([conlleval], {reason})
    result = read(path, repair="drop")
    assert tags(result) == [drop]
    assert all(reason in key for key in result.counts.repaired)
    assert len(result.sentences[0].words) == result.counts.rows == content.count("\n")


@pytest.mark.parametrize(
    ("content", "outside", "drop"),
    [
        ("a B-X\nb\nc I-X\nd O\ne I-X\n", "B-X O B-X O B-X", "B-X O B-X O O"),
        ("a\tB-X\nb\t\nc\tE-X\nd\tB-X\ne\tO\nf\tS-X\n", "B-X O B-X B-X O B-X", "B-X O B-X O O B-X"),
        ("a\tPER\nb\t\nc\tLOC\nd\tO\n", "B-PER O B-LOC O", "B-PER O B-LOC O"),
        ("a PER\nb\nc LOC\nd O\n", "B-PER O B-LOC O", "B-PER O B-LOC O"),
    ],
    ids=["IOB2", "IOBES", "bare types", "bare types, blanks"],
)
def test_a_word_without_a_tag_costs_no_entity(file, content, outside, drop):
    path = file(content)
    for policy in ("strict", "conlleval"):
        with pytest.raises(UserError, match=r"conll:2\b.*row .*data\.repair=outside"):
            read(path, repair=policy)
    for policy, expected in (("outside", outside), ("drop", drop)):
        result = read(path, repair=policy)
        assert tags(result) == [expected]
        assert result.counts.repaired["word without a tag, read as O"] == 1


def test_repairs_are_counted_one_by_one(file):
    path = file("a B-X\nb O\nc B-X\nd O\n\nd I-X\n\ne I-X\nf I-X\n")
    result = read(path, scheme="iob2", repair="conlleval")
    assert result.counts.repaired == {"I- where iob2 has B-": 2}
    dropped = read(path, scheme="iob2", repair="drop")
    assert dropped.counts.repaired == {"entity removed, I- where iob2 has B-": 2}
    assert dropped.entities == 2


def test_blanks_inside_a_word_are_kept(file):
    assert words(read(file("a O\nNew York B-X\nc O\n"), repair="conlleval")) == [["a", "New York", "c"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"train\.conll: is empty"),
        (b"# nothing but this\n", r"train\.conll: has no rows"),
        (b"\nEU\nsays\n", r"train\.conll:2: rows have one column.*'EU'.*data\.tag_column=null"),
        (
            "a\tO\n\ncaf\xe9\tO\n".encode("latin-1"),
            r"train\.conll:3: byte 0xE9 \(number 4 of the line\).*data\.encoding=latin-1",
        ),
        ("a\tO\nb\tB-X\n".encode("utf-16-le"), r"train\.conll:1: .*data\.encoding=utf-16-le"),
        ("a\tO\nb\tB-X\n".encode("utf-16-be"), r"train\.conll:1: .*data\.encoding=utf-16-be"),
        (b"a O\nb (PER*\n", r"train\.conll:2 \(row 'b \(PER\*'\): '\(PER\*' is not a tag"),
        (b"1\tEU\tB-ORG\n2\tsays\tO\n3\tno\tO\n", r"train\.conll:1: column 0 holds numbers.*data\.word_column=1"),
        (b"word\ttag\na\tO\nb\tB-X\n", r"train\.conll:1 .*by its name in the first row"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_do(file, content, message):
    with pytest.raises(UserError, match=message):
        read(file(content))


def test_other_encodings(file):
    assert words(read(file("caf\xe9\tO\n".encode("latin-1")), encoding="latin-1")) == [["caf\xe9"]]
    assert words(read(file("caf\xe9\tO\n".encode("utf-16-le")), encoding="utf-16-le")) == [["caf\xe9"]]


def test_a_missing_file_lists_its_neighbours(file):
    path = file(PLAIN, "trian.conll").with_name("train.conll")
    with pytest.raises(UserError, match=r"train\.conll: no such file; .* holds trian\.conll"):
        read(path)


def test_a_file_without_empty_lines_is_one_sentence_and_says_so(file):
    result = read(file("a O\nb B-X\n" * 5000))
    assert [len(sentence.words) for sentence in result.sentences] == [10000]
    assert "its 10000 words are one sentence" in result.notes[0]
    assert read(file("a O\nb B-X\n")).notes == []


def test_a_folder_with_a_file_for_each_document(tmp_path):
    for number in range(1000):
        text = "# newdoc id = 1\nAnn\tB-PER\n" if number == 7 else "Ann\tB-PER\n\nleft\tO\n"
        (tmp_path / f"testimony_{number:04}.tsv" if number < 9 else tmp_path / f"d{number}.tsv").write_text(text)
    (tmp_path / "d2000.tsv").write_text("")
    data = ColumnData(str(tmp_path))
    (sentences,) = data.read().values()
    assert len(sentences) == 1999 and len({sentence.document for sentence in sentences}) == 1000
    assert {"d9", "testimony_0007/1"} <= {sentence.document for sentence in sentences}
    assert any("1,000 files, each a document" in note and "ner-lab prepare" in note for note in data.notes)
    assert max(map(len, data.notes)) < 300
    with pytest.raises(
        UserError, match=r"no file for split 'train'.*d1\d+\.tsv and 996 more.*ner-lab prepare"
    ) as error:
        read_folder(tmp_path)
    assert len(str(error.value)) < 500
    (tmp_path / "d1.txt").write_text("")
    with pytest.raises(UserError, match=r"no file is named train.*1,001 \.tsv, 1 \.txt.*one ending") as error:
        data.read()
    assert len(str(error.value)) < 500


def test_folders_of_documents_and_names_that_seem_to_be_splits(tmp_path):
    for name in ("train/a.tsv", "train/b.tsv", "dev/a.tsv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Ann\tB-PER\n")
    found = ColumnData(str(tmp_path)).read()
    documents = {split: [sentence.document for sentence in own] for split, own in found.items()}
    assert documents == {"train": ["a", "b"], "dev": [""]}
    for name in ("corpus-train.tsv", "testset.tsv"):
        (tmp_path / "train" / name).write_text("Ann\tB-PER\n")
    with pytest.raises(UserError, match=r"no file is named train.*corpus-train\.tsv"):
        ColumnData(str(tmp_path / "train")).read()


@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to("x")]
)
def test_a_split_that_is_no_file_is_refused_not_left_out(tmp_path, make):
    (tmp_path / "dev.txt").write_text("a O\n")
    make(tmp_path / "train.txt")
    with pytest.raises(UserError, match=r"train\.txt: is named like a split and is no file"):
        read_folder(tmp_path)


def test_folders(tmp_path):
    for name in ("eng.train", "eng.testa", "eng.testb", "README.md", ".hidden"):
        (tmp_path / name).write_text("a O\n")
    assert {split: result.path.name for split, result in read_folder(tmp_path).items()} == {
        "train": "eng.train",
        "dev": "eng.testa",
        "test": "eng.testb",
    }
    (tmp_path / "valid.txt").write_text("a O\n")
    with pytest.raises(UserError, match=r"several files for split 'dev' \(eng\.testa, valid\.txt\)"):
        read_folder(tmp_path)
    other = tmp_path / "other"
    with pytest.raises(UserError, match="no such folder"):
        read_folder(other)
    other.mkdir()
    with pytest.raises(UserError, match=r"no file is named train\.\*.*found no data files"):
        read_folder(other, needed=())
    (other / "corpus.txt").write_text("a O\n")
    assert set(read_folder(other, needed=())) == {"all"}
    with pytest.raises(UserError, match=r"found corpus\.txt; `ner-lab prepare`"):
        read_folder(other)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n"), min_size=1, max_size=4)
WORDS = TEXT.filter(lambda word: word.strip(" ") and word.split(" ")[0] != "-DOCSTART-")
ODD_WORDS = st.sampled_from(
    ["#", "#tag", "# id 7", "# newdoc id = 3", "O", "B-X", "\ufeff", "\u2028", "a b", " a ", "\r", "x\ry", "-"]
)
DOCUMENTS = st.sampled_from(["", "d1", "7 (EU)", "# x", "="])


@st.composite
def corpora(draw, tagged=True):
    sentences = []
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.integers(1, 4))
        row = tuple(draw(st.lists(WORDS | ODD_WORDS, min_size=length, max_size=length)))
        cut = draw(st.integers(0, length))
        spans = [
            span
            for span in ((0, cut, "X"), (cut, length, draw(st.sampled_from(["X", "GPE-CITY", "a b"]))))
            if span[0] < span[1]
        ]
        kept = draw(st.sampled_from([[], spans, spans[-1:]]))
        sentences.append(Sentence(row, tuple(from_spans(kept, length)) if tagged else None, draw(DOCUMENTS)))
    return sentences


@pytest.mark.seconds
@given(sentences=corpora())
def test_writing_and_reading_is_the_identity(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("round") / "corpus.conll"
    write(path, sentences)
    result = ColumnReader(scheme="iob2").read(path)
    assert [(s.words, s.tags, s.document) for s in result.sentences] == [
        (s.words, s.tags, s.document) for s in sentences
    ]
    assert not result.counts.repaired


@given(sentences=corpora(tagged=False))
def test_writing_and_reading_words_without_tags(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("round") / "corpus.conll"
    try:
        write(path, sentences)
    except UserError as error:
        bad = [
            word
            for s in sentences
            for word in s.words
            if not word.strip() or word.startswith("# ") or word.endswith("\r")
        ]
        assert repr(bad[0]) in str(error)
        return
    result = read(path, tag_column=None, separator="tab")
    assert [(s.words, s.tags, s.document) for s in result.sentences] == [(s.words, None, s.document) for s in sentences]


def test_a_first_word_that_looks_like_a_byte_order_mark(tmp_path):
    write(tmp_path / "w.conll", [Sentence(("\ufeff", "\ufeffa"), ("O", "B-X"))])
    assert words(read(tmp_path / "w.conll")) == [["\ufeff", "\ufeffa"]]
    assert [path.name for path in tmp_path.iterdir()] == ["w.conll"]


def test_predictions_are_a_further_column(tmp_path):
    path = tmp_path / "p.conll"
    write(path, [Sentence(("EU", "says"), ("B-ORG", "O"))], predicted=[("O", "I-ORG")])
    assert tags(read(path, tag_column=1)) == ["B-ORG O"]
    assert tags(read(path, scheme="iob2", repair="conlleval")) == ["O B-ORG"]
    with pytest.raises(UserError, match="1 tags for 2 words"):
        write(path, [Sentence(("EU", "says"))], predicted=[("O",)])


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        (Sentence((), ()), "a sentence without words"),
        (Sentence(("a\tb",), ("O",)), r"the word 'a\\tb'"),
        (Sentence(("a\nb",), ("O",)), "the word"),
        (Sentence((" ",), ("O",)), "the word ' '"),
        (Sentence(("-DOCSTART-",), ("O",)), "the word '-DOCSTART-'"),
        (Sentence(("\ud800",), ("O",)), "the word"),
        (Sentence(("a",), ("B_X",)), "the tag 'B_X'"),
        (Sentence(("a",), ("B-O",)), "the tag 'B-O'"),
        (Sentence(("a",), ("O",), " d"), "the document id ' d'"),
        (Sentence(("a",), None), "with and without tags"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_and_leaves_no_file(tmp_path, sentence, message):
    path = tmp_path / "w.conll"
    with pytest.raises(UserError, match=message):
        write(path, [Sentence(("a",), ("O",)), sentence])
    assert list(tmp_path.iterdir()) == []


CORPORA = Path(os.environ.get("NER_LAB_DATA", Path(__file__).parents[3] / "../shared/data"))
COUNTS = {  # sentences and entities of each split
    "wnut17": {"train": (3394, 1975), "dev": (1009, 836), "test": (1287, 1079)},
    "btc": {"train": (6338, 8779), "dev": (1001, 1730), "test": (2001, 4376)},
    "crossner-politics": {"train": (200, 1304), "dev": (541, 3482), "test": (651, 4209)},
    "wikigold": {"all": (1696, 3558)},
}


@pytest.mark.skipif(not CORPORA.is_dir(), reason="no real corpora in NER_LAB_DATA or ../shared/data")
class TestRealCorpora:
    @pytest.mark.seconds
    @pytest.mark.parametrize("name", COUNTS)
    def test_sentences_and_entities_are_all_there(self, name):
        results = read_folder(CORPORA / name, needed=())
        assert {split: (len(r.sentences), r.entities) for split, r in results.items()} == COUNTS[name]

    @pytest.mark.seconds
    def test_two_schemes_of_one_corpus_give_the_same_sentences(self):
        iob, iobes = (read_folder(CORPORA / f"ncbi-disease-{scheme}") for scheme in ("iob", "iobes"))
        for split in ("train", "dev", "test"):
            assert (iob[split].scheme, iobes[split].scheme) == ("iob2", "iobes")
            assert words(iob[split]) == words(iobes[split])
            assert tags(iob[split]) == tags(iobes[split])


def test_files_that_are_not_read_are_named(file, tmp_path):
    for name in (
        "train.conll",
        "train_dev.conll",
        "eval.conll",
        ".train.conll.swp",
        "README",
        "notes.md",
        "dev.conll.gz",
    ):
        file(PLAIN, name)
    data = ColumnData(str(tmp_path))
    assert list(data.read()) == ["train"]
    names = "dev.conll.gz, eval.conll, train_dev.conll"
    assert data.notes[-1] == f"{tmp_path}: not read: {names}; splits are named train, dev (or valid) and test"
    for name in ("train.conll", "train_dev.conll", "eval.conll"):
        (tmp_path / name).unlink()
    with pytest.raises(UserError, match=r"found no data files; dev\.conll\.gz: unpack first what is packed"):
        data.read()


def test_spans_in_a_column_file_are_no_tags(file):
    conll_2012 = "bc 0 In * -\nbc 1 Ann (PERSON) (1)\nbc 2 Lee (ORG* -\nbc 3 Co *) -\n"
    for repair in ("strict", "outside"):
        with pytest.raises(UserError, match=r"column 3 has spans in brackets and no tags, as CoNLL-2012"):
            read(file(conll_2012), word_column=2, tag_column=3, repair=repair)
        webanno = "#FORMAT=WebAnno TSV 3.2\n\n#Text=Ann left\n1-1\t0-3\tAnn\tPER[1]\n1-2\t4-8\tleft\t_\n"
        with pytest.raises(UserError, match=r"train\.conll:1: is WebAnno TSV.*export CoNLL 2002"):
            read(file(webanno), word_column=2, repair=repair)
    assert words(read(file("( B-X\n* O\n"))) == [["(", "*"]]


def documents(path, document, **options) -> list[str]:
    return [sentence.document for sentence in read(path, document=document, **options).sentences]


def test_documents_begin_where_the_option_says(file):
    blank = file("\n\n\na O\n\nb O\n\n\nc O\n \n\n\nd O\n\n\n")
    assert documents(blank, "blank:2") == ["train-1", "train-1", "train-2", "train-3"]
    assert documents(blank, "blank:3") == ["train-1", "train-1", "train-1", "train-2"]
    assert documents(blank, "auto") == [""] * 4
    comments = file("# one\na O\n\nb O\n# two \n\nc O\n#hashtag O\n\n-DOCSTART- O\n\nd O\n")
    assert documents(comments, "comments") == ["one", "one", "two", "train-3"]
    assert documents(comments, "auto") == ["", "", "", "train-1"]
    assert documents(comments, None) == [""] * 4 and documents(comments, "blank:2") == ["train-1"] * 4
    column = file("doc word tag\n7 a O\n7 b B-X\n\n7 c O\n8 d O\n\n_ e O\n")
    named = read(column, document="doc", word_column="word", tag_column="tag")
    assert [(s.document, s.words) for s in named.sentences] == [
        ("7", ("a", "b")), ("7", ("c",)), ("8", ("d",)), ("", ("e",)),
    ]  # fmt: skip
    assert named.counts.documents == 2
    assert documents(file("a 7 O\nb 8 O\n"), 1) == documents(file("a 7 O\nb 8 O\n"), -2) == ["7", "8"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("blank", "blank:N needs the number of empty lines between documents, 2 or more"),
        ("blank:1", "data.document=blank:1"),
        ("blank:many", "data.document=blank:2"),
        ("doc", "data.document=doc is none of the columns"),
        (7, "data.document=7 is outside of the 2 columns"),
    ],
)
def test_a_rule_for_documents_that_is_none_is_refused(file, document, said):
    with pytest.raises(UserError, match=said):
        read(file("a O\n"), document=document)
