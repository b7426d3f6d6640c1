"""Part programs in RS-274 ("G-code"): read word by word, run modally, answered as moves with their line numbers.

What is not in the checked subset is refused at its line and never guessed.
"""
