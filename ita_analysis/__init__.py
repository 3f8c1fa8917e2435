"""The ITA workbench."""
