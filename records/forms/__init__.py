"""What is typed in about hours, claims and rules."""
