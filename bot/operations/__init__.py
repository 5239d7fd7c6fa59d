"""What whoever runs the bot does with it: commands of ``python -m bot``, and what is watched of it from outside."""
