"""Column files (CoNLL and its relatives): one word a line, its tag in a column, an empty line between sentences.

`layout` finds separator and columns, `documents` says where documents begin, `rows` reads words and raw tags by both,
`reader` makes sentences of them, `writer` writes sentences, `column_data` is `data=column`; `predicted` reads the files
of gold and predicted tags that other toolkits write.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
