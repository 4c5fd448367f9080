"""The piano roll in text and the lines beside it."""
