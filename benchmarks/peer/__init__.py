"""The smallest bot that makes videos with Oxen, to measure ours beside: no database, no cards, no recovery."""
