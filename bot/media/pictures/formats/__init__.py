"""Parts of picture files, by format: what a decoder needs of a file, and what is fit to be sent on."""
