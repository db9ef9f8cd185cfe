"""A trained run as a folder that goes elsewhere, and what reads it there.

- `token_classifier`: `format=transformers`, what its pipeline loads;
- `whole_model`: `format=safetensors`, all of the run's model for ner_lab with torch;
- `onnx_folder`: `format=onnx`: `graph` is traced to `model.onnx`, `quantisation` makes integers of it, and `agreement`
  compares it with the run; `speed` measures which of both reads faster here;
- `manifest`: `export.json`, which says what the folder holds.

Without torch: `manifest`, `onnx_reader` (runs the graph), `tokens` (its tokenizer) and `decoding` (tags and
confidences, in numpy).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
