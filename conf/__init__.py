"""Hydra configs, shipped with the package as `ner_lab.conf`."""
