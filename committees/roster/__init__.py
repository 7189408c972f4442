"""Rosters of secretaries and committee teams: read, plan, apply, report.

`plan_roster` reads a file and gives every row its outcome; `apply_plan` writes what can be written.
"""
