"""What only makes the encoder faster. The hidden states are those of the stock model, up to rounding.

`rewrites` is the one way in: `Encoder` calls `rewrite` when it is built and `read_rows` for every batch. What each file
puts in the place of what, all of it on a CPU; on a GPU everything is stock:

- `packing`: one padded call of the model, and attention under a mask -> all rows in one, without padding, and attention
  within each row, its gradient written out; for relatives of BERT and RoBERTa (`packing.FIRST_POSITION`);
- `row_groups`: one padded call of any other model -> a call for each group of rows of similar length;
- `fast_linear`: `torch.nn.Linear`, which multiplies with MKL -> oneDNN, in float32 without autocast; it cannot be
  differentiated twice;
- `dropout`: `torch.nn.Dropout`, and the dropout inside of attention -> one draw of 64 bits for four elements.

`dropout` is the one that changes numbers, in training alone: other elements are dropped than torch would drop from the
same seed, independently and with the same probability (in steps of 1/65536). It stays because drawing is what dropout
costs on a CPU. The tagger drops word states with it, too.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
