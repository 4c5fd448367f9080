"""What can be asked of Continuo and what it tells: one table, its checks; no transport."""
