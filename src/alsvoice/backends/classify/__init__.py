"""Telling open questions, closed questions and advice apart."""
