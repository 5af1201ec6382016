"""Features: a lead's snapshot in numbers and categories, as SQL that small functions build. One file a family."""
