"""The search space: parameters in Hydra's override grammar, conditions between them, and what a function adds.

`reading` makes a `search_space.Space` of `hydra.sweeper.params` and the command line, `extension` finds
`custom_search_space`, and `texts` says how values are typed and when two are the same: these four are for others.
`parameter` and `conditions` are the room's own.
"""
