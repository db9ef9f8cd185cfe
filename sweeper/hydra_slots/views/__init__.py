"""What people see of a sweep: while it runs, in a terminal, as a page, and as the config of its best trial.

`live` follows a sweep, `listing` prints one, `page` draws it as HTML (`plots`, `parameter_plots` and `charts` are its
own), `best` writes the best trial as a config, `summary` leaves page and config in the sweep's folder.
"""
