"""One module per table: functions on a connection, called within a transaction."""
