from . import data as data
from . import losses as losses
from . import metrics as metrics
from . import models as models
from . import newswire as newswire
from . import report as report
from . import training as training
from .commands.from_python import train as train
from .report.compare.comparison import compare as compare
from .report.data_frame import runs as runs
from .training import callbacks as callbacks
from .training.recognizer import load as load
from .types import Sentence as Sentence
from .types import UserError as UserError

__version__: str
