"""One SELECT for each way to aggregate, and what a number is where no row has it."""
