"""The words of the house: plain values and pure rules that every other room may use, and that use none of them."""
