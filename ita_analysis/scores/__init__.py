"""Scores from files to one checked, tidy frame that remembers file, sheet and row of every figure."""
