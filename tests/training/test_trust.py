"""A folder from a stranger never chooses what runs. Each attack would leave a marker; none does, in any command."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import torch
import yaml
from cpu_time import at_most
from omegaconf import OmegaConf

import ner_lab
from ner_lab.commands.evaluate import _sentences
from ner_lab.commands.saved_overrides import checked_overrides
from ner_lab.commands.train import with_resume
from ner_lab.files import RunFolder
from ner_lab.models.encoder import load as load_encoder
from ner_lab.training import trust
from ner_lab.training.assembly import load_run, read_config
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.training.cross_validation import fold_config
from ner_lab.types import UserError

STORED = Path(__file__).parents[1] / "stored"
PARTS = ("data", "model", "loss", "optimizer", "scheduler", "trainer", "callbacks")
CLASSES = """from pathlib import Path
from ner_lab.models import LinearHead
Path("{marker}").touch()
class Mine(LinearHead):
    pass
"""

Run = Callable[..., RunFolder]


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run(key=value, ...)`: a copy of a trained run, with changes at dotted keys of its config."""

    def copy(**changes: Any) -> RunFolder:
        folder = RunFolder(tmp_path / "run")
        shutil.rmtree(folder.path, ignore_errors=True)
        shutil.copytree(STORED / "run", folder.path)
        config = yaml.safe_load(folder.config.read_text())
        config["data"]["dir"] = str(STORED / "corpus")
        for key, value in changes.items():
            node = config
            *above, last = key.split(".")
            for name in above:
                node = node[name]
            node[last] = value
        folder.config.write_text(yaml.safe_dump(config))
        return folder

    return copy


def call(marker: Path, target: str = "pathlib.Path.touch") -> dict[str, Any]:
    return {"_target_": target, "_args_": [{"_target_": "pathlib.Path", "_args_": [str(marker)]}]}


@pytest.mark.parametrize("nested", [f"{part}.{name}" for part in PARTS for name in ("x", "_target_")])
def test_no_part_of_a_run_calls_what_is_not_ours(run: Run, marker: Path, nested: str) -> None:
    value = "os.system" if nested.endswith("_target_") else call(marker)
    if nested.startswith("callbacks"):
        nested, value = "callbacks.x", call(marker)
    with pytest.raises(UserError) as refused:
        read_config(run(**{nested: value}), PARTS)
    said = str(refused.value)
    assert "config.yaml" in said and "trust=true" in said and nested.partition(".")[0] in said
    assert ("os.system" if value == "os.system" else "pathlib") in said and not marker.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model.encoder._target_", "ner_lab.train"),
        ("model.encoder._target_", "ner_lab.models.LinearHead"),
        ("model.head._target_", "ner_lab.models.Encoder"),
        ("model.head._target_", "ner_lab.models.crf.crf_head.CRFHead"),
        ("model.head._target_", "ner_lab.models.__loader__"),
        ("model.head._target_", ["ner_lab.models.CRFHead"]),
        ("model.head._target_", None),
        ("model.between._target_", "ner_lab.losses.Focal"),
        ("model._target_", "ner_lab.training.load"),
        ("data._target_", "ner_lab.newswire.generate"),
        ("data._target_", "ner_lab.load"),
        ("model.head._args_", [1]),
        ("model.head._partial_", True),
        ("model.head._recursive_", False),
        ("model.head._convert_", "none"),
        ("model.encoder.lora._target_", "ner_lab.losses.Focal"),
        ("loss.alpha", {"_target_": "ner_lab.losses.Focal"}),
        ("optimizer.algorithm._target_", "torch.load"),
        ("optimizer.algorithm._target_", "torch.optim.swap_in_optimizer_params_and_state"),
        ("trainer.strategy", {"_target_": "ner_lab.train"}),
        ("callbacks.x", {"_target_": "pytorch_lightning.callbacks.ModelCheckpoint", "dirpath": "/"}),
        ("seed", "${oc.env:HOME}"),
        ("data.dir", "${oc.env:HOME}"),
        ("data.label_names", {"${oc.env:HOME}": "x"}),
        ("model.encoder.pooling", "${.name}"),
    ],
)
def test_only_public_names_of_the_right_kind_and_plain_values(run: Run, key: str, value: object) -> None:
    with pytest.raises(UserError, match=r"run/config\.yaml.*trust=true"):
        read_config(run(**{key: value}), PARTS)


