from .app import application as application
from .refusals import Limits as Limits
from .served_model import ServedModel as ServedModel
from .server import serve as serve
