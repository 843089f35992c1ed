"""Text → links: tokens, words of the definitions, members, numbers, slips of the pen."""
