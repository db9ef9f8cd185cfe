from .column_data import ColumnData as ColumnData
from .reader import ColumnReader as ColumnReader
from .reader import ReadResult as ReadResult
from .reader import read as read
from .reader import read_folder as read_folder
from .writer import write as write
