"""What runs say once they are done; run folders are all that is read here.

`compare/` says which of several systems wins, `single/` what one run gets wrong, `overview/` what runs there are.
What both stand on: `runs` finds run folders, `run_settings` tells in what they differ, `sentence_counts` has what
each found in each sentence, `curves` reads what was logged, `run_files` the rest of a run folder, and holds it to its
shape. `data_frame` is runs for a notebook. `model_card` is the README of an export. `svg`, `curve_figures`, `markup`
and `markdown` draw and write.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
