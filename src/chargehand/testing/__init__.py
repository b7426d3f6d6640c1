"""What tests are made with, shipped so that users can test their agents too: a clock, draws, a whole engine in hand.

Nothing here is used by the product, and nothing here starts a thread or sleeps.
"""
