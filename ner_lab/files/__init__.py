"""What lies on disk: `run_folder` says what is where in a run, `outputs` where a result may go, `writing` writes files
whole or not at all.

`plain` reads JSON and YAML, whoever wrote it, and refuses what is more than plain values (`json_places` says where).
`public_names` are those of classes in a run's `config.yaml` (`ner_lab.losses.Focal`), so that moving a file changes no
run. `curve_table` reads the curves of `logger=csv`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
