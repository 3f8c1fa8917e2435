"""What is assessed in each scheme and fiscal year, as data files and a small loader."""
