"""Who may read what: the model as a role sees it, and what stands in place of each table."""
