"""Videos out: what a file is, packing it anew, and making a copy that fits."""
