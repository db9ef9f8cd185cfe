from .choice import at_hand as at_hand
from .choice import choose as choose
from .dropout import Dropout as Dropout
from .rewrites import read_rows as read_rows
from .rewrites import rewrite as rewrite
