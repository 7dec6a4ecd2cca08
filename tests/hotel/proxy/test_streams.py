"""Websockets, streams, uploads and compression through the proxy."""

from __future__ import annotations

import gzip
import os
import time

import websocket
import zstandard

from nbhotel.hotel.proxy.routefile import Route, folder, target_name, write
from tests.hotel.proxy.street import Street


def open_websocket(street: Street, path: str) -> websocket.WebSocket:
    return websocket.create_connection(f"ws://127.0.0.1:{street.bind.port}{path}", timeout=10)


def echo(connection: websocket.WebSocket, message: bytes) -> None:
    connection.send_binary(message)
    assert connection.recv() == message


def test_websockets_survive_the_hub(street: Street) -> None:
    street.open_room("ann")
    service = street.open("service", 0)
    name = target_name(f"http://127.0.0.1:{service.port}")
    write(folder(street.layout.routes_dir, "/services/x/"), name, Route(routespec="", target="", data={}))
    sockets = [open_websocket(street, "/user/ann/echo"), open_websocket(street, "/services/x/echo")]
    for connection in sockets:
        echo(connection, b"hello")
    street.hub.die()
    for connection in sockets:
        echo(connection, os.urandom(2**20))
    street.open_hub()
    for connection in sockets:
        echo(connection, b"still here")
        connection.close()


def test_websockets_survive_new_and_removed_routes(street: Street) -> None:
    street.open_room("ann")
    connection = open_websocket(street, "/user/ann/echo")
    for number in range(20):
        street.open_room("ann", f"s{number}")
        route = Route(routespec="", target="", data={})
        write(folder(street.layout.routes_dir, f"/user/ann/s{number}/"), "=room.json", route)
        assert street.ask(f"/user/ann/s{number}/lab").who == f"ann/s{number}"
        echo(connection, b"%d" % number)
    connection.close()


def test_streams_are_not_held_back(street: Street) -> None:
    street.open_room("ann")
    started = time.monotonic()
    arrivals = []
    for headers in (b"", b"Accept-Encoding: gzip\r\n"):
        with street.connect() as connection:
            head = f"GET /user/ann/drip HTTP/1.0\r\nHost: {street.bind.name}\r\n".encode()
            connection.sendall(head + headers + b"\r\n")
            started = time.monotonic()
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
                if b"\r\n\r\n" in answer and not answer.endswith(b"\r\n\r\n"):
                    arrivals.append(time.monotonic() - started)
                    break
    assert all(arrival < 0.35 for arrival in arrivals), arrivals
    assert len(arrivals) == 2


def test_big_uploads_pass(street: Street) -> None:
    street.open_room("ann")
    body = bytes(150 * 2**20)
    assert street.ask("/user/ann/api/contents/x", method="PUT", body=body).told["length"] == len(body)


def test_answers_are_compressed(street: Street) -> None:
    street.open_room("ann")
    for path in ("/user/ann/lab?" + "x" * 2000, "/hub/home?" + "x" * 2000):
        plain = street.ask(path)
        assert "content-encoding" not in plain.headers
        zipped = street.ask(path, headers={"Accept-Encoding": "gzip"})
        assert zipped.headers["content-encoding"] == "gzip"
        assert b"x" * 2000 in gzip.decompress(zipped.body)
        both = street.ask(path, headers={"Accept-Encoding": "gzip, zstd"})
        assert both.headers["content-encoding"] == "zstd"
        assert b"x" * 2000 in zstandard.ZstdDecompressor().decompressobj().decompress(both.body)
