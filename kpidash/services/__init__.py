"""Use cases: one function is one thing that a person does, with permission, transaction and audit."""
