"""Domain model: plain data and rules without I/O; `now` is always an argument."""
