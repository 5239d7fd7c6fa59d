"""SQLite: migrations, tables, and one transaction for each intent."""
