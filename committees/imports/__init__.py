"""Lists on their way in: upload, columns, dry run, decisions, apply, undo; see docs/adr/0095.

`runs` holds what a person can do, `work` what a worker does for it, chunk by chunk.
"""
