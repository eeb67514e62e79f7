"""The editor of definitions: a tree, forms, the YAML text, and the step that shows what would change."""
