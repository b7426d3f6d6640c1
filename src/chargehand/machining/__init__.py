"""What happens when metal is cut, in formulas: chips, forces, drives, edges, paths and part programs.

Pure functions over the records of `contracts/card.py`, in mm, N, kW, rev/min and mm/min. The room knows no verdict, no
machine that runs and no store: the auditor compares its answers with limits, the twin lives by them.
"""
