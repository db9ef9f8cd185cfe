"""From Python: the names at the front of the package do what the command line does, without a word on the console."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import ner_lab
from ner_lab import UserError

STORED = Path(__file__).parent / "stored"
TINY = {"model": "tiny", "data": "column", "trainer": "cpu", "trainer.max_epochs": 1, "logger": "none"}


@pytest.fixture
def train(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ner_lab.training.Result]:
    """`ner_lab.train` on a small corpus in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*overrides: str, **settings: object) -> ner_lab.training.Result:
        return ner_lab.train(*overrides, **{**TINY, "data.dir": str(corpus), "data.size": 24, **settings})

    return run


def test_a_value_that_the_grammar_does_not_have_is_given_as_pythons() -> None:
    with pytest.raises(UserError, match=r'give the value as Python has it: ner_lab\.train\(\*\*\{"data\.dir": '):
        ner_lab.train("data=column", "data.dir=é")


def test_importing_it_loads_nothing_heavy():
    code = "import sys, ner_lab\n"
    code += "heavy = {'torch', 'transformers', 'hydra', 'numpy', 'pandas', 'rich', 'optuna'} & set(sys.modules)\n"
    code += "assert not heavy, heavy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.seconds
def test_a_run_is_that_of_the_command_line_and_says_nothing(train, ner_lab, corpus, tmp_path, capfd):
    result = train("loss=focal", "model/head=crf", seed=3, **{"loss.gamma": 3.0, "hydra.run.dir": "by python"})
    assert capfd.readouterr() == ("", "")
    words = [f"{key}={value}" for key, value in TINY.items()]
    words += [f"data.dir={corpus}", "data.size=24", "seed=3", "loss=focal", "model/head=crf", "loss.gamma=3.0"]
    done = ner_lab("train", *words, "hydra.run.dir=by_shell")
    assert done.returncode == 0, done.stderr
    one, other = tmp_path / "by python", tmp_path / "by_shell"
    assert result.folder == one and result.objective == result.metrics["dev"]["f1"]
    files = {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    for split in ("dev", "test"):
        assert (one / "predictions" / f"{split}.jsonl").read_text() == (
            other / "predictions" / f"{split}.jsonl"
        ).read_text()
    configs = [json.dumps(yaml.safe_load((run / "config.yaml").read_text())) for run in (one, other)]
    assert configs[0].replace("by python", "by_shell") == configs[1]


@pytest.mark.seconds
def test_a_finished_run_is_not_repeated_and_another_is_not_overwritten(train):
    first = train(**{"hydra.run.dir": "run"})
    age = (first.folder / "metrics.json").stat().st_mtime_ns
    assert train(**{"hydra.run.dir": "run"}).metrics == first.metrics
    assert (first.folder / "metrics.json").stat().st_mtime_ns == age
    with pytest.raises(UserError, match="holds another run"):
        train(seed=5, **{"hydra.run.dir": "run"})


@pytest.mark.seconds
def test_runs_of_one_second_have_folders_of_their_own_and_threads_take_turns(train, monkeypatch, capfd):
    handlers, environment = logging.getLogger().handlers[:], dict(os.environ)
    results: dict[int, ner_lab.training.Result] = {}

    def run(seed: int) -> None:
        results[seed] = train(seed=seed)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert capfd.readouterr() == ("", "")
    assert len({result.folder for result in results.values()}) == 3
    for seed, result in results.items():
        assert yaml.safe_load((result.folder / "config.yaml").read_text())["seed"] == seed
        assert json.loads((result.folder / "metrics.json").read_text()) == result.metrics
    assert logging.getLogger().handlers == handlers
    assert {key for key in os.environ if key.startswith("PL_")} == {key for key in environment if key.startswith("PL_")}


@pytest.mark.parametrize(
    ("words", "settings", "message"),
    [
        (["loss=unknown"], {}, "cross_entropy"),
        (["loss=nll,focal"], {}, "one run takes one value"),
        (["loss.gama=2"], {}, "loss.gama"),
        (["-m"], {}, "KEY=VALUE"),
        ([], {"trainer.devices": 2}, "one device"),
        ([], {"data.dir": None}, "data.dir"),
        ([], {"seed": -1}, "seed must be a whole number"),
        (["resume=nowhere"], {}, "no such folder"),
        ([], {"loss": ["nll", "focal"]}, "one run"),
        ([], {"loss": 3}, "."),
        (["=3"], {}, "KEY=VALUE"),
        (["hydra.sweeper.n_trials=3"], {}, "hydra.run.dir"),
        (["hydra.mode=MULTIRUN"], {}, "hydra.run.dir"),
        (["hydra.run.dir=/dev/null"], {}, "a file of this name"),
        (["hydra.run.dir=/proc/nowhere"], {}, "cannot be made"),
    ],
)
def test_what_the_shell_refuses_is_a_user_error(train, words, settings, message):
    with pytest.raises(UserError, match=message):
        train(*words, **settings)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, 1e-5, "text", "a b", "it's", "1", "true", "x=y,z", "", "${seed}", [1, "a b"], {"k": 1}],
)
def test_a_value_reaches_the_config_as_it_is(value):
    from hydra.core.override_parser.overrides_parser import OverridesParser

    from ner_lab.commands.from_python import _value

    assert OverridesParser.create().parse_override(f"key={_value(value)}").value() == value


