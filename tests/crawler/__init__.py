"""Tests of the crawler: pure modules by tables and laws, crawls against the fake web."""
