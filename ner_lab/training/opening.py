"""What stands in a run folder before training begins."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ner_lab.data.datamodule import DataModule
from ner_lab.files import RunFolder, write_atomically, write_json
from ner_lab.tags import to_spans
from ner_lab.training.assembly import save_architecture
from ner_lab.types import Sentence


def open_run(
    runs: RunFolder,
    cfg: DictConfig,
    overrides: Sequence[str],
    data: DataModule,
    encoder: Any,
    described: dict[str, Any],
) -> None:
    """Everything about the run that is known before training."""
    runs.best.parent.mkdir(parents=True, exist_ok=True)
    runs.metrics.unlink(missing_ok=True)
    for left in [*runs.path.glob("*.partial-*"), *runs.path.glob("*/*.partial-*")]:  # by a process that was killed
        left.unlink() if left.is_file() else shutil.rmtree(left)
    if "resumed" not in described:
        runs.best.unlink(missing_ok=True)
        runs.last.unlink(missing_ok=True)
    resolved = OmegaConf.create(OmegaConf.to_container(cfg, resolve=True))
    write_atomically(runs.config, OmegaConf.to_yaml(resolved))
    write_atomically(runs.overrides, OmegaConf.to_yaml(OmegaConf.create(list(overrides))))
    write_json(runs.environment, described)
    write_json(runs.train_entities, _entity_counts(data.sentences["train"]))
    save_architecture(encoder, runs)


def _entity_counts(sentences: Sequence[Sentence]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for begin, end, type_ in to_spans(sentence.tags or ()):
            counts[" ".join(sentence.words[begin:end])][type_] += 1
    return {entity: dict(counts[entity]) for entity in sorted(counts)}
