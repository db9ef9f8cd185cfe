"""Reads run folders: compares them, and shows what one of them got wrong."""
