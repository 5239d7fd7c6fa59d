"""The soak: many jobs at once, random faults everywhere, random deaths; then every book is checked.

    python -m sandbox.soak --jobs 1000 --seed 7

The bot is the real one, in a process of its own that is really killed, between the simulated Oxen and the loopback
Discord. What strikes it: blows to its own calls (`bot`), trouble at Oxen and Discord (`weather`), what generations
come to (`fates`), what people do (`crowd`), and deaths at random moments (`lives`). `books` is the judge.

The seed fixes every decision (which prompt meets which fate, which trouble comes next, how long a process lives), not
how the processes interleave: the same seed is the same storm, and not the same run to the microsecond.
"""

from sandbox.soak.run import Report, soak

__all__ = ["Report", "soak"]
