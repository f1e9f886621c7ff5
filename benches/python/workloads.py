"""What the Python contestants do: the workloads of the same names, as asyncio's users would write them.

    workloads.py CONTESTANT                 prints its version, then the names of its workloads
    workloads.py CONTESTANT WORKLOAD PART   measures one; does one PARTth of its operations in a round

Does what src/measure.rs does: a round to warm up, then rounds for 0.3 s, each of which checks its answer.
"""

import asyncio
import sys
import time

ENOUGH = 0.3
part = 1


def sized(number):
    return max(1, number // part)


async def give(number):
    return number


async def yield_now(times):
    for _ in range(times):
        await asyncio.sleep(0)
    return times


async def total(awaitables):
    """What they give, one after the other."""
    return sum([await awaitable for awaitable in awaitables])


def tasks(coroutines):
    return [asyncio.create_task(coroutine) for coroutine in coroutines]


def below(number):
    return number * (number - 1) // 2


# Each gives the number of its operations, its answer, and what the answer must be.


async def batches(batch):
    number = sized(100_000)
    answer = 0
    for first in range(0, number, batch):
        answer += await total(tasks(give(i) for i in range(first, min(first + batch, number))))
    return number, answer, below(number)


async def spawn():
    return await batches(100_000)


async def spawn100():
    return await batches(100)


async def spawn1():
    return await batches(1)


async def chain():
    links = sized(100_000)
    end = asyncio.get_running_loop().create_future()
    alive = set()

    def link(left, summed):
        # The loop keeps tasks weakly.
        task = asyncio.create_task(run(left, summed))
        alive.add(task)
        task.add_done_callback(alive.discard)

    async def run(left, summed):
        if left == 0:
            end.set_result(summed)
        else:
            link(left - 1, summed + left - 1)

    link(links, 0)
    return links, await end, below(links)


async def yields(count):
    turns = sized(100_000)
    answer = await total(tasks(yield_now(turns // count) for _ in range(count)))
    return turns, answer, turns // count * count


async def yield1():
    return await yields(1)


async def yield100():
    return await yields(100)


async def gathers(size):
    children = sized(100_000) // size * size

    async def child(number):
        await asyncio.sleep(0)
        return number

    answer = 0
    for _ in range(children // size):
        outputs = await asyncio.gather(*[child(i) for i in range(size)])
        answer += sum(outputs) if outputs == list(range(size)) else -1
    return children, answer, below(size) * (children // size)


async def gather10():
    return await gathers(10)


async def gather1000():
    return await gathers(1000)


async def oneshot():
    loop = asyncio.get_running_loop()
    pairs = sized(1000)

    async def ask(number):
        question, answer = loop.create_future(), loop.create_future()

        async def answers():
            answer.set_result(await question)

        task = asyncio.create_task(answers())
        question.set_result(number)
        answered = await answer
        await task
        return answered

    return pairs, await total(tasks(ask(i) for i in range(pairs))), below(pairs)


async def echoes(pairs):
    turns = sized(100_000)

    async def pair(turns):
        there, back = asyncio.Queue(1), asyncio.Queue(1)

        async def other():
            for _ in range(turns):
                await back.put(await there.get())

        task = asyncio.create_task(other())
        answer = 0
        for number in range(turns):
            await there.put(number)
            answer += await back.get()
        await task
        return answer

    answer = await total(tasks(pair(turns // pairs) for _ in range(pairs)))
    return turns, answer, pairs * below(turns // pairs)


async def echo1():
    return await echoes(1)


async def echo1000():
    return await echoes(1000)


async def channels(senders):
    values = sized(400_000)
    queue = asyncio.Queue(1024)

    async def send():
        for value in range(values // senders):
            await queue.put(value)

    async def receive():
        return sum([await queue.get() for _ in range(values // senders * senders)])

    sending = tasks(send() for _ in range(senders))
    answer = await asyncio.create_task(receive())
    for task in sending:
        await task
    return values, answer, senders * below(values // senders)


async def channel1():
    return await channels(1)


async def channel4():
    return await channels(4)


async def mutex():
    turns = sized(500)
    lock = asyncio.Lock()
    count = 0

    async def add():
        nonlocal count
        for _ in range(turns):
            async with lock:
                before = count
                await asyncio.sleep(0)
                count = before + 1

    for task in tasks(add() for _ in range(100)):
        await task
    return 100 * turns, count, 100 * turns


async def semaphore():
    number = sized(10_000)
    permits = asyncio.Semaphore(3)

    async def hold():
        async with permits:
            await asyncio.sleep(0)
            return 1

    return number, await total(tasks(hold() for _ in range(number))), number


async def sleep():
    number = sized(100_000)

    async def nap(i):
        micros = 1000 + i * 2_654_435_761 % 99_000
        await asyncio.sleep(micros / 1e6)
        return 1

    return number, await total(tasks(nap(i) for i in range(number))), number


async def limits(turns):
    in_time = 0
    for _ in range(turns):
        async with asyncio.timeout(30):
            await asyncio.sleep(0)
        in_time += 1
    return in_time


async def timeout():
    turns = sized(200_000)
    return turns, await limits(turns), turns


async def timeout1000():
    turns = sized(200_000)
    answer = await total(tasks(limits(turns // 1000) for _ in range(1000)))
    return turns, answer, turns // 1000 * 1000


async def threads():
    calls = sized(20_000)
    answer = await total(tasks(asyncio.to_thread(lambda i=i: i) for i in range(calls)))
    return calls, answer, below(calls)


async def threads1():
    calls = sized(10_000)
    answer = await total(asyncio.to_thread(lambda i=i: i) for i in range(calls))
    return calls, answer, below(calls)


WORKLOADS = {
    "yield": yield100,
    **{
        workload.__name__: workload
        for workload in [
            spawn, spawn100, spawn1, chain, yield1, gather10, gather1000, oneshot, echo1, echo1000,
            channel1, channel4, mutex, semaphore, sleep, timeout, timeout1000, threads, threads1,
        ]
    },
}


async def measure(workload):
    rounds, spent, number = 0, 0.0, 0
    while rounds < 2 or (spent < ENOUGH and part == 1):
        began = time.perf_counter()
        operations, answer, wanted = await workload()
        took = time.perf_counter() - began
        if answer != wanted:
            return f"{answer} instead of {wanted}"
        rounds += 1
        # The first round warms up.
        if rounds > 1:
            spent += took
            number += operations
    return f"figures {spent * 1e9 / number}"


def main():
    global part
    contestant, rest = sys.argv[1], sys.argv[2:]
    run = asyncio.run
    version = "Python " + sys.version.split()[0]
    if contestant == "uvloop":
        import uvloop

        run = uvloop.run
        version = f"uvloop {uvloop.__version__}, {version}"
    if not rest:
        print(version)
        print(*WORKLOADS, sep="\n")
        return
    part = int(rest[1])
    print(run(measure(WORKLOADS[rest[0]])))


if __name__ == "__main__":
    main()
