"""Where Hydra finds the sweeper of NER Lab; everything it does is in `ner_lab.sweep`."""
