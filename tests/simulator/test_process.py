"""The simulator as a process: it keeps its state, ends at once, and says why it can not start."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from simulator.client import SimulatorClient
from simulator.server import TEST_TOKEN, running_simulator
from simulator.updates import compact

ROOT = Path(__file__).parents[2]


def command(state: Path, port: int = 0, token: str = TEST_TOKEN) -> list[str]:
    options = ["--port", str(port), "--state", str(state), "--token", token]
    return [sys.executable, "-m", "simulator", *options]


@contextmanager
def started(state: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(command(state), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_open_stream_does_not_keep_it_from_ending_and_everything_is_kept(
    tmp_path: Path, number: signal.Signals
) -> None:
    state = tmp_path / "deep" / "state.json"
    with started(state) as (process, url), SimulatorClient(url) as sim:
        sim.set_limits(enabled=False)
        anna = sim.person("Анна")
        sim.start(anna)
        sim.push_update(b'{"odd": "\xff"}')
        httpx.get(f"{url}/bot{TEST_TOKEN}/getUpdates", params={"offset": 1, "limit": 1})
        sim.send_document(anna, b"bytes")
        chat, facts = sim.chat(anna), sim.state()
        threading.Thread(target=_watch, args=(f"{url}/sim/api/events",)).start()
        time.sleep(0.2)
        process.send_signal(number)
        assert process.wait(timeout=5) == 0
    with started(state) as (_, url), SimulatorClient(url) as sim:
        assert sim.chat(anna) == chat
        assert {**sim.state(), "calls": facts["calls"]} == facts
        answer = httpx.get(f"{url}/bot{TEST_TOKEN}/getUpdates")
        assert b'{"odd": "\xff"}' in answer.content
        file_id = chat[-1].raw["document"]["file_id"]
        file = httpx.get(f"{url}/bot{TEST_TOKEN}/getFile", params={"file_id": file_id}).json()["result"]
        assert httpx.get(f"{url}/file/bot{TEST_TOKEN}/{file['file_path']}").content == b"bytes"


def _watch(url: str) -> None:
    """Hold an event stream open until the server ends it."""
    with suppress(httpx.HTTPError), httpx.stream("GET", url, timeout=40) as stream:
        for _ in stream.iter_lines():
            continue


def test_open_long_poll_ends_with_an_empty_answer(tmp_path: Path) -> None:
    with started(tmp_path / "state.json") as (process, url):
        answers: list[object] = []

        def poll() -> None:
            answers.append(httpx.get(f"{url}/bot{TEST_TOKEN}/getUpdates?timeout=30", timeout=40).json())

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.3)
        stopping = time.monotonic()
        process.terminate()
        thread.join(5)
        assert process.wait(timeout=5) == 0
        assert time.monotonic() - stopping < 1
        assert answers == [{"ok": True, "result": []}]


def test_kill_loses_nothing_that_is_older_than_a_moment(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started(state) as (process, url), SimulatorClient(url) as sim:
        anna = sim.person("Анна")
        for number in range(300):
            sim.say(anna, str(number))
        time.sleep(1.5)
        process.kill()
        process.wait()
    with started(state) as (_, url), SimulatorClient(url) as sim:
        assert sim.state()["pending_updates"] == 300


def test_taken_port_gets_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.run(command(tmp_path / "s.json", port), cwd=ROOT, capture_output=True, text=True)
    assert process.returncode == 1
    assert process.stderr == f"The simulator can not listen on 127.0.0.1:{port}: Address already in use.\n"


@pytest.mark.parametrize(("content", "token"), [("{", TEST_TOKEN), ("", "no-token")])
def test_bad_start_gets_a_sentence(tmp_path: Path, content: str, token: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(content)
    process = subprocess.run(command(state, token=token), cwd=ROOT, capture_output=True, text=True)
    assert process.returncode == 1
    assert len(process.stderr.splitlines()) == 1
    assert "damaged" in process.stderr or "bot token" in process.stderr


def test_events_tell_of_changes(tmp_path: Path) -> None:
    with running_simulator(tmp_path / "s.json") as url, SimulatorClient(url) as sim:
        with httpx.stream("GET", f"{url}/sim/api/events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: hello"
            sim.start(sim.person("Анна"))
            told = [next(lines) for _ in range(8)]
        assert [line for line in told if line.startswith("event")] == ["event: message", "event: chat"]


def test_hundreds_of_updates_a_second(tmp_path: Path) -> None:
    with running_simulator(tmp_path / "s.json") as url, SimulatorClient(url) as sim:
        body = compact({"message": {"text": "x"}})
        started_at = time.monotonic()
        for _ in range(500):
            sim.push_update(body, assign=True)
        assert 500 / (time.monotonic() - started_at) > 200
