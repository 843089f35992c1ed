"""Names, join paths and absolute days of a query, or every problem with it at once."""
