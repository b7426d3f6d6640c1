"""The command line: one file per noun, over the client. It decides nothing that the engine could decide.

Data goes to standard output and talk to standard error. Only `serve.py` and `local.py` know the engine; every other
file sees `sdk` and `contracts`, so that an act has the same outcome here as on any other surface.
"""
