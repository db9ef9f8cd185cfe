"""A model card: `README.md` of an export, in the metadata format of the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ner_lab.files import RunFolder
from ner_lab.files.plain import parse_yaml
from ner_lab.report.markdown import escaped, table
from ner_lab.report.run_files import read_yaml
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.source import read
from ner_lab.report.single.wording import in_short
from ner_lab.types import UserError

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
LONGEST_CARD = 2**20  # characters that are read of an encoder's own card
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Export:
    """What a card says of the folder it stands in.

    Attributes:
        name: of the model.
        format: `onnx`, `safetensors` or `transformers`.
        notes: sentences on how it was compared with the run, and on its confidences.
        scored: a run folder whose predictions are those of the export, decoded anew if it is not the run; None where
            there is none.
    """

    name: str
    format: str
    notes: Sequence[str]
    scored: RunFolder | None


def write(run: RunFolder, export: Export, folder: Path) -> None:
    """Writes the card; scores and errors are of test, or of dev where there is no test, if the run is finished."""
    report = _report(export.scored) if export.scored else None
    own, whose = (report, "the run's own model") if export.scored is run else (_report(run), "this export")
    config = own["config"] if own else read_yaml(run.config, {})
    parts = [
        f"---\n{yaml.safe_dump(_head(config, report, export), sort_keys=False, allow_unicode=True)}---",
        f"# {escaped(export.name)}",
        _about(run, config, export),
        _use(export),
        *(_scores(report, whose) if report else [_no_scores(run)]),
        *(_ledger(own) if own else ()),
        "## Settings\n\n" + table(("setting", "value"), _settings(config), ("value",)),
    ]
    (folder / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _no_scores(run: RunFolder) -> str:
    if not run.finished:
        return "The run is unfinished, and has no scores."
    return "There are no scores: none of the run's predictions are those of this export."


def _report(run: RunFolder) -> Numbers | None:
    for split in ("test", "dev"):
        if run.finished and run.predictions(split).is_file():
            try:
                return numbers(read(str(run.path), split))
            except UserError:  # a split without sentences, or files that were changed: a card says less then
                continue
    return None


def _head(config: Numbers, report: Numbers | None, export: Export) -> dict[str, Any]:
    encoder, licence = _encoder(config)
    head: dict[str, Any] = {}
    if str(config["data"].get("_target_", "")).startswith("ner_lab.newswire."):
        head["language"] = "en"
    if licence:
        head["license"] = licence
    head["library_name"] = "transformers" if export.format == "transformers" else "ner-lab"
    if encoder:
        head["base_model"] = encoder
    head["pipeline_tag"] = "token-classification"
    head["tags"] = ["named-entity-recognition", "token-classification", "ner-lab"]
    head["tags"] += ["onnx"] if export.format == "onnx" else ["safetensors"]
    if report is not None:
        scores = report["scores"]["all"]
        metrics = [
            {"type": score, "name": f"{score} (seqeval, entities)", "value": round(scores[score], 4)}
            for score in ("f1", "precision", "recall")
        ]
        data = _data(config)
        result = {
            "task": {"type": "token-classification", "name": "Named-entity recognition"},
            "dataset": {"name": data, "type": data, "split": report["source"]["split"]},
            "metrics": metrics,
        }
        head["model-index"] = [{"name": export.name, "results": [result]}]
    return head


def _encoder(config: Numbers) -> tuple[str, str]:
    """The hub's name of the encoder and its licence, each empty where it is not known; nothing is looked up."""
    name = str(config["model"]["encoder"].get("name", ""))
    if name == "minilm":
        return MINILM, "apache-2.0"
    folder = Path(name)
    hub_name = name if name.count("/") == 1 and not folder.exists() else ""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")[:LONGEST_CARD]
        found = parse_yaml(text.split("---\n")[1], "README.md") if text.startswith("---\n") else {}
        return hub_name, str(found.get("license", ""))
    except (OSError, UserError, ValueError, IndexError, AttributeError):
        return hub_name, ""


