"""From a corpus to batches.

A data set is a `DataModule` with `read`, whose `contract` is checked; `formats/` has one for each file format, and what
a new one subclasses.
`annotated_corpus` makes of what was read the sentences that a run wants: `context` gives them their neighbours, `split`
deals folds and takes subsets (and cuts train, dev and test), `noise` makes labels wrong on purpose. Of these sentences
`datamodule` makes batches: `encode` makes arrays of them, an `encoded_split`, which `cache` keeps on disk (with the
`frozen_states` of an encoder for it), `plans` say which go together, `windows` makes rows of them, `collation` a batch,
and `batching` hands batches to torch. `ledger` counts them all the way, and `store` holds those that the memory does
not. `words` splits raw text, `statistics` describes a corpus, `predictions` writes and reads what a model made of one.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
