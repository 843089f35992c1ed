"""Links → a plan, a question back or a refusal, without a model."""
