"""The application that benchmarks/sweep.py sweeps, on both sides: a small tagger, trained for real, on one thread.

It imports nothing of this project but the report, which the other side, without pruning, has no use for.
"""

import json
import random
import time

import hydra
import torch
from hydra.core.config_store import ConfigStore
from torch import nn

try:
    from hydra_slots import report
except ImportError:  # in the peer's environment

    def report(value, step):
        pass


EVALUATIONS = 9
LEARNING_RATES = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 3e-2)
WEIGHT_DECAYS = (0.0, 0.1, 1.0)
CONFIGURATIONS = [(lr, decay) for lr in LEARNING_RATES for decay in WEIGHT_DECAYS]

config = {
    "configuration": 0,  # which of CONFIGURATIONS
    "steps": 0,  # optimizer steps between two evaluations; 0 trains nothing
    "spread": 0.0,  # sigma of the log-normal factor on the steps, one a configuration
    "data": "???",  # what benchmarks/sweep.py saved: words_SW, labels_SW (-1 on padding), dev_words_SW, dev_labels_SW
    "log": "???",  # file that gets a line a trial
}
ConfigStore.instance().store("app", config)
ConfigStore.instance().store("listed", {"_target_": "listed.Listed", "order": "???"}, group="hydra/sweeper/sampler")


class Tagger(nn.Module):
    def __init__(self, words, labels, width=96):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.read = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.classify = nn.Linear(2 * width, labels)

    def forward(self, words_BW):
        return self.classify(self.read(self.embed(words_BW))[0])


def score(model, words_SW, labels_SW):
    """Micro-F1 over the words that are part of an entity (label 0 is O)."""
    with torch.no_grad():
        guess_SW = model(words_SW).argmax(-1).where(labels_SW >= 0, 0)
    right = ((guess_SW == labels_SW) & (labels_SW > 0)).sum()
    return float(2 * right / ((guess_SW > 0).sum() + (labels_SW > 0).sum()).clamp(min=1))


def length(configuration, spread):
    """How much longer than the median a training is, log-normal; a constant of each configuration."""
    return random.Random(1000 + configuration).lognormvariate(0, spread)


def train(cfg, done):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = torch.load(cfg.data)
    words_SW, labels_SW = data["words_SW"], data["labels_SW"]
    rate, decay = CONFIGURATIONS[cfg.configuration]
    steps = round(cfg.steps * length(cfg.configuration, cfg.spread))
    model = Tagger(data["vocabulary"], data["labels"])
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    value = 0.0
    for evaluation in range(1, EVALUATIONS + 1):
        for _ in range(steps):
            chosen = torch.randint(len(words_SW), (32,))
            scores_BWK = model(words_SW[chosen])
            loss = nn.functional.cross_entropy(scores_BWK.flatten(0, 1), labels_SW[chosen].flatten(), ignore_index=-1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        value = score(model, data["dev_words_SW"], data["dev_labels_SW"])
        done.update(evaluations=evaluation, value=value)
        report(value, evaluation)
    return value


@hydra.main(version_base="1.3", config_path=None, config_name="app")
def main(cfg):
    done = {"configuration": cfg.configuration, "start": time.time(), "evaluations": 0}
    try:
        return train(cfg, done) if cfg.steps else 0.0
    finally:  # pruned trials leave by an exception
        with open(cfg.log, "a") as log:
            log.write(json.dumps({**done, "end": time.time()}) + "\n")


if __name__ == "__main__":
    main()
