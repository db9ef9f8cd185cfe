"""`ner-lab export`: a run as a folder that goes elsewhere, compared with the run before it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from omegaconf import DictConfig
from safetensors import SafetensorError

from ner_lab.commands import hub_upload, measured_int8
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder, output_path, replacing
from ner_lab.report import model_card
from ner_lab.training import console, inference, redecoding
from ner_lab.training.assembly import load_run
from ner_lab.training.calibrated import Calibration
from ner_lab.training.exported import agreement, graph, onnx_folder, token_classifier, whole_model
from ner_lab.training.exported.agreement import Checked
from ner_lab.training.exported.manifest import PRECISIONS, Manifest
from ner_lab.training.network import TaggingNetwork
from ner_lab.training.reading import Reader
from ner_lab.types import UserError

HOLDS = {
    "transformers": token_classifier.HOLDS,
    "onnx": onnx_folder.HOLDS,
    "safetensors": whole_model.HOLDS,
}


def export(cfg: DictConfig) -> Path:
    """Writes the best model of `cfg.run` to the folder `cfg.output`: nothing in it executes code.

    `transformers`: `transformers.pipeline("token-classification", model=OUTPUT)` gives the same tags, where a word has
    the tag of its first subword (a word of which the tokenizer makes nothing has none there), and where the run decodes
    greedily: a pipeline knows no Viterbi, and what that costs on dev is said. `onnx`: every head and pooling, for
    `ner-lab predict` and `ner_lab.load` without torch; its tags on dev are those of the run. `safetensors`: the whole
    model for ner_lab with torch. LoRA adapters are merged into the weights, but in `safetensors`. The folder appears
    only after it was loaded again and compared with the run.

    Raises:
        UserError: the format is none, the output holds something, the run has a part that the format cannot hold
            (named), or what was written does not agree with the run.
    """
    if cfg.format not in HOLDS:
        raise UserError(f"format is one of {', '.join(HOLDS)}; got {cfg.format!r}")
    run = RunFolder.existing(cfg.run)
    output = output_path(
        "output",
        cfg.output,
        holds=HOLDS[cfg.format],
        overwrite=cfg.get("overwrite", False),
        sources=[run.best.parent, run.encoder],
    )
    push = hub_upload.checked(cfg.get("push"), cfg.get("private", True))
    if cfg.format == "onnx":
        graph.refuse_missing()
    trust, int8 = cfg.get("trust", False), _wants_int8(cfg)
    tagger, encoder, trained = load_run(run, trust, kernels="stock" if cfg.format == "onnx" else None)
    try:
        with replacing(output) as partial:
            partial.mkdir()
            if cfg.format == "transformers":
                token_classifier.write(run, tagger, encoder, trained, partial)
                notes = ["Its log-probabilities on a few words are those of the run."]
            else:
                checked = _checked(cfg.format, run, tagger, encoder, trained, partial, trust)
                if int8:
                    checked = measured_int8.put(partial, checked, cfg.tolerance)
                notes = _calibrate(partial, checked)
            with _scored(run, tagger, cfg.format) as scored:
                if scored is not run:
                    notes.append(f"What it does without: {token_classifier.without_viterbi(run)}.")
                    if scored:
                        notes.append("Scores and errors below are its own, without Viterbi.")
                card = model_card.Export(push or output.name, cfg.format, notes, scored)
                model_card.write(run, card, partial)
    except (OSError, SafetensorError) as error:
        raise UserError(f"output={output}: {getattr(error, 'strerror', None) or error}") from error
    if cfg.format == "transformers":
        token_classifier.explain(run, tagger)
        way = f'load it with transformers.pipeline("token-classification", model="{output}")'
    else:
        way = f'use it with ner-lab predict run={output}, or in Python: ner_lab.load("{output}")'
    console.say(f"written to {output}; {way}")
    if push:
        hub_upload.upload(output, push, cfg.get("private", True))
    return output


@contextmanager
def _scored(run: RunFolder, tagger: TaggingNetwork, form: str) -> Iterator[RunFolder | None]:
    """A run folder whose predictions are those of the export: the run, or one that was decoded anew for a pipeline."""
    if form != "transformers" or token_classifier.decodes_alike(tagger):
        yield run
    elif run.finished and run.predictions("dev").is_file():
        with TemporaryDirectory() as folder:
            yield redecoding.write_run(run, str(Path(folder, "run")), "greedy")
    else:
        yield None


def _wants_int8(cfg: DictConfig) -> bool:
    precision = cfg.precision
    if precision not in PRECISIONS:
        raise UserError(f"precision is one of {', '.join(PRECISIONS)}; got {precision!r}")
    if precision == "int8" and cfg.format != "onnx":
        raise UserError(f"precision=int8: is for format=onnx, and format={cfg.format} holds float32")
    if not isinstance(cfg.tolerance, int | float) or isinstance(cfg.tolerance, bool) or not 0 <= cfg.tolerance <= 100:
        raise UserError(f"tolerance is a number of points of F1, from 0 to 100; got {cfg.tolerance}")
    return bool(precision == "int8")


def _checked(
    form: str,
    run: RunFolder,
    tagger: TaggingNetwork,
    encoder: SubwordEncoder,
    trained: DictConfig,
    folder: Path,
    trust: bool,
) -> Checked:
    """Writes an export in float32 whose tags on dev are those of the run."""
    if form == "onnx":
        graph.refuse_unholdable(tagger, f"run={run.path}")
    sentences, source = agreement.dev_sentences(run, trained, trust)
    said = inference.annotate(tagger, encoder, sentences, tagger.labels, None, details=False)
    reader: Reader
    if form == "onnx":
        reader = onnx_folder.write(tagger, encoder, trained.data.get("document_context", 0), folder)
    else:
        reader = whole_model.write(run, tagger, encoder, trained, folder, trust)
    found = reader.annotate(sentences)
    agreement.refuse_other_tags(said, found)
    console.say(f"all tags of {len(sentences)} sentences of dev (from {source}) are those of the run")
    return Checked(reader, sentences, found, source)


def _calibrate(folder: Path, checked: Checked) -> list[str]:
    """Keeps what dev says of the export's confidences, and what was compared, in its `export.json`; in words for its
    card."""
    known = Calibration.of(checked.said)
    manifest = Manifest.read(folder)
    compared = {"split": "dev", "from": checked.source, "sentences": len(checked.sentences)}
    changed = replace(
        manifest,
        calibration=None if known is None else known.as_dict(),
        measured={"float32_tags_are_those_of_the_run": compared, **manifest.measured},
    )
    changed.write(folder)
    if known is None:
        said = "Its confidences are not calibrated: dev has no gold tags."
    elif known.temperature != 1:
        said = f"Its confidences are calibrated on dev: temperature {known.temperature:.2f}."
    else:
        counts = f"of {len(known.right)} entities predicted in dev, {sum(known.right)} are right"
        said = f"Its confidences are not calibrated: {counts}, which is too little to fit."
    console.say(said)
    notes = [f"In float32 its tags on all {len(checked.sentences)} sentences of dev are those of the run.", said]
    if int8 := changed.measured.get("int8"):
        notes.append(f"{measured_int8.in_words(int8)}.")
    return notes
