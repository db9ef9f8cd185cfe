"""`format=transformers`: a run with a linear head as a token classifier that transformers' own pipeline loads."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig
from torch import nn
from transformers import AutoModelForTokenClassification, AutoTokenizer, PreTrainedModel

from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.models.between import Nothing
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.models.encoder.pooling import POOLINGS
from ner_lab.models.linear import LinearHead
from ner_lab.training import console, inference, redecoding
from ner_lab.training.network import TaggingNetwork
from ner_lab.types import Prediction, Sentence, UserError

# The names in a folder of transformers: weights and tokenizers have more than one form.
HOLDS = (
    "config.json", "model*.safetensors*", "tokenizer*", "*.model", "vocab*", "merges.txt", "special_tokens_map.json",
    "added_tokens.json", "chat_template.jinja", "README.md",
)  # fmt: skip
# What the run and the written folder must agree on, as far as one row of the encoder holds it; of two lengths.
PROBE = (
    Sentence(("In", "Paris", ",", "Angela", "Merkel", "met", "Tim", "Cook", "on", "17", "November", ".")),
    Sentence(("I", "agree")),
)
TOLERANCE = 1e-3  # of log-probabilities; float32 rounds differently where rows are padded


def write(run: RunFolder, tagger: TaggingNetwork, encoder: SubwordEncoder, trained: DictConfig, folder: Path) -> None:
    """Writes the folder, loads it again, and compares its log-probabilities on a few words with those of the run.

    Raises:
        UserError: the run has a part that the format cannot hold (named), or what was written does not agree with it.
    """
    _refuse_unholdable(tagger, trained, f"run={run.path}")
    # Before LoRA is merged, so that the merging is checked, too.
    said = inference.annotate(tagger, encoder, _probe(encoder), tagger.labels)
    token_classifier(tagger).save_pretrained(folder)
    _save_tokenizer(encoder, tagger.encoder.max_subwords, folder)
    _verify(folder, encoder, said)


def explain(run: RunFolder, tagger: TaggingNetwork) -> None:
    """Says what a pipeline does otherwise than the run."""
    if not decodes_alike(tagger):
        console.say(without_viterbi(run))
    console.say(
        f"the pipeline cuts a text after {tagger.encoder.max_subwords} subwords, where ner-lab reads on in windows; "
        "its arguments stride and aggregation_strategy help"
    )


def decodes_alike(tagger: TaggingNetwork) -> bool:
    """Whether the run takes the likeliest label of each word by itself, as a pipeline does."""
    head: Any = tagger.head
    return bool(head.decoder.decode == "greedy")


def without_viterbi(run: RunFolder) -> str:
    """What a pipeline loses of a run that decodes with Viterbi, in numbers where its predictions on dev are there."""
    said = (
        "the run decodes with Viterbi under the transitions of the tag scheme; a pipeline takes the likeliest label of "
        "each word by itself, so that an I- may follow an O there"
    )
    if not run.predictions("dev").is_file():
        return said
    kept, greedy = (redecoding.saved(run, "dev", decode) for decode in ("viterbi", "greedy"))
    other = sum(a.tags != b.tags for a, b in zip(kept, greedy, strict=True))
    gold = [one.sentence.tags or () for one in kept]
    f1, without = (100 * spans.scores(gold, [one.tags for one in some])["f1"] for some in (kept, greedy))
    return f"{said}. On dev {other} of {len(kept)} sentences get other tags: F1 {without:.2f} instead of {f1:.2f}"


def _refuse_unholdable(tagger: TaggingNetwork, trained: DictConfig, place: str) -> None:
    """Names every part of the model that a token classifier of transformers does not have."""
    # Exact classes: a subclass may score or decode in a way of its own.
    encoder, between, head = tagger.encoder, tagger.between, tagger.head
    found, holding = [], []
    if type(head) is not LinearHead:
        found.append(
            f"the head {type(head).__name__} (it holds model/head=linear: a pipeline takes the likeliest label of each "
            "word by itself, without transitions between labels)"
        )
        holding.append("model/head=linear")
    if type(between) is not Nothing:
        found.append(f"the layers {type(between).__name__} between encoder and head (it holds model/between=none)")
        holding.append("model/between=none")
    if type(encoder) is not Encoder:
        found.append(f"the encoder class {type(encoder).__name__} (it holds {Encoder.__module__}.Encoder)")
    else:
        if encoder.pool is not POOLINGS["first"]:
            pooling = next(name for name, pool in POOLINGS.items() if pool is encoder.pool)
            found.append(f"model.encoder.pooling={pooling} (it holds first)")
            holding.append("model.encoder.pooling=first")
        if (layers := encoder.reads["layers"]) is not None:
            found.append(f"model.encoder.layers={list(layers)} (it reads the highest, and does not standardise it)")
            holding.append("model.encoder.layers=null")
    if context := trained.data.get("document_context", 0):
        found.append(f"data.document_context={context} (it reads every text alone)")
        holding.append("data.document_context=0")
    if found:
        raise UserError(
            f"{place}: format=transformers cannot hold {'; '.join(found)}. Tag with `ner-lab predict`, or train a run "
            f"without them: {' '.join(holding)}"
        )


def token_classifier(tagger: TaggingNetwork) -> PreTrainedModel:
    """The tagger's encoder and linear head as a `...ForTokenClassification` of transformers; merges LoRA in place.

    Raises:
        UserError: transformers has none for this encoder, or one with other parts than encoder and classifier.
    """
    model: Any = tagger.encoder.model
    if hasattr(model, "merge_and_unload"):
        model = model.merge_and_unload()
    config = copy.deepcopy(model.config)
    config.id2label = dict(enumerate(tagger.labels))
    config.label2id = {label: k for k, label in enumerate(tagger.labels)}
    kind = type(model).__name__
    try:
        whole = AutoModelForTokenClassification.from_config(config)
        base = getattr(whole, whole.base_model_prefix)
        base.load_state_dict(model.state_dict())
    except (ValueError, AttributeError, RuntimeError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise UserError(
            f"transformers has no token classifier around a {kind} as it was trained ({first_line})"
        ) from error
    emission: Any = tagger.head.emission
    others = [m for m in whole.children() if m is not base and next(m.parameters(), None) is not None]
    if len(others) != 1 or not isinstance(others[0], nn.Linear) or others[0].weight.shape != emission.weight.shape:
        parts = ", ".join(type(module).__name__ for module in others)
        raise UserError(
            f"{type(whole).__name__} of transformers has more than one linear layer behind its encoder ({parts}), "
            "which this run did not train; tag with `ner-lab predict`"
        )
    others[0].load_state_dict(emission.state_dict())
    return whole.eval()


def _save_tokenizer(encoder: SubwordEncoder, max_subwords: Any, folder: Path) -> None:
    tokenizer = copy.deepcopy(encoder.tokenizer)
    tokenizer.model_max_length = max_subwords
    # What the encoder was trained on; some tokenizers add token types, which DistilBERT refuses.
    tokenizer.init_kwargs["model_input_names"] = ["input_ids", "attention_mask"]
    tokenizer.save_pretrained(folder)


def _probe(encoder: SubwordEncoder) -> list[Sentence]:
    """The words of `PROBE` that are read without a second window, which transformers does not have."""
    split, found = encoder.encode(PROBE, []), []
    for s, sentence in enumerate(PROBE):
        start_W1 = split.word_start_N1[split.sentence_start_S1[s] : split.sentence_start_S1[s + 1] + 1]
        found.append(Sentence(sentence.words[: int((start_W1[1:] - start_W1[0] <= encoder.capacity).sum())]))
    return found


@torch.inference_mode()
def _verify(folder: Path, encoder: SubwordEncoder, said: list[Prediction]) -> None:
    """Loads the folder as a user does, and compares what it says of raw text with what the run says of its words."""
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    model, loaded = AutoModelForTokenClassification.from_pretrained(
        folder, output_loading_info=True, trust_remote_code=False
    )
    lost = [name for names in loaded.values() for name in names]
    if lost:
        raise UserError(f"the export was given up: it does not fill the parameters {', '.join(map(str, lost))}")
    split = encoder.encode([prediction.sentence for prediction in said], [])
    inputs = tokenizer([" ".join(p.sentence.words) for p in said], padding=True, return_tensors="pt")
    log_probs_BSK = model.eval()(**inputs).logits.log_softmax(-1)
    for b, prediction in enumerate(said):
        start_W1 = split.word_start_N1[split.sentence_start_S1[b] : split.sentence_start_S1[b + 1] + 1]
        ids = [*encoder.prefix, *split.subwords_P[start_W1[0] : start_W1[-1]].tolist(), *encoder.suffix]
        read = inputs["input_ids"][b][inputs["attention_mask"][b].bool()].tolist()
        if read != ids:
            raise UserError(
                f"the export was given up: its tokenizer reads {' '.join(prediction.sentence.words)!r} as {read}, "
                f"the run as {ids}"
            )
        first_W = torch.from_numpy(start_W1[:-1] - start_W1[0]) + len(encoder.prefix)
        apart = (log_probs_BSK[b, first_W] - torch.tensor(prediction.log_probs_WK)).abs().max().item()
        if not apart <= TOLERANCE:
            raise UserError(
                f"the export was given up: its log-probabilities of {' '.join(prediction.sentence.words)!r} are up to "
                f"{apart:.2g} from those of the run, where {TOLERANCE:g} is rounding"
            )
