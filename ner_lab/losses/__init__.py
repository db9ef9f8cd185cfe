"""Losses, one file each, its formula first. Every loss works with every head.

A loss of words is a `TokenLoss` (`word_losses(log_probs_NK, labels_N)`); one that needs more is a `Loss`. All of them
give a mean per word of the whole optimizer step. Beside the losses: `loss`, the contract; `arguments`, what they check
of their settings; `similarity`, the sources of embedding label smoothing.

A new loss is a subclass of `TokenLoss`, in a file of its own, and a file in `conf/loss` that names it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
