"""What a session's numbers mean, one idea a module: pure functions of a ``Conversation``.

Every definition stands in the docstring of its module with its source, and in docs/measures.md.
"""