def test_what_configs_nest_by_design_is_let_through(run: Run) -> None:
    focal = {"_target_": "ner_lab.losses.Focal"}
    inner = {"_target_": "ner_lab.losses.Compound", "parts": {"b": {"weight": 1, "loss": focal}}}
    loss = {"_target_": "ner_lab.losses.Compound", "parts": {"a": {"weight": 1.0, "loss": inner}}}
    stop = {"_target_": "pytorch_lightning.callbacks.EarlyStopping", "monitor": "dev/f1"}
    assert read_config(run(**{"loss": loss, "callbacks.stop": stop}), PARTS).loss.parts.a.weight == 1
    for place in (one for some in trust.PLACES.values() for one in some):
        assert place.modules and place.kind


@pytest.mark.parametrize("command", ["predict", "evaluate", "export", "errors", "folds"])
def test_every_command_refuses_and_says_who_asks(run: Run, marker: Path, ner_lab: Any, command: str) -> None:
    key = "data.x" if command in ("errors", "folds") else "model.encoder.pooling"
    folder = run(**{key: call(marker)}).path
    words = {
        "predict": ["predict", f"run={folder}"],
        "evaluate": ["evaluate", f"run={folder}"],
        "export": ["export", f"run={folder}", "output=out"],
        "errors": ["data", "errors", f"run={folder}"],
        "folds": ["data", "errors", f"run={folder}", "folds=2"],
    }[command]
    done = ner_lab(*words, input="Oslo\n")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert all(part in done.stderr for part in (key, "pathlib.Path.touch", "config.yaml", "trust=true"))
    assert not marker.exists()


