"""The words of the house: plain values and pure rules that every room may use, and that use none."""