@pytest.fixture(scope="module")
def tagger() -> ner_lab.training.Recognizer:
    return ner_lab.load(STORED / "run")


def test_a_run_of_an_earlier_version_gives_the_tags_it_gave(tagger):
    rows = [json.loads(line) for line in (STORED / "run" / "predictions" / "test.jsonl").read_text().splitlines()]
    assert sum(len(row["spans"]) for row in rows) == 3, "a model that finds nothing shows nothing here"
    for row, found in zip(rows, tagger([" ".join(row["words"]) for row in rows]), strict=True):
        starts = [sum(len(word) + 1 for word in row["words"][:index]) for index in range(len(row["words"]) + 1)]
        assert [(e.type, e.begin, e.end) for e in found] == [
            (span["type"], starts[span["begin"]], starts[span["end"]] - 1) for span in row["spans"]
        ]
        for entity, span in zip(found, row["spans"], strict=True):
            assert entity.confidence == pytest.approx(span["confidence"], abs=1e-4)


def test_entities_stand_where_they_say_in_any_text(tagger):
    text = "😀 The apple a day\u2028is  good advice ( her\r\n\n  The apple a day is good advice ( her modern liver )"
    found = tagger(text)
    assert found and all(text[e.begin : e.end] == e.text and e.text.strip() == e.text for e in found)
    assert [e.begin for e in found] == sorted(e.begin for e in found)
    assert tagger("") == tagger(" \n ") == [] and tagger([]) == []


def alike(entities):
    """The same, but for the last digits of confidences: those depend on what is read together, on some processors."""
    return [entity._replace(confidence=pytest.approx(entity.confidence, abs=1e-5)) for entity in entities]


def test_a_reading_says_what_was_read(tagger):
    line = "The apple a day is good advice ( her"
    text, words, nothing = tagger.read([f"{line}\r\n\n{line}", line.split(), ""])
    assert (text.text, text.words, text.sentences, text.windows) == (f"{line}\r\n\n{line}", 18, 2, 2)
    assert text.entities == alike(tagger(text.text)) and text.tags == 2 * words.tags
    assert words.text == line and words.entities == alike(tagger(line)) and len(words.tags) == words.words == 9
    assert nothing == ("", [], [], 0, 0, 0)
    long = tagger.read([f"{line} " * 100])[0]
    assert long.words == len(long.tags) == 900 and long.sentences == 1 and long.windows > 1


def test_words_that_are_split_already_are_kept(tagger):
    (found,) = tagger.read([["The apple", "a", "", "day"]])
    assert found.words == 4 and found.text == "The apple a  day"
    with pytest.raises(UserError, match="half of a surrogate pair"):
        tagger.read([["fine", "\ud83d"]])


def test_an_empty_line_ends_a_document(tagger):
    from ner_lab.training.recognizer import _lines

    assert [line.document for line in _lines("a\nb\r\n\n \nc", 3)] == ["3.0", "3.0", "3.2"]


def test_a_list_gives_lists_and_a_generator_streams(tagger):
    texts = ["The apple a day is good advice ( her", "", "It rained .", "Krakow"] * 100
    whole = tagger(texts)
    assert whole == [alike(tagger(text)) for text in texts[:4]] * 100
    read: list[str] = []
    stream = tagger(read.append(text) or text for text in texts)
    assert next(stream) == alike(whole[0]) and len(read) < len(texts)
    assert list(stream) == [alike(found) for found in whole[1:]]


