"""A chat model that writes a plan or SQL, and the audit that holds it to the question."""
