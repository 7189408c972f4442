"""Loading a register of administrative divisions: reading the file, staging, applying."""
