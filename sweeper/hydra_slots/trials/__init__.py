"""Where trials run: a slot, a process forked for each trial, and what comes of it.

Others start trials through `executor` (the protocol and its events), of which `processes` and `launching` are the two
kinds, in the `slots` that are there (`gpu_filling` finds how many a GPU takes), as a `trial.Task` made of a
`trial.Job` or several. A `running.RunningTrial` ends with an `outcome`; `recovery` finds the outcome of one whose
controller died, `trial_folders` gives it its place, `checkpoints` deletes what one that paused for good has left.
`server`, `packing` and `gpu_readings` are the room's own.
"""
