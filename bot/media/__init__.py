"""Files: pictures in, mended; finished videos in, made to fit."""
