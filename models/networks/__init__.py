"""The networks that can be trained, one room each."""
