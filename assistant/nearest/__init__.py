"""What is near when nothing fits, and what to ask next."""
