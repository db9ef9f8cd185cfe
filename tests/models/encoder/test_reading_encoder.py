"""A run's BERT is read without transformers: the same weights, the same states, and anything else is left to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel

from ner_lab.files import RunFolder
from ner_lab.models.encoder.kernels.read_bert import ReadBert, count_parameters, settings_of
from ner_lab.models.encoder.kernels.rewrites import read_rows, rewrite
from ner_lab.models.encoder.reading_encoder import ReadingEncoder, suits, tokenizer_of
from ner_lab.training import inference
from ner_lab.training.assembly import load_run
from ner_lab.types import Sentence, UserError


@pytest.fixture
def both(encoder_folder: Callable[[str], Path]) -> tuple[Any, ReadBert]:
    model = AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32", add_pooling_layer=False).eval()
    config = settings_of(encoder_folder("bert"))
    assert config is not None
    own = ReadBert(config)
    own.load_state_dict(model.state_dict())
    return model, own.eval()


@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
@pytest.mark.parametrize("packed", [False, True])
def test_states_are_those_of_transformers(both: tuple[Any, ReadBert], packed: bool, dtype: torch.dtype | None) -> None:
    model, own = both
    kernels = ["packing"] if packed else []
    rewrite(model, kernels)
    if packed:
        own.read_packed()
    lengths = torch.tensor([5, 60, 1, 5, 17])
    mask_RS = (torch.arange(60) < lengths[:, None]).long()
    ids_RS = torch.randint(10, 60, mask_RS.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), torch.autocast("cpu", dtype, enabled=dtype is not None):
        found, expected = (read_rows(one, ids_RS, mask_RS, kernels)[mask_RS == 1] for one in (own, model))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_weights_have_the_names_and_number_of_those_of_transformers(both: tuple[Any, ReadBert]) -> None:
    model, own = both
    assert own.state_dict().keys() == model.state_dict().keys()
    assert count_parameters(own.config) == sum(weight.numel() for weight in model.parameters())


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
        {"model_type": "electra"},
        {"num_attention_heads": 3},
        {"num_hidden_layers": 10**7},
        {"vocab_size": "64"},
        {"layer_norm_eps": "small"},
        {"chunk_size_feed_forward": 8},
    ],
    ids=str,
)
def test_what_is_no_usual_bert_is_left_to_transformers(
    change: dict[str, Any], encoder_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(encoder_folder("bert"), tmp_path / "encoder"))
    settings = json.loads((folder / "config.json").read_text())
    assert settings_of(folder) is not None
    (folder / "config.json").write_text(json.dumps(settings | change))
    assert settings_of(folder) is None


@pytest.mark.parametrize("architecture", ["distilbert", "roberta", "deberta-v2"])
def test_so_are_other_architectures(architecture: str, encoder_folder: Callable[[str], Path]) -> None:
    assert settings_of(encoder_folder(architecture)) is None


@pytest.mark.parametrize("wanted", ["stock", ["packing"]])
def test_so_is_a_run_that_names_its_kernels(wanted: Any) -> None:
    settings = {"_target_": "ner_lab.models.Encoder", "kernels": "auto", "lora": {"r": 0}}
    assert suits(settings)
    assert not suits(settings | {"kernels": wanted})
    assert not suits(settings | {"lora": {"r": 4}}) and not suits(settings | {"layers": [-1, -2]})
    assert not suits(settings | {"_target_": "mine.Encoder"})


def test_a_tokenizer_that_cannot_be_read_is_left_to_transformers(
    encoder_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(encoder_folder("bert"), tmp_path / "encoder"))
    assert tokenizer_of(folder) is not None
    (folder / "tokenizer.json").write_text("{}")
    assert tokenizer_of(folder) is None
    (folder / "tokenizer.json").unlink()
    assert tokenizer_of(folder) is None


@pytest.mark.parametrize(
    "change",
    [
        {"split_special_tokens": True},
        {"extra_special_tokens": ["<mine>"]},
        {"added_tokens_decoder": {"5": {"content": "<mine>"}}},
        {"mask_token": "<mine>"},
        {"tokenizer_class": "MyTokenizer"},
    ],
    ids=str,
)
def test_so_is_one_whose_settings_say_more_than_its_file(
    change: dict[str, Any], encoder_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(encoder_folder("bert"), tmp_path / "encoder"))
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert tokenizer_of(folder) is None


@pytest.mark.seconds
@pytest.mark.parametrize("name", ["tokenizer_config.json", "config.json"])
def test_a_row_that_is_too_short_is_a_message(name: str, train) -> None:
    run = RunFolder(train("trainer.max_epochs=1").folder)
    file = run.encoder / name
    key = "model_max_length" if name == "tokenizer_config.json" else "max_position_embeddings"
    file.write_text(json.dumps(json.loads(file.read_text()) | {key: 4}))
    with pytest.raises(UserError, match="at least 8"):
        load_run(run, only_read=True)


@pytest.mark.seconds
def test_a_run_says_the_same_by_either(train) -> None:
    run = RunFolder(train("trainer.max_epochs=2", "optimizer.lr=1e-3").folder)
    words = ("Ada", "Lovelace", "lived", "in", "London", "unbelievably", "long", ",", "1815")
    texts = [Sentence(words[:n]) for n in (9, 3, 1)]
    found = []
    for only_read in (True, False):
        tagger, encoder, _ = load_run(run, only_read=only_read)
        assert isinstance(tagger.encoder, ReadingEncoder) == only_read
        assert tagger.encoder.max_subwords == 128
        found.append(inference.annotate(tagger, encoder, texts, tagger.labels))
    for own, other in zip(*found, strict=True):
        assert own.tags == other.tags
        assert torch.allclose(torch.tensor(own.log_probs_WK), torch.tensor(other.log_probs_WK), atol=1e-5)
    with pytest.raises(ValueError, match="cannot be trained"):
        load_run(run, only_read=True)[0].train()


@pytest.mark.seconds
def test_a_prediction_starts_without_transformers_and_scipy(train) -> None:
    run = train("trainer.max_epochs=1").folder
    script = (
        "import sys, ner_lab; model = ner_lab.load(sys.argv[1], device='cpu'); model(['Ada was in Oslo .']); "
        "print([name for name in ('transformers', 'scipy', 'pytorch_lightning') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(run)], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr + done.stdout