def _data(config: Numbers) -> str:
    """What the data set is called: no folder of this machine is named, but for its last part."""
    data = config["data"]
    kind = str(data.get("_target_", "")).rpartition(".")[2].removesuffix("Data").lower()
    return str(data.get("name") or Path(str(data.get("dir") or kind)).name)


def _about(run: RunFolder, config: Numbers, export: Export) -> str:
    types = sorted({label[2:] for label in run.labels() if label != "O"}) if run.train_entities.is_file() else []
    said = [
        f"A recogniser of named entities, trained with ner-lab on {escaped(_data(config))}.",
        f"It knows the types {escaped(', '.join(types))}." if types else "",
        *map(escaped, export.notes),
    ]
    return " ".join(filter(None, said))


def _use(export: Export) -> str:
    load = f'ner_lab.load("{export.name}")'
    if export.format == "transformers":
        load = f'transformers.pipeline("token-classification", model="{export.name}")'
    module = load.partition(".")[0]
    packages = {"onnx": "'ner-lab[onnx]'", "safetensors": "ner-lab", "transformers": "transformers torch"}
    code = f'import {module}\n\ntagger = {load}  # the folder\ntagger("Ada Lovelace was born in London .")'
    return f"## Use\n\n`pip install {packages[export.format]}`, then\n\n```python\n{code}\n```"


def _scores(report: Numbers, whose: str) -> list[str]:
    scores, source = report["scores"], report["source"]
    rows = [_row("all", scores["all"]), *(_row(name, row) for name, row in scores["types"].items())]
    parts = [
        f"## Scores\n\nOn {source['split']}: {source['sentences']:,} sentences, {source['words']:,} words; entities "
        "count where words and type are right (seqeval's default mode); 95 % intervals over "
        f"{scores['over']}, of {whose}.",
        table(("type", "F1", "interval", "precision", "recall", "entities"), rows),
        "## Known errors\n\nFrom `ner-lab report`:\n\n"
        + "\n".join(f"- {escaped(one['title'])}. {escaped(one['text'])}" for one in report["findings"]),
    ]
    if confidence := report["confidence"]:
        parts.append(_calibration(confidence, source["split"]))
    return parts


def _ledger(report: Numbers) -> list[str]:
    ledger = [
        (split, step, *(f"{entry[what]:,}" for what in ("sentences", "words", "entities")))
        for split, steps in (report["ledger"] or {}).items()
        for step, entry in steps.items()
    ]
    head = ("split", "step", "sentences", "words", "entities")
    return ["## Data\n\n" + table(head, ledger, ("step",))] if ledger else []


def _row(name: str, row: Numbers) -> tuple[str, ...]:
    low, high = (100 * end for end in row["intervals"]["f1"])
    shares = [f"{100 * row[score]:.1f}" for score in ("f1", "precision", "recall")]
    return name, shares[0], f"{low:.1f} to {high:.1f}", shares[1], shares[2], f"{row['gold']:,}"


def _calibration(confidence: Numbers, split: str) -> str:
    said = (
        f"## Calibration\n\nAs the model says them, confidences on {split} are {confidence['mean_confidence']:.2f} in "
        f"the mean, and {confidence['precision']:.2f} of the entities are right (expected calibration error "
        f"{confidence['entities']['ece']:.3f})."
    )
    if (temperature := confidence["temperature"]) and (of := temperature["entities"])["temperature"] != 1:
        said += f" With the temperature {of['temperature']:.2f}, fitted on dev, the error is {of['after']:.3f}."
    return said


def _settings(config: Numbers) -> list[tuple[str, str]]:
    hidden = {
        "data": _data(config),
        "encoder": _encoder(config)[0] or Path(str(config["model"]["encoder"].get("name"))).name,
    }
    return [(name, hidden.get(name, value)) for name, value in in_short(config)]
