"""The Oxen API: its client, the decoder of its event stream, and the one shared stream."""
