# SPDX-License-Identifier: Apache-2.0
"""One thread that watches everything a case observes, and knows how late it was.

Descriptors and periodic functions are served by one loop, so that there is little to disturb the time stamps.
A 10 ms ticker runs in it: `lateness` is the largest delay with which it was called, in other words how far a time
stamp taken here may be wrong. All times in the lab are time.monotonic() seconds.
"""
import heapq
import itertools
import os
import selectors
import threading
import time

TICK = 0.010


class Loop(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True, name='loop')
        self.lateness = 0.0
        self._selector = selectors.DefaultSelector()
        self._timers = []
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._wake_r, self._wake_w = os.pipe()
        os.set_blocking(self._wake_r, False)
        self.add(self._wake_r, lambda: os.read(self._wake_r, 4096))
        self.every(TICK, self._tick)
        self.start()

    def add(self, fd, callback):
        self._selector.register(fd, selectors.EVENT_READ, callback)
        os.write(self._wake_w, b'w')

    def remove(self, fd):
        self._selector.unregister(fd)

    def every(self, seconds, callback):
        """Call callback(due) every SECONDS, without drift; returns a function that ends it."""
        alive = [True]
        with self._lock:
            heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), seconds, callback, alive))
        os.write(self._wake_w, b'w')
        return lambda: alive.__setitem__(0, False)

    def _tick(self, due):
        self.lateness = max(self.lateness, time.monotonic() - due)

    def _run_timers(self):
        while True:
            now = time.monotonic()
            with self._lock:
                if not self._timers or self._timers[0][0] > now:
                    return self._timers[0][0] - now if self._timers else 1.0
                due, _, seconds, callback, alive = heapq.heappop(self._timers)
                following = due + seconds
                if following < now:             # late by more than a period: no burst to catch up
                    following = now + seconds
                if alive[0]:
                    heapq.heappush(self._timers, (following, next(self._order), seconds, callback, alive))
            if alive[0]:
                callback(due)

    def run(self):
        while True:
            wait = self._run_timers()
            for key, _ in self._selector.select(wait):
                key.data()
