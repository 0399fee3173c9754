"""Working out who spoke when."""
