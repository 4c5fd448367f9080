"""What is missing here, and what is installed into other programs."""
