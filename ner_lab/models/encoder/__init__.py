"""Transformers, from subwords to words: a batch in, one hidden state a word out.

- `encoder`: `Encoder`, with windows, frozen layers, LoRA and checkpointing;
- `blocks`: the layers of a transformer: which of them give states, and from which one it starts;
- `pretrained`: where weights and tokenizer come from, and what is said when they cannot be had;
- `architecture`: what its settings may say: sane sizes, and no code;
- `tiny`: random weights and a tokenizer of ASCII, for tests and quick searches;
- `reading_encoder`: an encoder that only reads, without importing transformers; with `plain_tokenizer`;
- `pooling`: from a word's subwords to the word: `first`, `mean`, `max`, `last`;
- `kernels/`: what only makes the encoder faster; it would run without.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
