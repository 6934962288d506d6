"""Batches are asked about about once each, when they are over, whatever pace the importer has."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ac_notebook.runs.turns import FIRST_LOOK, LONGEST_GAP, Turns
from tests.benchmarks.settling import CASES, between, paused, serial, settle, some_never

if TYPE_CHECKING:
    from tests.benchmarks.settling import Ends

GAP = 0.6


def asked(
    ends: Ends, batches: int, *, pace: float = 0.25, wait: float = 600.0
) -> tuple[float, list[float], Turns[int]]:
    """Queue a batch every 0.6 s and ask at a pace; return questions a batch, how late ends were heard of, and turns."""
    turns: Turns[int] = Turns()
    over: dict[int, float] = {}
    late = []
    questions = 0
    now, number = 1_000.0, 0
    free = now
    end = now + batches * GAP + wait
    while now < end and (number < batches or len(turns)):
        while number < batches and now >= 1_000.0 + number * GAP:
            over[number] = ends(number, now)
            turns.add(number, now)
            number += 1
        if turns.due <= now and now >= free:
            question = turns.take(now)
            free = now + pace
            questions += 1
            if over[question.subject] <= now:
                turns.over(question, now)
                late.append(now - over[question.subject])
            else:
                turns.not_over(question, now)
        now += 0.05
    return questions / batches, late, turns


@pytest.mark.parametrize("seconds", [0.3, 0.59, 0.8, 1.2, 2.0])
def test_an_importer_that_falls_behind_is_asked_once_a_batch(seconds: float) -> None:
    """Thousands may wait in its queue: each is asked about some 1.1 times, and not long after its end."""
    questions, late, turns = asked(serial(seconds), 600, wait=3_000.0)
    assert len(late) == 600
    assert len(turns) == 0
    assert questions <= 1.2
    assert sorted(late)[300] <= 20


def test_an_importer_that_is_uneven_is_asked_little_more() -> None:
    """Batches that take 5 to 60 s are asked about at most 1.3 times each."""
    questions, late, _ = asked(between(5.0, 60.0), 600)
    assert len(late) == 600
    assert questions <= 1.3


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_batches_that_never_end_make_the_others_wait_little(share: float) -> None:
    """They are asked about ever more rarely, and the others as if they were not there."""
    questions, late, turns = asked(some_never(share), 600)
    assert len(late) + len(turns) == 600
    assert sorted(late)[len(late) // 2] <= 10
    assert questions <= 1.1 + share * 14
    assert max(question.gap for question in turns._again) <= LONGEST_GAP


def test_after_a_pause_what_is_over_is_found_soon() -> None:
    """An importer that rests for five minutes is asked now and then, and once it goes on, all are asked soon."""
    questions, late, _ = asked(paused(100, 300.0), 600)
    assert len(late) == 600
    assert questions <= 1.35
    assert sorted(late)[300] <= 90  # 500 of them, four a second


def test_nobody_is_asked_about_before_the_vendor_advises() -> None:
    """The first question about the first batch comes eight seconds after it was queued."""
    turns: Turns[int] = Turns()
    turns.add(1, 100.0)
    assert turns.due == 100.0 + FIRST_LOOK


def test_every_batch_gets_its_turn_whatever_is_answered() -> None:
    """Whatever the answers are, no batch is lost, and none waits for more than its longest gap."""
    chance = random.Random(5)
    turns: Turns[int] = Turns()
    left = set(range(300))
    for number in range(300):
        turns.add(number, 1_000.0 + number)
    now = 1_300.0
    for _ in range(20_000):
        if not len(turns):
            break
        now = max(now, turns.due)
        assert now - 1_300.0 < 50_000
        question = turns.take(now)
        drawn = chance.random()
        if drawn < 0.2:
            turns.over(question, now)
            left.remove(question.subject)
        elif drawn < 0.9:
            turns.not_over(question, now)
        else:
            question.troubles += 1
            turns.later(question, now, 30.0)
    assert left == set()


@pytest.mark.parametrize("name", ["as documented", "one after the other, 0.7 s"])
def test_settling_goes_on_while_sending_does_and_costs_it_nothing(name: str) -> None:
    """Over the wire: at most 1.3 questions a batch, few open at the last import, and sending takes no longer for it."""
    make, questions, most_open = CASES[name]
    found = settle(make(), 150)
    assert found.imported == 300
    assert found.questions <= questions
    assert found.time <= 1.02
    assert most_open is None or found.open_batches <= most_open
    assert found.open_batches <= found.not_over + 30
