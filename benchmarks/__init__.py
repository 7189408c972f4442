"""Measurements of the portal beside a floor that runs in the same moment; never timed tests."""
