"""The model gpa_to_sat: one number in, one number out; see card.md."""
