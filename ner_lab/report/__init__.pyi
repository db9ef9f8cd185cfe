from . import compare as compare
from . import single as single
from .curves import Curves as Curves
from .runs import Run as Run
from .runs import find as find
