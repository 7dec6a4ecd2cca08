import asyncio
import time

import pytest

from nbhotel.hotel.auth.passwords import check_password, hash_password, password_problem

pytestmark = pytest.mark.slow


async def test_a_hash_fits_its_password_only():
    hashed = await hash_password("right, with ümlauts")
    assert hashed.startswith(b"$2b$12$")
    assert await check_password("right, with ümlauts", hashed)
    assert not await check_password("wrong", hashed)
    assert not await check_password("", hashed)
    assert await hash_password("right, with ümlauts") != hashed


async def test_what_bcrypt_can_not_take_whole_is_wrong_and_no_error():
    hashed = await hash_password("x" * 72)
    assert await check_password("x" * 72, hashed)
    for password in ("x" * 73, "x" * 100_000, "\udc80", "\0"):
        assert not await check_password(password, hashed)


async def test_nobodys_password_is_wrong_after_the_same_time():
    hashed = await hash_password("right")
    times = {}
    for name, against in (("account", hashed), ("nobody", None)):
        started = time.process_time()
        assert not await check_password("wrong", against)
        times[name] = time.process_time() - started
    assert times["nobody"] > 0.4 * times["account"]


async def test_the_loop_goes_on_while_passwords_are_hashed():
    hashing = asyncio.ensure_future(hash_password("right"))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 3


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("long enough", True),
        ("short", False),
        ("ü" * 37, False),
        ("ababababab", False),
        ("xx-Guest-xx", False),
    ],
)
def test_what_a_password_needs(password, fits):
    assert (password_problem("guest", password, password, shortest=10) is None) is fits
    assert password_problem("guest", password, password + ".", shortest=10) == "The two passwords differ."
