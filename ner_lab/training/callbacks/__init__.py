"""What watches a training: Lightning callbacks, in `ner_lab.callbacks` for configs.

Every run has `checkpoint` (best and last) and `stopwatch` (seconds, words/s). `progress` is the bar; `pruning` lets a
sweep end the run; `label_similarity` and `hyperparameters` write to TensorBoard.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
