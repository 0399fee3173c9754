"""Taking a passage or a person out of a session for good: what it means for each value (pure).

Every function here may be called again on its own result and then changes nothing, so that a
removal that was interrupted can be done again from its start.
"""
