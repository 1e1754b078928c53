"""The model flight_delay: 37 numbers in, on time or late out; see card.md."""
