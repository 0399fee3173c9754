"""How far a hypothesis is from a reference, with the protocol stated beside every figure.

Results are counts that add up; ratios are taken last, from sums.
"""
