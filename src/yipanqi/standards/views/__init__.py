"""Pages of the standard: categories with their items, issue classes, editions."""
