"""What developers and callers may rely on: real contexts, fresh code, and no lost calls."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest

from cdk.local.warm_host import InvocationFailedError
from tests.local.conftest import FUNCTION, Shop

PROCESS = "import os\ndef lambda_handler(event, context):\n    return os.getpid()\n"

WAIT = """
import threading
def lambda_handler(event, context):
    print("begun", flush=True)
    threading.Event().wait(event)
    return "done"
"""


async def kill_all(shop: Shop) -> None:
    for process in shop.host.processes():
        os.kill(int(process["pid"]), signal.SIGKILL)
    while shop.host.processes():  # noqa: ASYNC110 - the loop is about to see their end
        await asyncio.sleep(0)


def test_a_handler_sees_its_event_its_context_and_its_own_environment(shop: Shop) -> None:
    shop.write(
        "import os\n"
        "def lambda_handler(event, context):\n"
        "    return [event, context.aws_request_id, context.function_name,\n"
        "            context.memory_limit_in_mb, context.get_remaining_time_in_millis() > 0,\n"
        "            os.environ['COLOR'], os.environ['AWS_LAMBDA_FUNCTION_NAME'],\n"
        "            'PYTEST_CURRENT_TEST' in os.environ]\n"
    )

    async def test() -> None:
        answer = await shop.call({"a": 1})
        assert answer == [{"a": 1}, "request-1", "shop-api", 256, True, "green", "shop-api", False]

    shop.run(test)


def test_calls_of_one_function_use_the_same_process(shop: Shop) -> None:
    shop.write(PROCESS)

    async def test() -> None:
        assert await shop.call() == await shop.call()

    shop.run(test)


def test_a_process_has_one_call_at_a_time(shop: Shop) -> None:
    shop.write(
        "import threading\nbusy = []\n"
        "def lambda_handler(event, context):\n"
        "    busy.append(event)\n"
        "    threading.Event().wait(0.02)\n"
        "    return len(busy), busy.pop()\n"
    )

    async def test() -> None:
        answers = await asyncio.gather(*(shop.call(number) for number in range(10)))
        assert answers == [[1, number] for number in range(10)]

    shop.run(test)


def test_an_edit_takes_effect_on_the_next_call(shop: Shop) -> None:
    async def test() -> None:
        for answer in ("1", "2", "3"):
            shop.write(f"def lambda_handler(event, context):\n    return {answer}\n")
            assert await shop.call() == int(answer)

    shop.run(test)


def test_an_edit_of_the_layer_takes_effect_on_the_next_call(shop: Shop) -> None:
    shop.write("import shared\ndef lambda_handler(event, context):\n    return shared.X\n")

    async def test() -> None:
        for value in (1, 2):
            shop.layer.write_text(f"X = {value}\n")
            assert await shop.call() == value

    shop.run(test)


def test_a_syntax_error_is_told_and_mended_by_the_next_edit(shop: Shop) -> None:
    async def test() -> None:
        shop.write("def lambda_handler(:\n")
        with pytest.raises(InvocationFailedError):
            await shop.call()
        assert "cannot be loaded: SyntaxError" in shop.shown[-1]
        assert 'shop/api.py", line 1' in shop.shown[-1]
        shop.write(PROCESS)
        assert await shop.call()

    shop.run(test)


def test_an_exception_is_told_as_lambda_tells_it(shop: Shop) -> None:
    shop.write("def lambda_handler(event, context):\n    raise ValueError('no such seat')\n")

    async def test() -> None:
        with pytest.raises(InvocationFailedError) as failure:
            await shop.call()
        assert failure.value.payload["errorType"] == "ValueError"
        assert failure.value.payload["errorMessage"] == "no such seat"
        assert any("ValueError: no such seat" in line for line in shop.shown)

    shop.run(test)


def test_a_call_that_takes_too_long_is_killed(shop: Shop) -> None:
    shop.write(WAIT)

    async def test() -> None:
        await shop.call(0)
        shop.warm.function = replace(FUNCTION, timeout=1)
        with pytest.raises(InvocationFailedError, match=r"timed out after 1\.00 seconds"):
            await shop.call(60)
        assert shop.host.processes() == []
        shop.warm.function = FUNCTION
        assert await shop.call(0) == "done"

    shop.run(test)


def test_a_process_killed_in_a_call_fails_the_call_and_comes_back(shop: Shop) -> None:
    shop.write(WAIT)

    async def test() -> None:
        call = asyncio.create_task(shop.call(60))
        await shop.shows("begun")
        await kill_all(shop)
        with pytest.raises(InvocationFailedError, match="Runtime exited"):
            await call
        assert await shop.call(0) == "done"

    shop.run(test)


def test_a_process_killed_between_calls_fails_none(shop: Shop) -> None:
    shop.write(PROCESS)

    async def test() -> None:
        first = await shop.call()
        await kill_all(shop)
        assert await shop.call() != first

    shop.run(test)


def test_the_zygote_comes_back(shop: Shop) -> None:
    shop.write(PROCESS)

    async def test() -> None:
        await shop.call()
        zygote = shop.spawner.zygote
        assert zygote
        zygote.process.kill()
        await zygote.process.wait()
        await kill_all(shop)
        assert await shop.call()

    shop.run(test)


def test_idle_processes_are_let_go(shop: Shop) -> None:
    shop.write(PROCESS)

    async def test() -> None:
        first = await shop.call()
        shop.warm.release(unused_since=float("inf"))
        assert shop.host.processes() == []
        assert await shop.call() != first

    shop.run(test)


def test_what_a_function_prints_is_shown_and_kept(shop: Shop) -> None:
    shop.write(
        "def lambda_handler(event, context):\n"
        '    print(\'{"level": "INFO", "message": "reserved", "order_id": "o1", \'\n'
        '          \'"correlation_id": "c1"}\')\n'
    )

    async def test() -> None:
        await shop.call()
        line = await shop.shows("reserved")
        assert line.split()[1:] == ["shop/api", "INFO", "reserved", "order_id=o1", "[c1]"]

    shop.run(test)
    assert '"order_id": "o1"' in (shop.logs / "shop-api.jsonl").read_text()


def test_waiting_for_a_process_is_not_part_of_a_calls_time(shop: Shop) -> None:
    shop.write(WAIT)

    async def test() -> None:
        await asyncio.gather(shop.call(0), shop.call(0))
        shop.warm.function = replace(FUNCTION, timeout=2)
        answers = await asyncio.gather(*(shop.call(0.3) for _ in range(16)))
        assert answers == ["done"] * 16

    shop.run(test)
