"""The hub: meaning, memory and time."""
