"""The reason codes, one file per family. `contracts/reasons.py` assembles them; nothing else imports these files.

A code is added at the end of its family's tuple with the next free wire id, and is never renamed or removed.
"""
