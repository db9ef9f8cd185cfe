"""Runs at a glance: `ner-lab runs`.

`rows` is what a run shows of itself, `notes` what a user has said of it, `selection` is which runs in which order,
`details` what two of them are compared by on the page, and `html_table` that page.
"""
