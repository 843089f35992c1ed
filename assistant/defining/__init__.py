"""What analysts do with definitions: the catalogue, drafts, checks, exchange."""
