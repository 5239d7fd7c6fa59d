"""Alerts for an operator who has no Prometheus: by a webhook, and in the operator's channel."""
