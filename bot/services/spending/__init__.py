"""Who may spend how much, what was spent, and who is told."""
