"""What is taken out of what people said."""
