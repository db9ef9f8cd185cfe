"""Losses, one file each. Every loss works with every head.

A loss of words is a `TokenLoss` (`word_losses(log_probs_NK, labels_N)`); one that needs more is a `Loss`. All of them
give a mean per word of the whole optimizer step.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
