"""Trends over sessions: the document that is put together from reports, and what draws it."""
