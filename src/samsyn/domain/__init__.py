"""The words and the rules of the field; standard library only."""
