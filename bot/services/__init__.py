"""What happens: a job's way, what people keep, who may how much, what may be made and shown."""
