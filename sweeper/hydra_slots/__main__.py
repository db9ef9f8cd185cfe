"""`hydra-slots` and `python -m hydra_slots`."""

from __future__ import annotations

from hydra_slots.interruption import in_one_line


def main() -> None:
    """Entry point of the console script; what it needs takes a second to import, in which Ctrl-C ends it as ever."""
    with in_one_line("hydra-slots"):
        from hydra_slots.command import main as run

        run()


if __name__ == "__main__":
    main()
