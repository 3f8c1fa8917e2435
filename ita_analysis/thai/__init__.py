"""Thai as it must be printed: fonts, words, digits, dates, and text that hides nothing."""
