"""Numbers about tags, entities and confidences; nothing here knows of models or runs.

`counts`: correct, gold and predicted, whose order is that of every array of counts. `spans`: the scores that
`metrics.json` holds, by seqeval. `scoring_schemes`: the same tags under every scheme that people use. `error_taxonomy`:
what kind of error each error is. `intervals`: of scores and differences, over documents, or over what `dependence`
makes of sentences whose documents nobody named. `calibration`: whether
confidences can be believed. `label_errors`: gold that a model doubts.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
