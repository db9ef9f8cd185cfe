"""Which system wins, by how much, and whether that is more than chance. A system is a configuration with its runs.

`comparison` is the way in; `assessment` leads from runs to `results` (with `across_results` and `tuned_results`). On
that way: `grouping` and `systems` put runs together, `metric`, `document_scores` and `macro_scores` score them by
document, `pairs` and `significance` test differences by their `variance_components`, `units` says what counts as
evidence, `claims` corrects all tests together, `power` says how many seeds would do, `verdict` puts it into words,
`cautions` says what makes it unfair, `failures` which verdicts hang on runs that learned nothing. Over corpora,
`corpora` has who was scored on which, and `across` puts together `ranks`, `signed_rank` and `pooled`. After tuning,
`tuned` compares systems by `expected_best`. Results are written by `tables`, `across_tables` and `tuned_tables` (for
people), `terminal`, `html_page` with its `page_style`, `typeset` (Markdown, LaTeX), `exports` and `tuned_exports` (CSV,
JSON), and drawn by `figures` and `rank_diagram`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
