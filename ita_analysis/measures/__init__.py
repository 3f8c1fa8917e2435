"""Measures: from a weak item to a proven result, kept as plain tables that an officer fills in by Excel."""
