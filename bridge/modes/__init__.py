"""What sounds after or under a phrase: answer, loop, follow."""
