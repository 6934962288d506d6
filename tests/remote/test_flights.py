"""Requests in flight on threads of their own."""

from __future__ import annotations

import subprocess
import sys

from ac_notebook.remote.answers import Answer
from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.flights import MOST, ThreadFlights

CODE = """
import threading
from ac_notebook.remote.answers import Answer
from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.flights import ThreadFlights

def call():
    begun.set()
    threading.Event().wait(300)
    return Answer(meaning="ok")

begun = threading.Event()
flights = ThreadFlights(SystemClock())
flights.start("silent", call)
begun.wait()
flights.close()
print("closed", flush=True)
"""


def test_a_request_without_an_answer_does_not_keep_the_process_from_ending() -> None:
    """A script whose run was left ends, and does not wait for the answer first."""
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "closed\n"


def test_all_answers_land_and_the_threads_end() -> None:
    """A hundred requests on a few threads; once they are let go of, no thread is left."""
    flights = ThreadFlights(SystemClock())
    landed: list[object] = []
    for number in range(100):
        flights.start(number, lambda: Answer(meaning="ok"))
    threads = list(flights._threads)
    assert len(threads) <= MOST
    while len(flights):
        landed += [entry.token for entry in flights.wait(5.0)]
    assert sorted(map(str, landed)) == sorted(map(str, range(100)))
    flights.close()
    for thread in threads:
        thread.join(5.0)
    assert not any(thread.is_alive() for thread in threads)
