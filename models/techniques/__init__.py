"""What a generator does with a melody: accompany it."""
