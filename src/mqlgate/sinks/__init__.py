"""Where a scores table goes: files and databases, replaced whole or not at all. Never computes a score."""
