"""Reads run folders: shows what a run got wrong."""
