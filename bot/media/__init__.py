"""Files: pictures in, normalized; finished videos in, made to fit."""
