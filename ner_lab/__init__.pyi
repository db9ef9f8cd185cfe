from . import data as data
from . import losses as losses
from . import models as models
from . import newswire as newswire
from . import report as report
from . import training as training
from .report.data_frame import runs as runs
from .training import callbacks as callbacks
from .types import Sentence as Sentence
from .types import UserError as UserError

__version__: str
