"""The encoder, the layers between, and the heads.

An encoder turns a batch into one hidden state a word, layers between may change it, and a head turns it into
potentials, from which every loss and every decoder works. `encoder/` and `crf/` are rooms of their own; every
other head is a file.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
