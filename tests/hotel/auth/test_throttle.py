import pytest

from nbhotel.hotel.auth import throttle
from nbhotel.hotel.auth.throttle import Throttle, TooManyTries


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def wait_of(subject, name):
    try:
        subject.enter(name)
    except TooManyTries as error:
        return error.seconds
    return 0


def test_after_the_free_tries_each_failure_doubles_the_wait(clock):
    subject = Throttle(clock)
    assert [wait_of(subject, "ann") for _ in range(5)] == [0] * 5
    waits = []
    for _ in range(10):
        waits.append(wait_of(subject, "ann"))
        clock.now += waits[-1]
        assert wait_of(subject, "ann") == 0
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_try_that_comes_too_early_does_not_make_the_wait_longer(clock):
    subject = Throttle(clock)
    for _ in range(5):
        subject.enter("ann")
    assert {wait_of(subject, "ann") for _ in range(50)} == {2}
    clock.now += 1.5
    assert wait_of(subject, "ann") == 1


def test_names_do_not_disturb_each_other_and_success_forgives(clock):
    subject = Throttle(clock)
    for _ in range(5):
        subject.enter("ann")
    assert wait_of(subject, "bob") == 0
    subject.forgive("ann")
    assert wait_of(subject, "ann") == 0
    subject.forgive("nobody")


def test_failures_are_forgotten_in_time(clock):
    subject = Throttle(clock)
    for _ in range(5):
        subject.enter("ann")
    clock.now += 2 * throttle.LONGEST + 1
    assert [wait_of(subject, "ann") for _ in range(5)] == [0] * 5


def test_a_flood_of_names_does_not_fill_the_memory(clock, monkeypatch):
    monkeypatch.setattr(throttle, "NAMES", 100)
    subject = Throttle(clock)
    for number in range(1000):
        subject.enter(f"name{number}")
    assert len(subject._failures) == 100
