"""Public names of classes in configs: what a file is called is no format of runs."""

from __future__ import annotations

from typing import Any

# What classes were called in configs when a file's path was their name; runs and sweeps of that time still load.
OLD_NAMES = {
    "ner_lab.callbacks.checkpoint.Checkpoint": "ner_lab.callbacks.Checkpoint",
    "ner_lab.callbacks.hyperparameters.Hyperparameters": "ner_lab.callbacks.Hyperparameters",
    "ner_lab.callbacks.label_similarity.LabelSimilarity": "ner_lab.callbacks.LabelSimilarity",
    "ner_lab.callbacks.progress.TrainingBar": "ner_lab.callbacks.TrainingBar",
    "ner_lab.callbacks.pruning.Pruning": "ner_lab.callbacks.Pruning",
    "ner_lab.callbacks.stopwatch.Stopwatch": "ner_lab.callbacks.Stopwatch",
    "ner_lab.data.arrow.ArrowData": "ner_lab.data.ArrowData",
    "ner_lab.data.brat.BratData": "ner_lab.data.BratData",
    "ner_lab.data.column_data.ColumnData": "ner_lab.data.ColumnData",
    "ner_lab.data.csv_table.CsvData": "ner_lab.data.CsvData",
    "ner_lab.data.doccano.DoccanoData": "ner_lab.data.DoccanoData",
    "ner_lab.data.formats.AutoData": "ner_lab.data.AutoData",
    "ner_lab.data.hub.HubData": "ner_lab.data.HubData",
    "ner_lab.data.jsonl.JsonlData": "ner_lab.data.JsonlData",
    "ner_lab.data.label_studio.LabelStudioData": "ner_lab.data.LabelStudioData",
    "ner_lab.data.newswire_data.NewswireData": "ner_lab.newswire.NewswireData",
    "ner_lab.data.spacy_docbin.SpacyData": "ner_lab.data.SpacyData",
    "ner_lab.losses.compound.Compound": "ner_lab.losses.Compound",
    "ner_lab.losses.cross_entropy.CrossEntropy": "ner_lab.losses.CrossEntropy",
    "ner_lab.losses.dice.Dice": "ner_lab.losses.Dice",
    "ner_lab.losses.embedding_label_smoothing.EmbeddingLabelSmoothing": "ner_lab.losses.EmbeddingLabelSmoothing",
    "ner_lab.losses.focal.Focal": "ner_lab.losses.Focal",
    "ner_lab.losses.label_smoothing.LabelSmoothing": "ner_lab.losses.LabelSmoothing",
    "ner_lab.losses.nll.NLL": "ner_lab.losses.NLL",
    "ner_lab.losses.tversky.Tversky": "ner_lab.losses.Tversky",
    "ner_lab.losses.weighted_cross_entropy.WeightedCrossEntropy": "ner_lab.losses.WeightedCrossEntropy",
    "ner_lab.models.between.BiLSTM": "ner_lab.models.BiLSTM",
    "ner_lab.models.between.MLP": "ner_lab.models.MLP",
    "ner_lab.models.between.Nothing": "ner_lab.models.Nothing",
    "ner_lab.models.cosine.CosineHead": "ner_lab.models.CosineHead",
    "ner_lab.models.crf.CRFHead": "ner_lab.models.CRFHead",
    "ner_lab.models.encoder.Encoder": "ner_lab.models.Encoder",
    "ner_lab.models.linear.LinearHead": "ner_lab.models.LinearHead",
    "ner_lab.models.optimizers.build": "ner_lab.training.build_optimizer",
    "ner_lab.models.schedules.constant": "ner_lab.training.constant_schedule",
    "ner_lab.models.schedules.cosine": "ner_lab.training.cosine_schedule",
    "ner_lab.models.schedules.linear": "ner_lab.training.linear_schedule",
    "ner_lab.tagger.Tagger": "ner_lab.training.Tagger",
}

# The same for a sweep that goes on; and keys that configs did not have, with the value that does what was done then.
SINCE = {
    **OLD_NAMES,
    "+model.encoder.kernels": "auto",
    "+model.encoder.layers": None,
    "+model.encoder.cache_frozen": False,
    "+callbacks.checkpoint.rest": 0.0,
    "+score_test": True,
    "+data.document": "auto",
    "+loss.cross_entropy": 0.0,
}


def with_public_names(settings: Any) -> Any:
    """Plain settings (mappings, lists and values) in which classes have the names they have today.

    >>> with_public_names({"loss": {"_target_": "ner_lab.losses.focal.Focal", "gamma": 2}})
    {'loss': {'_target_': 'ner_lab.losses.Focal', 'gamma': 2}}
    """
    if isinstance(settings, list):
        return [with_public_names(value) for value in settings]
    if not isinstance(settings, dict):
        return settings
    renamed = {key: with_public_names(value) for key, value in settings.items()}
    if isinstance(target := settings.get("_target_"), str):
        renamed["_target_"] = OLD_NAMES.get(target, target)
    return renamed
