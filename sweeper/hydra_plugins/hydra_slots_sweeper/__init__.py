"""Where Hydra finds the sweeper; everything it does is in `hydra_slots`."""
