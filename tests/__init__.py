"""The test suite: one folder per package, and the fakes they share."""
