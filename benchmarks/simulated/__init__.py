"""Test sets and systems as `error_rates.py` draws them: `logit` is the first model, `probit` the second."""