def test_folds_write_into_the_run_alone(run: Run, ner_lab: Any, tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    folder = run(**{"callbacks.checkpoint.folder": str(tmp_path / "victim"), "run_dir": "elsewhere"})
    done = ner_lab("data", "errors", f"run={folder.path}", "folds=2")
    assert done.returncode == 1 and "callbacks.checkpoint.folder=" in done.stderr and "Traceback" not in done.stderr
    profiler = {"_target_": "pytorch_lightning.profilers.SimpleProfiler", "dirpath": str(tmp_path / "victim")}
    changed = {"trainer.profiler": profiler, "trainer.default_root_dir": str(tmp_path / "victim")}
    folder = run(**changed, **{"data.cache": str(tmp_path / "victim")})
    trained = read_config(folder, PARTS)
    of_fold = fold_config(trained, folder.path / "corpus", 0, 2, RunFolder(folder.path / "label_errors" / "fold-0"))
    assert str(tmp_path / "victim") not in OmegaConf.to_yaml(of_fold)
    assert read_config(folder, PARTS, trust=True).data.cache == str(tmp_path / "victim")


def test_an_encoder_that_the_checkpoint_does_not_hold_is_not_built(run: Run) -> None:
    for changes, said in (
        (
            {"hidden_size": 65_536, "intermediate_size": 65_536, "num_attention_heads": 2},
            r"an encoder of [\d,]{9,} param",
        ),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers=1000000000: more than 4,096"),
        ({"vocab_size": 10**12}, "vocab_size=1000000000000: more than 100,000,000"),
        ({"vocab_size": "many"}, "holds no encoder"),
    ):
        folder = run()
        file = folder.encoder / "config.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))
        with at_most(30), pytest.raises(UserError, match=said):
            load_run(folder)


def test_a_compressed_checkpoint_is_refused_before_it_unfolds(run: Run) -> None:
    folder = run()
    with ZipFile(folder.best, "w", ZIP_DEFLATED) as archive:
        archive.writestr("best/data/0", bytes(10**8))
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"best\.ckpt: is damaged"):
            load_run(folder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10**7


def test_a_class_of_ones_own_needs_a_word(run: Run, marker: Path, ner_lab: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CLASSES.format(marker=marker))
    folder = run(**{"model.head": {"_target_": "mine.Mine"}})
    checkpoint = torch.load(folder.best, weights_only=True)
    kept = {k: v for k, v in checkpoint["state_dict"].items() if k.startswith(("encoder", "between", "head.emission"))}
    width, labels = kept["between.layer.0.weight"].shape[0], len(checkpoint["labels"])
    from ner_lab.models import LinearHead

    head = LinearHead(width=width, labels=checkpoint["labels"]).state_dict()
    assert labels
    weights = {k: v for k, v in kept.items() if not k.startswith("head.")} | {f"head.{k}": v for k, v in head.items()}
    torch.save({**checkpoint, "state_dict": weights}, folder.best)
    done = ner_lab("predict", f"run={folder.path}", input="Oslo\n")
    assert done.returncode == 1 and "mine.Mine" in done.stderr and not marker.exists()
    done = ner_lab("predict", f"run={folder.path}", "trust=true", input="Oslo\n")
    assert done.returncode == 0, done.stderr
    assert marker.exists() and json.loads(done.stdout)["text"] == "Oslo"


def test_python_loads_with_the_same_rule(run: Run, marker: Path) -> None:
    assert ner_lab.load(run().path)("Oslo") is not None
    with pytest.raises(UserError, match="trust=True"):
        ner_lab.load(run(**{"model.encoder.pooling": call(marker)}).path)
    with pytest.raises(UserError, match="trust must be true or false"):
        ner_lab.load(run().path, trust="yes")  # type: ignore[arg-type]
    assert not marker.exists() and _sentences is not None


@pytest.mark.parametrize(
    "override",
    [
        "+hydra.callbacks.x={_target_: mine.Mine}",
        "hydra.run.dir=/tmp/x",
        "hydra/launcher=joblib",
        "+callbacks.x={_target_: mine.Mine}",
        "callbacks.x={_target_: mine.Mine}",
        "callbacks.checkpoint._target_=mine.Mine",
        "loss={_target_: ner_lab.load}",
        "++seed=1",
        "+new.key=1",
        "data.dir=${oc.env:HOME}",
        "data.dir='${oc.env:HOME}'",
        "seed=1,2",
        "seed=range(1,5)",
        "loss=../../evil",
        "loss=/evil",
        "loss=file:///tmp/evil",
        "model/head=../evil",
        "logger=[../evil]",
        "callbacks.checkpoint.folder=/home/user/other/checkpoints",
        "run_dir=/home/user/other",
        "logger.mlflow.tracking_uri=http://198.51.100.7",
        "logger.aim.repo=aim://198.51.100.7:53800",
        "logger.tensorboard={save_dir: /home/user/other}",
        "logger={tensorboard: {save_dir: other}}",
        "callbacks.checkpoint={keep: all, 'folder': other}",
        "logger=[{csv: {save_dir: other}}]",
        "logger.csv.name=../../other",
        "logger.tensorboard={name: ../other}",
        "logger.mlflow={tracking_uri: 'http://198.51.100.7'}",
        "trainer.profiler={_target_: pytorch_lightning.profilers.SimpleProfiler, dirpath: other}",
        "trainer.profiler={_target_: pytorch_lightning.profilers.SimpleProfiler, filename: /home/user/other}",
        "data.cache=/home/user/other",
        "data={cache: other}",
        "--config-dir=/tmp",
        "-m",
        "seed",
        "",
        "loss.gamma=" + "[" * 2_000,
    ],
)
def test_overrides_of_a_folder_set_known_keys(run: Run, override: str) -> None:
    folder = run()
    folder.overrides.write_text(yaml.safe_dump(["seed=1", override], width=10**6))
    with pytest.raises(UserError) as refused:
        with_resume([f"resume={folder.path}"])
    assert "overrides.yaml:2: " in str(refused.value)
    assert override in with_resume([f"resume={folder.path}", "trust=true"])


def test_overrides_that_a_user_types_go_on(run: Run) -> None:
    folder = run()
    assert checked_overrides(folder) == yaml.safe_load(folder.overrides.read_text())
    plain = ["data.dir=../corpus", "loss=compound", "loss@loss.parts.nll.loss=focal", "logger=[csv,tensorboard]"]
    plain += ["~callbacks.bar", "model/head=crf", "data.label_names={PER: 'a person'}", "seed=3", "data.size=null"]
    plain += [
        "loss={_target_: ner_lab.losses.Focal}",
        "experiment=mine",
        "objective=dev/f1_strict",
    ]
    folder.overrides.write_text(yaml.safe_dump(plain))
    words = with_resume([f"resume={folder.path}", "seed=4"])
    assert words[: len(plain)] == plain and words[-1] == "seed=4"
    for wrong in (["trust=1"], [f"resume={folder.path}", "trust=maybe"]):
        with pytest.raises(UserError, match="trust="):
            with_resume(wrong)


@pytest.mark.parametrize("text", ["a: 1", "- {a: 1}", "- - x", "- &a x\n- *a", "5", "- " + "1" * 5_000])
def test_overrides_that_are_none(run: Run, text: str) -> None:
    folder = run()
    folder.overrides.write_text(text)
    with pytest.raises(UserError, match=r"overrides\.yaml"):
        with_resume([f"resume={folder.path}"])


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
@pytest.mark.parametrize(
    "settings",
    [
        {"auto_map": {"AutoConfig": "evil.C"}},
        {"attn_implementation": "evil/kernel"},
        {"text_config": {"_attn_implementation": "evil/kernel"}},
    ],
)
def test_an_encoder_folder_brings_no_code(
    run: Run, marker: Path, ner_lab: Any, file: str, settings: dict[str, Any]
) -> None:
    for weights, folder in ((True, STORED / "enc"), (False, run().encoder)):
        copy = marker.with_name(f"encoder-{weights}")
        shutil.copytree(folder, copy)
        (copy / "evil.py").write_text(f"open({str(marker)!r}, 'w')\nC = object")
        written = json.loads((copy / file).read_text())
        (copy / file).write_text(json.dumps({**written, **settings, "model_type": "evil"}))
        with pytest.raises(UserError, match=rf"{file} wants to run code of its own .*evil"):
            load_encoder(str(copy), weights)
    assert not marker.exists()
    with_code = run()
    shutil.rmtree(with_code.encoder)
    shutil.copytree(copy, with_code.encoder)
    done = ner_lab("predict", f"run={with_code.path}", input="y\ny\ny\n")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "wants to run code" in done.stderr
    assert not marker.exists()


class Exploit:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "change",
    [
        lambda c, marker: {**c, "x": Exploit(marker)},
        lambda c, marker: Exploit(marker),
        lambda c, marker: {**c, "labels": [1, 2]},
        lambda c, marker: {**c, "labels": "B-PER"},
        lambda c, marker: {**c, "state_dict": [1]},
        lambda c, marker: {**c, "state_dict": {"a": 1}},
        lambda c, marker: {**c, "state_dict": {k: torch.zeros(1).expand(10**6, 10**6) for k in c["state_dict"]}},
        lambda c, marker: [1],
        lambda c, marker: {},
    ],
)
def test_a_checkpoint_holds_tensors(run: Run, marker: Path, change: Any) -> None:
    folder = run()
    torch.save(change(read_checkpoint(folder.best), marker), folder.best)
    with at_most(30), pytest.raises(UserError, match=r"best\.ckpt"):
        load_run(folder)
    assert not marker.exists()


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: [*a, *a]",
        "[" * 100_000,
        "data: " + "1" * 5_000,
        "x: !!python/object/apply:os.system [ls]",
        "5",
        "",
    ],
)
@pytest.mark.parametrize("command", ["predict", "report", "compare"])
def test_configs_that_explode(run: Run, text: str, command: str, capsys: Any) -> None:
    folder = run()
    folder.config.write_text(text)
    if command == "predict":
        with pytest.raises(UserError, match=r"config\.yaml"):
            load_run(folder)
    elif command == "report":
        from ner_lab.report.single.source import read

        with pytest.raises(UserError, match=r"config\.yaml"):
            read(str(folder.path))
    else:
        from ner_lab.report import find

        (found,) = find([str(folder.path)])
        assert "damaged" in found.state and "config.yaml" in found.state


