"""From a corpus to batches.

A data set is a `DataModule` with `read`; `formats/` has one for each file format. What happens to its sentences then is
here: folds and subsets, noise, encoding, the cache, batches, and the ledger that counts them all the way.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
