"""A run from its config to its scores.

`experiment` wires the rooms together, `assembly` builds what a config names, `tagger` is the LightningModule,
`callbacks/` are what watches it, `inference` and `scoring` use the result.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
