"""NER Lab: which encoder, head and loss to ship, and is the difference real?

From Python, beside the command line: `ner_lab.train` (commands/from_python.py), `ner_lab.load`
(training/recognizer.py), `ner_lab.runs` (report/data_frame.py) and `ner_lab.compare` (report/compare/comparison.py). A
public name (`ner_lab.losses.Focal`) is a promise, the path of a file is not: configs and run folders hold public names
alone. Nothing heavy is imported before it is used.
"""

import warnings

import lazy_loader

# tqdm's, when transformers imports it in a notebook without ipywidgets; no progress bar here is of that kind.
warnings.filterwarnings("ignore", message="IProgress not found")

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
