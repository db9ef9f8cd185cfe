"""NER Lab: which encoder, head and loss to ship, and is the difference real?

From Python, beside the command line: `ner_lab.train` (commands/from_python.py), `ner_lab.load`
(training/recognizer.py), `ner_lab.runs` (report/data_frame.py) and `ner_lab.compare` (report/compare/comparison.py). A
public name (`ner_lab.losses.Focal`) is a promise, the path of a file is not: configs and run folders hold public names
alone. Nothing heavy is imported before it is used.

Idle threads of OpenMP wait for work for fewer turns than GNU's default of 300,000 before they sleep, unless the
environment says otherwise, or torch was imported before: those of two trainings on the same cores wait for each other.
50 times as long was measured; with this 1.8 times, and alone as fast.
"""

import os
import sys
import warnings

import lazy_loader

# tqdm's, when transformers imports it in a notebook without ipywidgets; no progress bar here is of that kind.
warnings.filterwarnings("ignore", message="IProgress not found")

if "torch" not in sys.modules and "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "4000")

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
