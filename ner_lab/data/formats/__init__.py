"""File formats: one file (or room) a format, and a line for it in `registry`.

A format's file has its data set, `write`, `detect`, and `FORMAT`, which names the three: `column/`, `jsonl`,
`csv_table`, `doccano`, `label_studio`, `spacy_docbin`, `brat` and `arrow`; `hub` is read alone. Data sets subclass what
is in `base`; `format` is what the registry holds of each.

Readers share `folder` (which file is which split), `text` (lines), `json_objects`, `records` (objects and table rows
to sentences), `csv_header` (which column is what), `arrow_sizes` (before anything is unpacked), `brat_offsets`,
`character_spans` and `token_offsets` (to words), `repair` (tags to IOB2) and `remarks` (what was changed);
`brat_writing` is brat's `write`, `writing` is what every writer refuses.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
