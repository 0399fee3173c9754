"""From recording to report: the stage table, running what is stale, and what people do with it."""
