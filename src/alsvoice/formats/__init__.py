"""Interchange formats, one a file: ``parse`` and ``serialize``, no file is opened here."""
