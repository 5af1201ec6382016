"""Contributions to reasons, and reasons in words. Knows tables and arrays, never a lead and never a fit."""
