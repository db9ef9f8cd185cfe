"""`ner-lab export`: transformers' own pipeline is the oracle, on every architecture with a stand-in."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf
from transformers import CLIPTextConfig, CLIPTextModel, ModernBertConfig, ModernBertModel, pipeline

import ner_lab as package
from ner_lab.commands import export
from ner_lab.data.collation import collate
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.training import inference, redecoding
from ner_lab.training.assembly import load_run
from ner_lab.training.exported import token_classifier
from ner_lab.training.exported.onnx_reader import OnnxReader
from ner_lab.types import Sentence, UserError

# No longer than the stand-ins read, some of which make a subword of every character.
TEXTS = [
    "In art , Angela met the 3 Parisians inside Mercosur .",
    "rain",
    "Sarina O'Neill-Paine : \" ain't in 'inner' Paraguay ? \"",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
]

GREEDY = "model.head.decode=greedy"  # as a pipeline decodes


def settings(run, output, form="transformers", **more):
    more = {"precision": "float32", "tolerance": 0.5, **more}
    return OmegaConf.create({"run": str(run), "output": str(output), "format": form, **more})


def trained(train, *overrides):
    """The folder of a run of one step that transformers can hold, but for the overrides."""
    return train("model.encoder.pooling=first", "trainer.max_steps=1", *overrides).folder


def shaken(run):
    """The run with random adapters and a random classifier around the mean of the words: tags of all kinds."""
    path = RunFolder(run).best
    checkpoint = torch.load(path, weights_only=True)
    weights = checkpoint["state_dict"]
    torch.manual_seed(0)
    for name in weights:
        if "lora_" in name:
            weights[name].normal_()
    torch.save(checkpoint, path)
    tagger, encoder, _ = load_run(RunFolder(run))
    split = encoder.encode([Sentence(tuple(text.split(" "))) for text in TEXTS], [])
    with torch.no_grad():
        batch = collate(split, np.arange(len(TEXTS)), encoder)
        hidden_ND = tagger(batch)[1][batch.mask_BW]
    weight_KD = weights["head.emission.weight"].normal_()
    weight_KD /= hidden_ND.std(0)
    weights["head.emission.bias"] = -weight_KD @ hidden_ND.mean(0)
    torch.save(checkpoint, path)
    return run


def tags_of_pipeline(folder, texts):
    """The label of the first subword of every word between blanks, `O` where the pipeline names none."""
    tagger = pipeline("token-classification", model=str(folder))
    found = []
    for text, entities in zip(texts, tagger(texts, batch_size=3), strict=True):
        labels = {entity["index"]: entity["entity"] for entity in entities}
        subwords = tagger(text, ignore_labels=[])
        tags, begin = [], 0
        for word in text.split(" "):
            # The first subword may be the blank before its word.
            first = next(s["index"] for s in subwords if s["end"] > begin - 1)
            tags.append(labels.get(first, "O"))
            begin += len(word) + 1
        found.append(tuple(tags))
    return found


def tags_of_run(run, texts):
    tagger, encoder, _ = load_run(RunFolder(run))
    sentences = [Sentence(tuple(text.split(" "))) for text in texts]
    return [p.tags for p in inference.annotate(tagger, encoder, sentences, tagger.labels, details=False)]


@pytest.mark.seconds
@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_the_pipeline_of_transformers_gives_the_tags_of_the_run(architecture, train, encoder_folder, tmp_path):
    run = trained(train, f"model.encoder.name={encoder_folder(architecture)}", GREEDY)
    expected = tags_of_run(shaken(run), TEXTS)
    assert len({tag for tags in expected for tag in tags}) >= 2, "one tag everywhere would agree by chance"
    folder = export.export(settings(run, tmp_path / "exported"))
    assert tags_of_pipeline(folder, TEXTS) == expected
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json", ".md"}
    assert not list(tmp_path.glob("*.partial*"))
    config = json.loads((folder / "config.json").read_text())
    labels = load_run(RunFolder(run))[0].labels
    assert tuple(config["id2label"][str(k)] for k in range(len(labels))) == labels
    assert str(run) not in "".join(path.read_text() for path in folder.glob("*.json"))


@pytest.mark.seconds
def test_lora_is_merged(train, tmp_path):
    pytest.importorskip("peft", reason="the extra lora is not installed")
    run = shaken(trained(train, "model.lora.r=2", GREEDY))
    folder = export.export(settings(run, tmp_path / "exported"))
    assert tags_of_pipeline(folder, TEXTS) == tags_of_run(run, TEXTS)
    assert "lora" not in (folder / "model.safetensors").read_bytes().decode("latin-1")


@pytest.mark.seconds
def test_the_pipeline_reads_as_far_as_one_window_of_the_run(train, tmp_path):
    run = shaken(trained(train, "model.encoder.max_subwords=8", GREEDY))
    folder = export.export(settings(run, tmp_path / "exported"))
    assert tags_of_pipeline(folder, ["rain", "a b c d e f"]) == tags_of_run(run, ["rain", "a b c d e f"])
    read = pipeline("token-classification", model=str(folder))(TEXTS[-1], ignore_labels=[])
    assert [subword["word"] for subword in read] == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        (["model/head=crf"], ["CRFHead", "without transitions between labels"]),
        (["model/head=cosine"], ["CosineHead"]),
        (["model.encoder.pooling=mean", "model/between=mlp"], ["model.encoder.pooling=mean", "MLP"]),
        (["data.document_context=1"], ["data.document_context=1"]),
        (
            ["model.encoder.layers=[-1]"],
            ["model.encoder.layers=[-1] (it reads the highest", "model.encoder.layers=null"],
        ),
    ],
)
def test_what_transformers_cannot_hold_is_refused_by_name(overrides, named, train, tmp_path):
    run = trained(train, *overrides)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(UserError) as refused:
        export.export(settings(run, tmp_path / "exported"))
    assert all(name in str(refused.value) for name in named) and "ner-lab predict" in str(refused.value)
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.seconds
def test_what_a_pipeline_loses_of_viterbi_is_said(train, tmp_path, monkeypatch):
    last = ("trainer.max_epochs=8", "trainer.max_steps=-1", "trainer.limit_val_batches=0")
    run = trained(train, *last)
    lines: list[str] = []
    monkeypatch.setattr(export.console, "say", lines.append)
    folder = export.export(settings(run, tmp_path / "exported"))
    said = lines[0]
    greedy = redecoding.saved(RunFolder(run), "dev", "greedy")
    f1 = 100 * spans.scores([p.sentence.tags for p in greedy], [p.tags for p in greedy])["f1"]
    kept = 100 * json.loads(RunFolder(run).metrics.read_text())["dev"]["f1"]
    assert "an I- may follow an O there" in said and f"F1 {f1:.2f} instead of {kept:.2f}" in said
    assert (folder / "model.safetensors").is_file()


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            lambda size: ModernBertModel(
                ModernBertConfig(
                    vocab_size=size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
                    pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3,
                )
            ),
            "more than one linear layer behind its encoder",
        ),
        (
            lambda size: CLIPTextModel(
                CLIPTextConfig(
                    vocab_size=size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
                )
            ),
            "no token classifier around a CLIPTextModel",
        ),
    ],
    ids=["modernbert", "clip"],
)  # fmt: skip
def test_an_encoder_that_transformers_classifies_otherwise_is_refused(model, said, train, tmp_path, monkeypatch):
    run = trained(train)
    tagger, encoder, cfg = load_run(RunFolder(run))
    tagger.encoder.model = model(len(encoder.tokenizer))
    tagger.head.emission = type(tagger.head.emission)(16, len(tagger.labels))
    monkeypatch.setattr(export, "load_run", lambda folder, trust, kernels: (tagger.eval(), encoder, cfg))
    with pytest.raises(UserError, match=said):
        export.export(settings(run, tmp_path / "exported"))
    assert not (tmp_path / "exported").exists()


@pytest.mark.seconds
@pytest.mark.parametrize("broken", ["classifier", "tokenizer", "missing"])
def test_an_export_that_does_not_agree_with_the_run_is_given_up(broken, train, tmp_path, monkeypatch):
    run = trained(train)
    classifier_of, save_tokenizer = token_classifier.token_classifier, token_classifier._save_tokenizer

    def other_classifier(tagger):
        whole = classifier_of(tagger)
        whole.classifier.weight.data[1] += 0.1
        return whole

    def cased_tokenizer(encoder, max_subwords, folder):
        save_tokenizer(encoder, max_subwords, folder)
        path = folder / "tokenizer.json"
        path.write_text(path.read_text().replace('"lowercase": true', '"lowercase": false'))

    def without_classifier(tagger):
        return classifier_of(tagger).base_model

    if broken == "tokenizer":
        monkeypatch.setattr(token_classifier, "_save_tokenizer", cased_tokenizer)
        said = "its tokenizer reads"
    else:
        monkeypatch.setattr(
            token_classifier, "token_classifier", other_classifier if broken == "classifier" else without_classifier
        )
        said = "from those of the run" if broken == "classifier" else "does not fill the parameters .*classifier"
    with pytest.raises(UserError, match=said):
        export.export(settings(run, tmp_path / "exported"))
    assert not list(tmp_path.glob("exported*"))


def test_nothing_is_overwritten_and_other_formats_are_refused(train, tmp_path):
    run = trained(train)
    with pytest.raises(UserError, match="format is one of transformers, onnx, safetensors; got 'pickle'"):
        export.export(settings(run, tmp_path / "exported", "pickle"))
    taken = tmp_path / "taken"
    taken.mkdir()
    export.export(settings(run, taken))  # an empty folder is free
    before = {path: path.stat().st_mtime_ns for path in taken.iterdir()}
    with pytest.raises(UserError, match="nothing is overwritten"):
        export.export(settings(run, taken))
    assert {path: path.stat().st_mtime_ns for path in taken.iterdir()} == before


@pytest.mark.seconds
def test_the_command_writes_a_folder_and_says_how_to_load_it(train, ner_lab, tmp_path):
    run = trained(train)
    done = ner_lab("export", f"run={run}", "output=exported")
    assert done.returncode == 0, done.stderr
    assert 'transformers.pipeline("token-classification", model="exported")' in done.stderr
    assert "after 128 subwords" in done.stderr
    assert (tmp_path / "exported" / "model.safetensors").is_file()
    refused = ner_lab("export", f"run={run}", "output=exported")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr and "nothing is overwritten" in refused.stderr


@pytest.mark.seconds
@pytest.mark.parametrize("form", ["onnx", "safetensors"])
def test_an_export_for_ner_lab_is_loaded_as_the_run_is(form, train, tmp_path):
    run = trained(train, "model/head=crf", "model.encoder.pooling=mean", "trainer.max_steps=12", "trainer.max_epochs=8")
    folder = export.export(settings(run, tmp_path / "exported", form))
    assert {path.name for path in folder.rglob("*") if path.suffix in (".ckpt", ".pt", ".bin", ".pkl")} == set()
    assert str(run) not in "".join(path.read_text() for path in folder.glob("*.json"))
    ours, theirs = package.load(run), package.load(folder)
    assert theirs.labels == ours.labels and theirs.folder == folder
    for text in TEXTS:
        assert [e[:4] for e in theirs(text)] == [e[:4] for e in ours(text)]
    with pytest.raises(UserError, match="lies in what is read"):
        export.export(settings(run, RunFolder(run).encoder / "exported", form))


@pytest.mark.seconds
def test_tags_that_differ_on_dev_leave_no_export_behind(train, tmp_path, monkeypatch):
    run = shaken(trained(train))
    annotate = OnnxReader.annotate

    def one_other(self, sentences):
        found = annotate(self, sentences)
        return [*found[:-1], replace(found[-1], tags=("B-PER",) * len(found[-1].tags))]

    monkeypatch.setattr(OnnxReader, "annotate", one_other)
    with pytest.raises(UserError, match=r"given up: it tags 1 of 24 sentences of dev otherwise.*dev\.conll:\d+"):
        export.export(settings(run, tmp_path / "exported", "onnx"))
    assert not list(tmp_path.glob("exported*"))


@pytest.mark.seconds
def test_without_the_corpus_dev_is_taken_from_the_saved_predictions(train, tmp_path, monkeypatch):
    run = trained(train)
    file = RunFolder(run).config
    file.write_text(file.read_text().replace("dir: ", "dir: /nowhere/"))
    lines: list[str] = []
    monkeypatch.setattr(export.console, "say", lines.append)
    export.export(settings(run, tmp_path / "exported", "onnx"))
    assert "all tags of 24 sentences of dev (from the run's saved predictions) are those of the run" in lines
    RunFolder(run).predictions("dev").unlink()
    with pytest.raises(UserError, match=r"neither its corpus can be read \(.*/nowhere/.*nor is there .*dev.jsonl"):
        export.export(settings(run, tmp_path / "other", "onnx"))
    assert not list(tmp_path.glob("other*"))


def test_a_folder_for_transformers_is_no_run_and_says_what_is(train, tmp_path):
    folder = export.export(settings(trained(train), tmp_path / "exported"))
    with pytest.raises(UserError, match=r"a folder for transformers, not a run.*format=onnx"):
        package.load(folder)


def test_weights_that_were_changed_are_not_loaded(train, tmp_path):
    folder = export.export(settings(trained(train), tmp_path / "exported", "safetensors"))
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=r"model\.safetensors: is not what was exported"):
        package.load(folder)


@pytest.mark.seconds
def test_int8_is_measured_on_dev_before_it_is_handed_over(train, tmp_path, monkeypatch):
    run = trained(train, "trainer.max_steps=-1", "trainer.max_epochs=8", "data.batch_size=8")
    lines: list[str] = []
    monkeypatch.setattr(export.console, "say", lines.append)
    exact = export.export(settings(run, tmp_path / "exact", "onnx"))
    folder = export.export(settings(run, tmp_path / "small", "onnx", precision="int8", tolerance=100))
    found = json.loads((folder / "export.json").read_text())
    measured = found["measured"]["int8"]
    read = [package.load(place) for place in (exact, folder)]
    dev = [prediction.sentence for prediction in read_run(RunFolder(run), "dev")]
    gold = [sentence.tags for sentence in dev]
    scores = [100 * spans.scores(gold, [p.tags for p in one._reader.annotate(dev)])["f1"] for one in read]
    assert scores[0] > 1, "a model that finds nothing loses nothing"
    assert measured["f1"] == pytest.approx(scores[1])
    assert measured["difference"] == pytest.approx(scores[1] - scores[0])
    assert measured["interval"][0] <= measured["difference"] <= measured["interval"][1]
    assert (found["precision"], measured["left_in_float32"], measured["sentences"]) == ("int8", [], 24)
    assert (folder / "model.onnx").stat().st_size < 0.6 * (exact / "model.onnx").stat().st_size
    assert {path.name for path in folder.iterdir()} == {path.name for path in exact.iterdir()}
    assert any(f"int8 has F1 {scores[1]:.2f} on dev" in line for line in lines)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"precision": "int4"}, "precision is one of float32, int8; got 'int4'"),
        ({"precision": "int8"}, "precision=int8: is for format=onnx, and format=transformers"),
        ({"tolerance": -1}, "tolerance is a number of points of F1, from 0 to 100; got -1"),
    ],
)
def test_precisions_that_cannot_be_had(more, said, train, tmp_path):
    with pytest.raises(UserError, match=said):
        export.export(settings(trained(train), tmp_path / "exported", **more))
