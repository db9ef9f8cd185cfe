from . import callbacks as callbacks
from .experiment import Result as Result
from .optimizers import build_optimizer as build_optimizer
from .schedules import constant_schedule as constant_schedule
from .schedules import cosine_schedule as cosine_schedule
from .schedules import linear_schedule as linear_schedule
from .tagger import Tagger as Tagger
