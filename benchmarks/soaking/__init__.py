"""Parts of the soak (`python -m benchmarks.soak`): a week of the whole program in some minutes, against a web that misbehaves.

`fast_time` runs the clock faster, `articles` writes what is published, `sites` and `far_side` publish it, each in its own bad
manner, `channels` take the alerts, `plan` says who does what when, `daemon` and `beside` are the processes that work on one
database, `course` plays it all, `ledger` reads what came of it, `promises` holds it against what was promised.
"""
