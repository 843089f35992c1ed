"""A turn that leans on the one before: an edit of its plan, or the answer to a question back."""
