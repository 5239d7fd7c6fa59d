"""What the services ask of Discord, carried out."""