@pytest.mark.parametrize("texts", [3, None, {"text": "Ada"}, b"Ada", [None], ["fine", b"bytes"], ["half \ud83d"]])
def test_what_is_no_text_is_refused(tagger, texts):
    with pytest.raises(UserError, match=r"text"):
        tagger(texts)


SHARED = """
import multiprocessing, sys
import ner_lab

if __name__ == "__main__":
    tagger = ner_lab.load(sys.argv[2])
    texts = ["The apple a day is good advice ( her modern liver ) . " * 8] * 200
    wanted = [len(found) for found in tagger(texts)]
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        found = pool.map(tagger, [texts[:100], texts[100:]])
    assert [len(one) for some in found for one in some] == wanted and sum(wanted), found
"""


@pytest.mark.seconds
@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("kind", ["run", "onnx"])
def test_processes_may_share_a_tagger(kind, method, ner_lab, tmp_path):
    """With as many threads as there are cores, and one more, as a user has them: one thread has none to wait for."""
    folder = STORED / "run"
    if kind == "onnx":
        folder = tmp_path / "exported"
        assert ner_lab("export", f"run={STORED / 'run'}", f"output={folder}", "format=onnx").returncode == 0
    (tmp_path / "shared.py").write_text(SHARED)
    environment = {**os.environ, "OMP_NUM_THREADS": str((os.cpu_count() or 1) + 1)}
    command = [sys.executable, "shared.py", method, folder]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("settings", "message"), [({"batch_size": 0}, "batch_size"), ({"device": "tpu!"}, "device")])
def test_wrong_settings_of_load_are_refused(settings, message):
    with pytest.raises(UserError, match=message):
        ner_lab.load(STORED / "run", **settings)


def test_a_folder_that_is_no_finished_run_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"config\.yaml"):
        ner_lab.load(tmp_path)
    shutil.copytree(STORED / "run", tmp_path / "damaged")
    (tmp_path / "damaged" / "config.yaml").write_text("- a list\n")
    with pytest.raises(UserError, match="mapping"):
        ner_lab.load(tmp_path / "damaged")


@pytest.mark.parametrize("folder", [None, 3, [], b"x", "", STORED / "run" / "config.yaml"])
def test_what_is_no_folder_is_refused(folder):
    with pytest.raises(UserError, match="run folder"):
        ner_lab.load(folder)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("config.yaml", "", "mapping"),
        ("config.yaml", "seed: 1", "mapping"),
        ("checkpoints/best.ckpt", "junk", "damaged"),
        ("encoder", None, "incomplete"),
    ],
)
def test_a_damaged_run_is_refused(tmp_path, file, text, message):
    run = tmp_path / "run"
    shutil.copytree(STORED / "run", run)
    if text is None:
        shutil.rmtree(run / file)
    else:
        (run / file).write_text(text)
    with pytest.raises(UserError, match=message):
        ner_lab.load(run)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"metric": None}, "metric"),
        ({"by": 3}, "by must be"),
        ({"by": ["loss", 3]}, "by must be"),
        ({"foo": 1}, "paths"),
        ({"csv": "out.csv"}, "command line"),
    ],
)
def test_what_compare_cannot_use_is_refused(settings, message):
    with pytest.raises(UserError, match=message):
        ner_lab.compare(STORED / "sweep", **settings)


def test_runs_may_be_given_as_a_list():
    assert len(ner_lab.runs([STORED / "sweep", STORED / "run"])) == 3
    assert str(ner_lab.compare([STORED / "sweep"], by="loss")) == str(ner_lab.compare(STORED / "sweep", by=["loss"]))


def test_runs_of_an_earlier_version_have_the_names_of_today():
    (row,) = ner_lab.runs(STORED / "run").to_dict("records")
    assert row["loss"] == "focal" and row["state"] == "finished"


def test_ctrl_c_is_a_keyboard_interrupt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lightning ends a process; a program of one's own may want to go on."""
    from ner_lab.training.tagger import Tagger

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tagger, "training_step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ner_lab.train("model=tiny", "data.size=20", **{"hydra.run.dir": str(tmp_path / "run")})
