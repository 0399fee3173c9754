"""The console of a recording: what keys do (pure), what is seen (drawn), what is typed (read)."""
