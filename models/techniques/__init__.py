"""What a generator does with a melody: accompany it, edit it, extend it, or all of these."""
