"""The house rules as functions: each takes the tree of the repository and returns what is wrong with it.

A rule that needs a person's taste is not here. `python -m tools.house` prints every finding and the sizes;
`tests/house/` runs each rule on the repository and on a small planted violation.
"""
