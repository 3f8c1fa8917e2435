"""Charts that answer one question each, drawn in millimetres so that their numbers stand like table columns."""
