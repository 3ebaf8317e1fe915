"""A synthetic city: Jiayuguan's real divisions, everything else invented.

The modules here split in two. The *generators* (geometry, people, places, texts, history, visits, pictures) are pure:
a seed goes in, plain dataclasses come out, and neither Django nor the clock is touched. What loads them through the
models of the other apps stands beside them.
"""

#: Of every login of the sample city.
PASSWORD = "yipanqi-demo"
