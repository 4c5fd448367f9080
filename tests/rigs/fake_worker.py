"""A worker without torch for tests: what it does with a request is the request's model name."""

import json
import os
import sys
from pathlib import Path

CHORD = {"name": "alto", "role": "alto", "program": 19, "channel": 1, "length": 4.0}


def say(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(request):
    if request["model"] == "not in memory":
        prepare(request["model"])
    notes = [[0.0, 4.0, 64, 70]]
    track = {**CHORD, "notes": notes}
    say(event="generated", id=request["id"], tracks=[track], seconds=0.01)


def prepare(model):
    say(event="loading", detail=model)
    if model == "deadly":
        os._exit(4)
    say(event="failed" if model == "unknown" else "ready", detail=model)


def once(folder):
    """Whether this is the first time, over all the workers that were started."""
    try:
        Path(folder, "been here").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def main(folder, model):
    if model == "never starts":
        sys.exit("no such library")
    say(event="loading", detail=model)
    say(event="ready", detail=model)
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            prepare(request["load"])
            continue
        name = request["model"]
        if name == "crash" or (name == "crash once" and once(folder)):
            os._exit(3)
        if name == "hang" or (name == "hang once" and once(folder)):
            continue
        if name == "refuse":
            say(event="refused", id=request["id"], reason="not this melody")
            continue
        if name == "garbage":
            sys.stdout.write("\xff\x00 no json\n[1]\n{}\n")
            say(event="generated", id=request["id"], tracks=7, seconds=None)
            say(event="generated", id="another", tracks=[], seconds=0)
        answer(request)


if __name__ == "__main__":
    main(*sys.argv[1:])
