"""Worker processes that decode what strangers made: the pool, what it says to them, and what they may do."""