ENDLESS = "(.+.+)+!"  # against a name of some dozen characters: the age of the universe


@pytest.mark.seconds
def test_a_regular_expression_of_a_run_is_not_run(run: Run, train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("peft", reason="LoRA needs the package peft (ner-lab[lora])")
    lora = "model.encoder.lora.{r:2,alpha:4,dropout:0.0,target_modules:'.*layer.1.*(query|value)'}"
    trained = RunFolder(train(lora.replace(".{", "={")).folder)
    before, _, _ = load_run(trained)
    config = yaml.safe_load(trained.config.read_text())
    config["model"]["encoder"]["lora"]["target_modules"] = ENDLESS
    trained.config.write_text(yaml.safe_dump(config))
    with at_most(30):
        after, _, settings = load_run(trained)
    assert after.state_dict().keys() == before.state_dict().keys()
    with pytest.raises(UserError, match=r"lora\.target_modules=.* is a regular expression.*trust=true"):
        trust.check_patterns(settings.model, "model", trained.config)
    trained.overrides.write_text(yaml.safe_dump([f"model.encoder.lora.target_modules='{ENDLESS}'"]))
    with pytest.raises(UserError, match=r"overrides\.yaml:1: .*is a regular expression.*trust=true"):
        checked_overrides(trained)
    trained.overrides.write_text(yaml.safe_dump(["model.encoder.lora.target_modules=[query,value]"]))
    assert checked_overrides(trained)
