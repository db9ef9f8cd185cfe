"""A corpus that the project generates: news, sport and reference prose with six types of names.

`datamodule` is `data=newswire`, and `lookup_baselines` say how far memory alone goes on it. `corpus` makes documents:
`grammar` reads and expands the notation of the rule texts, `story` remembers who was mentioned, and `names` draws from
pools that `composition` makes of the lists in `people`, `places`, `organisations` and `things`. `rules` gathers the
rule texts, which are all other files: words in `lexicon`, then `phrases` and `clauses`, and sentences by domain:
politics, business, conflict, sport, culture, everyday, encyclopedia, reference.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
