"""What a sweep keeps in Optuna, and how it is read: the trip of a trial ends here.

Kept: `storage` opens what holds a study (`journal` is the room's own), `patience` waits for one that is away,
`opening` finds one that is there, `sweep_folder` locks its folder, `owners` says who works on it, `fingerprint` with
what it was started. Others may have written it: `stored` reads attributes as plain data, `trust` keeps them from
choosing what runs. Handed out: `tickets` keep the total exact, `promotion` says which trial pauses and which goes on,
`start_points` (`points_file` reads theirs) come first, `algorithms` builds samplers and pruners (`arguments` checks
theirs), `frozen_view` lets a batch be judged alike. Read: `history` has a record a trial, `front` the best, `rules`
say when a sweep ends early.
"""
