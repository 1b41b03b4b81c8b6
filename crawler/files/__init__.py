"""Text of files that pages link to: PDF and DOCX, read in a process of their own that may not take more than its share.

`reading.read_file` is what the crawler calls. `pdf` and `docx` read bytes to text and know nothing else; `cell` runs one of
them as a script, within limits that the system enforces.
"""
