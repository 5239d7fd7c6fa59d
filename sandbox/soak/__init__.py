"""The soak: many jobs at once, random faults everywhere, random deaths; then every book is checked.

    python -m sandbox.soak --jobs 1000 --seed 7

The bot is the one that `python -m bot` runs, in a process of its own that is really killed, between the simulated Oxen
and the loopback Discord with its rate limits and two shards. What strikes it: faults in its own calls, of every
store, the Oxen client and the conversations (`bot`), trouble at Oxen and Discord, slow POSTs among it
(`fault_schedule`), what generations come to (`outcomes`), what people do (`users`), and deaths at random
moments (`process_lifecycle`).
`invariants` is the judge.

The seed fixes every decision (which prompt meets which fate, which trouble comes next, how long a process lives),
not how the processes interleave: the same seed is the same storm, and not the same run to the microsecond.
"""

from sandbox.soak.run import Report, soak

__all__ = ["Report", "soak"]
