"""What a machine with a GPU and nothing else needs for benchmarks/gpu.py, in one folder: `gpu.py --pack FOLDER`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from ner_lab.models.encoder import minilm_folder

# PyTorch, Lightning, transformers, TensorBoard and pytest are expected there. A sweep's journal needs no database.
WHEELS = ("hydra-core", "omegaconf", "optuna", "colorlog", "rich", "pytorch-crf", "lazy-loader", "cloudpickle")
SOURCES = ("antlr4-python3-runtime", "seqeval")  # of which the index has no wheels
ROOT = Path(__file__).resolve().parent.parent
ENCODER, PEERS = "minilm", "peers"


def pack(folder: Path, peer: Path) -> str:
    """Fills a folder with packages of pure Python, MiniLM's weights in float16, which are half as large, and the peer.

    Args:
        folder: a new one, inside of the working tree that travels.
        peer: the script of `transformers.Trainer`.

    Returns:
        The command to run there, in the root of the working tree.
    """
    if folder.exists():
        sys.exit(f"{folder} is there already; name a new folder, or remove it")
    folder.mkdir(parents=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    here = ["--no-compile", "--target", str(folder), "--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*install, *here, "--platform", "any", "--only-binary", ":all:", *WHEELS], check=True)
    subprocess.run([*install, *here, *SOURCES], check=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    copied(Path(minilm_folder()), folder / ENCODER, torch.float16)
    (folder / PEERS).mkdir()
    shutil.copyfile(peer, folder / PEERS / peer.name)
    at = os.path.relpath(folder)
    return (
        f"ln -sfn ../conf ner_lab/conf; PYTHONPATH=.:sweeper:{at} NER_LAB_MINILM={at}/{ENCODER} "
        f"NER_LAB_PEERS={at}/{PEERS} python3 benchmarks/gpu.py"
    )


def copied(source: Path, folder: Path, dtype: torch.dtype) -> Path:
    """The folder of an encoder, its weights in another type: transformers computes in that of the file."""
    folder.mkdir()
    for file in source.iterdir():
        if file.suffix in (".json", ".txt"):
            shutil.copyfile(file, folder / file.name)
    weights = load_file(source / "model.safetensors")
    changed = {name: value.to(dtype) if value.is_floating_point() else value for name, value in weights.items()}
    save_file(changed, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
