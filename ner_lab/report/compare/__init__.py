"""Which system wins, by how much, and whether that is more than chance. A system is what was trained alike.

`comparison` is the way in; `assessment` leads from runs to `results`. On that way: `systems` puts runs together,
`metric` and `document_scores` score them by document, `significance` tests differences, `dependence` does so where no
documents are known, `units` says what counts as evidence, `power` how many seeds would do, `verdict` puts it into
words, `cautions` says what makes it unfair, `failures` which verdicts hang on runs that learned nothing. Results are
written by `tables` (for people), `terminal`, `html_page`, `typeset` (Markdown, LaTeX), `exports` (CSV, JSON), and drawn
by `figures`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
