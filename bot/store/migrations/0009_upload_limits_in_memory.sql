-- What a server refused is remembered for a day, in memory.

DROP TABLE upload_limits;
