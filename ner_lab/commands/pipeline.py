"""`ner-lab pipeline`: prepare, train and evaluate in one go."""

from __future__ import annotations

import os

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from ner_lab.commands import prepare, train
from ner_lab.files import RunFolder


def run(cfg: DictConfig) -> float | list[float] | None:
    """Prepares `cfg.data` into `cfg.output`, then trains on that."""
    finished = RunFolder(HydraConfig.get().runtime.output_dir).finished
    if "LOCAL_RANK" not in os.environ and not finished:  # the first device prepares for all
        prepare.write_splits(cfg)
    prepared = OmegaConf.merge(prepare.reading(cfg.data), {"dir": cfg.output})
    plain = OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key not in ("data", "output")])
    OmegaConf.set_struct(plain, False)
    plain.data = prepared
    return train.run(plain, "pipeline")
