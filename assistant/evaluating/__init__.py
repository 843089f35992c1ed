"""Question sets with gold, asked and judged: `koujing eval`."""
