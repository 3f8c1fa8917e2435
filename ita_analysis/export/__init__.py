"""How a notebook's blocks are written: HTML and PDF, both from the same data."""
