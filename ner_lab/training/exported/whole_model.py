"""`format=safetensors`: a run's model without its history, for `ner-lab predict` and `ner_lab.load` with torch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml
from omegaconf import DictConfig, OmegaConf
from safetensors.torch import save_file

from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder, write_atomically
from ner_lab.training.checkpoint_files import WEIGHTS
from ner_lab.training.exported.manifest import Manifest, sha256
from ner_lab.training.network import TaggingNetwork
from ner_lab.training.run_reader import RunReader

HOLDS = (WEIGHTS, "config.yaml", "encoder", "export.json", "README.md")


def write(
    run: RunFolder, tagger: TaggingNetwork, encoder: SubwordEncoder, trained: DictConfig, folder: Path, trust: bool
) -> RunReader:
    """Writes an export, and reads it again.

    Raises:
        UserError: the run names classes of the user's own, and is not trusted.
    """
    weights = {name: value.contiguous().clone() for name, value in tagger.state_dict().items()}
    save_file(weights, folder / WEIGHTS, metadata={"labels": json.dumps(tagger.labels)})
    context = trained.data.get("document_context", 0)
    settings = {"model": OmegaConf.to_container(trained.model), "data": {"document_context": context}}
    write_atomically(folder / "config.yaml", yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    shutil.copytree(run.encoder, folder / "encoder")
    manifest = Manifest(
        format="safetensors",
        precision="float32",
        labels=tuple(tagger.labels),
        max_subwords=int(tagger.encoder.max_subwords),
        document_context=context,
        width=int(tagger.encoder.width),
        pad_id=encoder.tokenizer.pad_token_id,
        unknown_id=encoder.tokenizer.unk_token_id,
        decoding="head",
        sha256={WEIGHTS: sha256((folder / WEIGHTS).read_bytes())},
    )
    manifest.write(folder)
    return RunReader(RunFolder(folder), "cpu", None, "float32", trust)
