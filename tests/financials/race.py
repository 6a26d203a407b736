"""Writers that change customers all at once, and a reader that mirrors them by the change log.

Run as a program on the database that the environment names; prints what it found as JSON.
"""

import json
import os
import random
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saumaton.site.settings.financials")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from saumaton.financials import changes  # noqa: E402
from saumaton.financials.models import Customer  # noqa: E402

WRITERS, SECONDS, AT_MOST_SECONDS = 6, 4.0, 90.0
ENOUGH = 20  # commits: a slow machine races for longer, not for less
PAUSES = {"postgresql": (0, 0, 0.002, 0.02), "sqlite": (0, 0, 0.001)}


class Undo(Exception):
    """Makes a transaction fail on purpose."""


def write(seed: int, stop: threading.Event, written: list[int]) -> None:
    chance = random.Random(seed)
    number = 0
    while not stop.is_set():
        try:
            with transaction.atomic():
                for _ in range(chance.randint(1, 3)):
                    number += 1
                    change(chance, f"W{seed}-{number}")
                    time.sleep(chance.choice(PAUSES[connection.vendor]))
                if chance.random() < 0.2:
                    raise Undo
            written.append(1)
        except Undo:
            pass
        time.sleep(0.002)
    connection.close()


def change(chance: random.Random, number: str) -> None:
    own = Customer.objects.filter(number__startswith=number.partition("-")[0] + "-")
    rows = list(own.values_list("pk", flat=True)[:40])
    action = chance.choice(("insert", "insert", "update", "update", "delete"))
    if action == "insert" or not rows:
        Customer.objects.create(number=number)
    elif action == "update":
        Customer.objects.filter(pk=chance.choice(rows)).update(name=number)
    else:
        Customer.objects.filter(pk=chance.choice(rows)).delete()


def mirror_once(mirror: dict, token: str | None) -> str:
    found = changes.changed_since("customer", token)
    names = dict(Customer.objects.filter(pk__in=found.ids).values_list("pk", "name"))
    for id in found.ids:
        if id in names:
            mirror[id] = names[id]
        else:
            mirror.pop(id, None)
    return found.token


def raced_for(started: float, commits: int) -> bool:
    """Is there time left, or not yet enough to have raced at all?"""
    seconds = time.monotonic() - started
    return seconds < SECONDS or (commits < ENOUGH and seconds < AT_MOST_SECONDS)


def main(seed: int) -> None:
    call_command("migrate", verbosity=0)
    stop, written = threading.Event(), []
    writers = [
        threading.Thread(target=write, args=(seed * 100 + n, stop, written)) for n in range(WRITERS)
    ]
    mirror: dict = {}
    token, reads = None, 0
    for writer in writers:
        writer.start()
    started = time.monotonic()
    while raced_for(started, len(written)):
        token, reads = mirror_once(mirror, token), reads + 1
    stop.set()
    for writer in writers:
        writer.join()
    token = mirror_once(mirror, token)
    truth = dict(Customer.objects.values_list("pk", "name"))
    wrong = sum(mirror.get(id) != truth.get(id) for id in mirror.keys() | truth.keys())
    print(
        json.dumps({"wrong": wrong, "rows": len(truth), "committed": len(written), "reads": reads})
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
