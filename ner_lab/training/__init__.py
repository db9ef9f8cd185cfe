"""A run from its config to its scores.

`experiment` wires the rooms together and writes `metrics.json` (`opening` what is known before, `fitting` is the
training between); `assembly` builds what a config names, which `setting_types` and `bounds` check first, new or from a
run folder, of which `trust` says what it may name; `checkpoint_files` reads weights. `network` is what a prediction
needs, `tagger` the LightningModule around it, `replayed_step` its step on a GPU, `optimizers` and `schedules` are what
it learns by, and `callbacks/` are what watches it. `inference` makes predictions, `scoring` scores and saves them,
`redecoding` gives saved ones other tags, `reading` opens a run (`run_reader`) or an export (`exported/`), each a
`reader`, for `predict` and for `recognizer`, which is what `ner_lab.load` returns; `reading_size` says how much at
once, and `calibrated` what dev knows of confidences. `cross_validation` trains a run on folds of its data, to judge its
labels, and `known_noise` says how well that finds errors made on purpose. `refusals` are what needs no data to be said.
`run_lock` gives a run folder one writer; `resumption` finds what a run that goes on has otherwise, and `kept_settings`
what of that its checkpoint keeps. `loggers` is where curves go. `frozen` keeps the states of layers that no step
changes. `precision` is bfloat16 where that is faster. `environment` describes machine and versions, `neighbours` who
else trains on it; `console` is all that a run prints. `importing` is how a command imports torch.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
