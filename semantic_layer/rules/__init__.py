"""What definitions must meet: rules by family, which `validation` lists in order."""
