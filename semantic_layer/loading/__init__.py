"""Definition files → one `SemanticModel`: YAML that knows its lines, SQL fragments parsed once."""
