"""`python -m hydra_slots`."""

from hydra_slots.command import main

main()
