"""Past uploads on screens: the list, one upload, and taking it back."""
