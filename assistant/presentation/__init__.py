"""A result in words and numerals: labels, sentences, the executive page."""
