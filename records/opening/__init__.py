"""Class hours from paper: registers of this and former years, taken over as they stand."""
