"""The vocabulary other people build on: records, events, reason codes, operations and problems.

Nothing here opens a file, a socket or a database. Everything that leaves the engine is one of these records.
"""
