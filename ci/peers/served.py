"""How a peer of `npm run bench` is served: training steps on request, over standard input and output.

The first line says {"ready": true, "versions": {...}}, once the steps take their usual time. For each line with a number
n it runs n steps and answers {"ms": [...], "peakRssBytes": N}: the time of each step, and the largest resident memory of
the process so far. It ends with its input.
"""
import json
import platform
import resource
import statistics
import sys
import time

# Warm-up: blocks of so many steps, until one is no more than so much faster than the one before it.
BLOCK = 10
STEADY = 0.97
MOST_BLOCKS = 30


def timed(step, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    return times


def warm_up(step, block):
    if block == 0:
        return
    before = statistics.median(timed(step, block))
    for _ in range(MOST_BLOCKS):
        now = statistics.median(timed(step, block))
        if now >= STEADY * before:
            return
        before = now


def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kilobytes on Linux


def say(what):
    print(json.dumps(what), flush=True)


def serve(step, finish, versions, block=BLOCK):
    """`step` trains once; `finish` is called after each block, within its last step's time: it reads the losses.

    `block`: steps of a block of the warm-up; 0 for none, where a step takes a minute."""
    warm_up(step, block)
    say({"ready": True, "versions": {"python": platform.python_version()} | versions})
    for line in sys.stdin:
        times = timed(step, int(line))
        start = time.perf_counter()
        finish()
        times[-1] += (time.perf_counter() - start) * 1000
        say({"ms": times, "peakRssBytes": peak_bytes()})
