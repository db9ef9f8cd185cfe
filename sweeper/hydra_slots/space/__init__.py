"""The search space: parameters in Hydra's override grammar, conditions between them, and what a function adds.

`search_space` has the room's face: `Space` and `read`, which makes one of `hydra.sweeper.params` and the command line,
`check_seeds` and `Choice`; `extension.read` finds `custom_search_space`. Of `parameter`, others take what they need to
read and write single values: `as_text`, `plain`, `same` and `typed`. `conditions` is the room's own.
"""
