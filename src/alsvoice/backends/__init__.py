"""The stages' engines behind protocols; machine-learning libraries live only here."""
