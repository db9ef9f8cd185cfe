"""Classes of the user's own that break their contract: the message names the class, the rule and what it gave."""

from __future__ import annotations

from pathlib import Path

import pytest

OWN = """\
import torch
from ner_lab.losses import Loss
from ner_lab.models import Head, IndependentPotentials

class Vector(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return potentials.nll_B(labels_BW)

class Nothing(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        potentials.nll_B(labels_BW).mean()

class Detached(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return potentials.nll_B(labels_BW).mean().detach()

class NaN(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return potentials.nll_B(labels_BW).mean() * float("nan")

class Unready(Loss):
    def __init__(self):
        self.weight = 1
    forward = Vector.forward

class Scores(Head):
    def __init__(self, width, labels, more=0):
        super().__init__(width, labels)
        self.score = torch.nn.Linear(width, len(labels) + more)
    def forward(self, hidden_BWD, mask_BW):
        return self.score(hidden_BWD)

class More(Scores):
    def forward(self, hidden_BWD, mask_BW):
        return IndependentPotentials(self.score(hidden_BWD), mask_BW, self.labels)

def no_schedule(optimizer, steps):
    return None
"""


LOSS = "loss {}: forward must give a scalar tensor, the mean a word; it gave "
CASES = [
    ("loss", "own.Vector", LOSS.format("Vector") + "a tensor of shape ("),
    ("loss", "own.Nothing", LOSS.format("Nothing") + "None"),
    ("loss", "own.Detached", "loss Detached: what it gave has no gradient"),
    ("loss", "own.NaN", "before any step, so look at NaN"),
    ("loss", "own.Unready", "loss._target_=own.Unready: its __init__ must begin with super().__init__()"),
    ("model/head", "own.Scores", "head Scores: forward must give Potentials, such as"),
    (
        "model/head",
        "own.More\nmore: 1",
        "a head must score each label at each word: emissions_BWK must have the shape (",
    ),
    ("model/head", "own.More\nmore: -1", "(sentences, words, labels), got ("),
    (
        "scheduler",
        "own.no_schedule",
        "scheduler._target_=own.no_schedule: must make a torch LRScheduler, made a NoneType",
    ),
    ("optimizer", "torch.optim.SGD\nlr: 0.1", "optimizer (torch.optim.SGD): "),
    ("loss", "later.Loss", "later.py:2: NameError: name 'undefined' is not defined"),
    ("loss", "hydra_like.hydra.mine.Loss", "mine.py:1: NameError: name 'undefined' is not defined"),
    ("loss", "wrong.Loss", "wrong.py:1: SyntaxError: "),
    ("loss", "imports.Loss", "imports.py:1: ModuleNotFoundError: No module named 'nowhere'"),
    ("loss", "nowhere.Loss", "Modules are looked for in the folder of the command and on PYTHONPATH"),
    ("loss", "own.Absent", "own.Absent"),
]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with modules of the user's own."""
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "later.py").write_text("def f():\n    return undefined\nf()\n")
    (tmp_path / "wrong.py").write_text("def f(:\n")
    (tmp_path / "imports.py").write_text("import nowhere\n")
    (tmp_path / "hydra_like" / "hydra").mkdir(parents=True)
    (tmp_path / "hydra_like" / "hydra" / "mine.py").write_text("undefined\n")
    return tmp_path


def told(ner_lab, corpus: Path, *words: str) -> str:
    """What a training that ends with an error says of it."""
    rest = ("model=tiny", "data=column", f"data.dir={corpus}", "data.size=24", "trainer=cpu", "trainer.max_epochs=1")
    done = ner_lab("train", *rest, "logger=none", *words)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("ner-lab")]
    return line


@pytest.mark.seconds
@pytest.mark.parametrize(("group", "target", "message"), CASES, ids=lambda value: value.replace("\n", ","))
def test_one_that_breaks_its_contract_is_named(group, target, message, own, ner_lab, corpus) -> None:
    (mine := own / "conf" / group / "mine.yaml").parent.mkdir(parents=True)
    mine.write_text(f"_target_: {target}\n")
    assert message in told(ner_lab, corpus, f"{group}=mine")


@pytest.mark.seconds
def test_a_part_of_a_compound_loss_is_named(own, ner_lab, corpus) -> None:
    (mine := own / "conf" / "loss" / "mine.yaml").parent.mkdir(parents=True)
    mine.write_text("_target_: own.Vector\n")
    words = ("loss=compound", "+loss@loss.parts.mine.loss=mine", "+loss.parts.mine.weight=0.1")
    assert LOSS.format("Vector") in told(ner_lab, corpus, *words)


@pytest.mark.parametrize("name", ["values", "type", "a.b", "training"])
def test_a_part_that_torch_cannot_name_is_refused(name: str) -> None:
    from ner_lab.losses import NLL, Compound

    with pytest.raises(ValueError, match=f"a part cannot be called '{name}'"):
        Compound({name: {"weight": 1.0, "loss": NLL()}})


@pytest.mark.parametrize(("group", "option"), [("logger", "CSVLogger"), ("callbacks", "Timer")])
def test_one_of_several_has_a_name_of_its_own(group: str, option: str, own, ner_lab, corpus) -> None:
    (mine := own / "conf" / group / "mine.yaml").parent.mkdir(parents=True)
    mine.write_text(f"_target_: pytorch_lightning.{group}.{option}\n")
    assert "each has a name of its own: NAME: {_target_: pytorch_lightning." in told(ner_lab, corpus, f"{group}=mine")
