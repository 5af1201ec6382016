"""What is wrong with the data: findings, each with where it is and how to mend it. Never changes a table."""
