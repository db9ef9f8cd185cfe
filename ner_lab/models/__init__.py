"""The encoder, the layers between, and the heads.

An encoder turns a batch into one hidden state a word, layers between may change it, and a head turns it into
potentials, from which every loss and every decoder works.

- `head`: the contract, `Head`, and `Emission`, the linear layer with which most heads begin;
- `independent`: what a head returns that scores each word's labels alone; `linear` and `cosine` are such heads;
- `crf/`: the linear-chain CRF;
- `between`: the layers of `model/between`, a few lines each;
- `encoder/`: transformers, from subwords to words; `encoder/kernels/` is what only makes them faster.

A new head is a subclass of `Head`, in a file of its own, and a file in `conf/model/head` that names it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
