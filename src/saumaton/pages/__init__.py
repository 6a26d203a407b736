"""The frame of every window."""
