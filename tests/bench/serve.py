#!/usr/bin/env python3
"""Speed of the server through HTTP: so many streams at once, beside one alone.

usage: serve.py DEEPSEEKMOE [--model FOLDER] [--streams 1 2 4 8] [--tokens 48] [--prompt 64] [--threads 2] [--peer URL NAME]

Each stream has a prompt of its own and writes the same number of tokens, chosen at temperature 1. Prints for each
number of streams the tokens per second of all together once each writes, how many times that of the first row it is,
the passes through the model, and the longest time that a stream stood still. --peer measures another server of this
API in the same run, e.g. llama.cpp's: http://127.0.0.1:8081/v1.
"""

import argparse
import http.client
import json
import pathlib
import subprocess
import threading
import time
import urllib.parse

DEMO = pathlib.Path(__file__).resolve().parents[2] / "resources" / "demo_model"


class Stream(threading.Thread):
    def __init__(self, url, model, seed, prompt, tokens, goes_on):
        super().__init__()
        self.url = urllib.parse.urlparse(url)
        words = [f"word{(seed * 131 + i * 7) % 1000}" for i in range(prompt // 4)]
        self.body = {"model": model, "prompt": " ".join(words), "max_tokens": tokens, "temperature": 1, "seed": seed,
                     "stream": True, **goes_on}
        self.times = []

    def run(self):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=3600)
        connection.request("POST", self.url.path + "/completions", json.dumps(self.body),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        for line in answer:
            if line.startswith(b"data: {") and json.loads(line[6:])["choices"]:
                self.times.append(time.monotonic())


def passes(url):
    with_metrics = urllib.parse.urlparse(url)
    connection = http.client.HTTPConnection(with_metrics.hostname, with_metrics.port)
    connection.request("GET", "/metrics")
    for line in connection.getresponse().read().decode().splitlines():
        if line.startswith("deepseekmoe_passes_total "):
            return int(line.split()[1])
    return 0


def measure(url, model, goes_on, count, options):
    before = passes(url)
    streams = [Stream(url, model, seed, options.prompt, options.tokens, goes_on) for seed in range(count)]
    for stream in streams:
        stream.start()
    for stream in streams:
        stream.join()
    begun = max(stream.times[0] for stream in streams)
    ended = min(stream.times[-1] for stream in streams)
    written = sum(1 for stream in streams for moment in stream.times if begun < moment <= ended)
    stall = max(b - a for stream in streams for a, b in zip(stream.times, stream.times[1:]))
    return written / max(1e-9, ended - begun), stall, passes(url) - before


def table(title, url, model, goes_on, options):
    print(f"{title}\n{'streams':>8} {'tokens/s':>10} {'times':>7} {'passes':>7} {'longest stall, ms':>18}")
    first = None
    for count in options.streams:
        speed, stall, through = measure(url, model, goes_on, count, options)
        first = first or speed
        print(f"{count:>8} {speed:>10.1f} {speed / first:>7.2f} {through or '':>7} {1000 * stall:>18.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--model", type=pathlib.Path, default=DEMO)
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--prompt", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", nargs=2, metavar=("URL", "NAME"))
    options = parser.parse_args()
    server = subprocess.Popen([options.program, "serve", "--model", options.model, "--port", "0", "--threads",
                               str(options.threads), "--streams", str(min(15, max(options.streams)))],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = server.stdout.readline().strip()
        end = json.loads((options.model / "config.json").read_text())["eos_token_id"]
        ends = end if isinstance(end, list) else [end]
        table("deepseekmoe serve", url, "", {"logit_bias": {str(one): -100 for one in ends}}, options)
        if options.peer:
            table(options.peer[1], options.peer[0], options.peer[1], {"ignore_eos": True}, options)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
