"""What only makes the encoder faster. The hidden states are those of the stock model, up to rounding.

`model.encoder.kernels` is the one switch: `stock` is the model as transformers has it, `auto` has what a `measurement`
found faster on this machine (`probe` keeps it), a list (`[packing,linear]`) is for studies; `choice` reads it.
`rewrites` is the one way in: `Encoder` calls `rewrite` when it is built and `read_rows` for every batch. Without this
folder the encoder would call the model itself. What each kernel puts in the place of what, on a CPU but for the last:

- `packing`: one padded call of the model, and attention under a mask -> all rows in one, without padding, and attention
  within each row (`packed_attention`, and `packed_runs` for what is only read; `registered_attention` names both to
  transformers); for relatives of BERT and RoBERTa (`packing.FIRST_POSITION`). For other models (`row_groups`): a call
  for each group of rows of similar length;
- `attention`: autograd of that attention where it drops weights -> its gradient written out;
- `linear` (`fast_linear`): `torch.nn.Linear`, which multiplies with MKL -> oneDNN, in float32 without autocast; it
  cannot be differentiated twice;
- `rounded` (`rounded_linear`), for reading in bfloat16: weights that are put into the order that the processor wants in
  every product -> kept in it;
- `dropout`: `torch.nn.Dropout` -> one draw of 64 bits for four elements;
- `embedding`: a gradient in fresh memory in every step, for vocabularies of more than 32 MiB -> in memory that is kept;
  it cannot be differentiated twice, either;
- `graphs`, on a GPU: a launch for each of the encoder's operations (`encoder_graphs`) -> a replay of all of them,
  recorded once a shape (`graphs`, `recording`, `padded_shapes`) and tried against the model before it is used
  (`graph_trial`). Training has head and loss in it where they allow that (`ner_lab/training/replayed_step.py`).

With `auto`, a run whose encoder is a BERT is read on a CPU by `read_bert`, the same forward pass without transformers,
whose import takes longer than all else that a prediction does before its first sentence.

`dropout` and `attention` change numbers, in training alone: other elements are dropped than torch would drop from the
same seed, independently and with the same probability (in steps of 1/65536). They are here because drawing is what
dropout costs on a CPU. The tagger drops word states with it, too. A kernel stands on private functions of torch and
transformers; where one is missing (`rewrites.missing`) it is not chosen.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
