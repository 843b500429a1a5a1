"""The two ends of the interop tests: the library's, and other people's."""
