"""The auditor: a pure function from a proposal, what is known, and a policy to one verdict with every reason.

It opens no socket, reads no clock and keeps no state between two judgements. It is advisory: it stands in front of a
machine's own safety functions and replaces none of them.
"""
