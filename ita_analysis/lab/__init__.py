"""The analyst's room: scores asked like a sentence, and the exploring notebook."""
