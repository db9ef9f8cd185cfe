"""NER Lab: which encoder, head and loss to ship, and is the difference real?

From Python, beside the command line: `ner_lab.runs`. A public name (`ner_lab.losses.Focal`) is a promise, the path of a
file is not: configs and run folders hold public names alone. Nothing heavy is imported before it is used.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
