"""Turns: one poll a host, slots for those that work, and none of them lost."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from monitor.turns import Turns


class Polls:
    """Polls that last until told to end."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.working, self.most = turns, set[str](), 0
        self.end = asyncio.Event()

    async def poll(self, name: str, *urls: str) -> None:
        async with self.turns.turn(urls):
            self.working.add(name)
            self.most = max(self.most, len(self.working))
            try:
                await self.end.wait()
            finally:
                self.working.remove(name)


async def settle() -> None:
    """Let everything happen that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_host_is_asked_by_one_poll_at_a_time_and_keeps_no_slot_from_others() -> None:
    """Ten sources of one host take one slot of two; another host gets the other at once."""
    polls = Polls(Turns(at_once=2))
    tasks = [asyncio.create_task(polls.poll(f"slow{n}", f"http://slow.example/{n}")) for n in range(10)]
    await settle()
    tasks.append(asyncio.create_task(polls.poll("fast", "http://fast.example/")))
    await settle()
    assert polls.working == {"slow0", "fast"}
    polls.end.set()
    await asyncio.gather(*tasks)
    assert polls.most == 2


async def test_slots_bound_the_work_and_come_back() -> None:
    """No more polls than slots, over many hosts; each slot is used again, also after a failure and a cancelled wait."""
    polls = Polls(Turns(at_once=3))
    tasks = [asyncio.create_task(polls.poll(f"p{n}", f"http://h{n}.example/")) for n in range(12)]
    await settle()
    assert len(polls.working) == 3
    tasks[0].cancel()
    tasks[11].cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await tasks[0]
    await settle()
    assert len(polls.working) == 3
    polls.end.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(result, asyncio.CancelledError) for result in done) == 2
    assert polls.most == 3
    polls.end.clear()
    again = [asyncio.create_task(polls.poll(f"q{n}", f"http://h{n}.example/")) for n in range(12)]
    await settle()
    assert len(polls.working) == 3
    polls.end.set()
    await asyncio.gather(*again)


async def test_polls_that_hang_give_their_slots_back() -> None:
    """However many hosts drip, the next one gets its turn when their patience is over; the slot is given back once only."""
    turns = Turns(at_once=2, patience=0.01)
    slow = Polls(turns)
    tasks = [asyncio.create_task(slow.poll(f"slow{n}", f"http://slow{n}.example/")) for n in range(6)]
    await settle()
    assert len(slow.working) == 2
    fast = Polls(turns)
    fast.end.set()
    async with asyncio.timeout(5):
        await fast.poll("fast", "http://fast.example/")
    assert slow.working == {f"slow{n}" for n in range(6)}
    slow.end.set()
    await asyncio.gather(*tasks)
    after = Polls(Turns(at_once=2))
    assert turns._slots._value == after.turns._slots._value == 2


async def test_two_polls_of_the_same_two_hosts_never_wait_for_each_other() -> None:
    """Hosts are taken in one order."""
    polls = Polls(Turns())
    polls.end.set()
    async with asyncio.timeout(5):
        await asyncio.gather(*(
            polls.poll(str(n), *(("http://a.example/", "http://b.example/")[:: 1 if n % 2 else -1])) for n in range(20)
        ))  # fmt: skip


@pytest.mark.parametrize("url", ["http://A.example/x", "http://a.example/y?z"])
async def test_a_host_is_one_in_whatever_letters(url: str) -> None:
    """Names of hosts know no case."""
    polls = Polls(Turns())
    first = asyncio.create_task(polls.poll("first", "http://a.example/"))
    await settle()
    second = asyncio.create_task(polls.poll("second", url))
    await settle()
    assert polls.working == {"first"}
    polls.end.set()
    await asyncio.gather(first, second)
