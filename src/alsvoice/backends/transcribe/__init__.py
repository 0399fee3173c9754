"""Writing down what was said."""
