"""What happens to a job: submit, track, deliver, recover, account."""
