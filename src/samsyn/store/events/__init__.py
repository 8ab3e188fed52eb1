"""Events: what happened, where and when, in numbers that never hold a person."""
