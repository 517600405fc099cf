"""What the helper finds out about its machine, and the few things it does there for a technician.

Everything here is an ordinary function that reads, measures or acts and returns plain data: no network but a look at
the helper's own server, no consent (that is asked before), no event loop. It runs in a thread.
"""
