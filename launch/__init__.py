"""The launcher behind dev.py; Python's standard library only."""
