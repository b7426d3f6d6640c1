"""The operations, one file per noun. `contracts/operations.py` assembles them; nothing else imports these files."""
