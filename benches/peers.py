#!/usr/bin/env python3
"""Times tightlip beside the peers that are installed, and prints the table in Markdown.

    benches/peers.py SUBJECTS [--rounds N] [--tool NAME=PROGRAM]… [--only SUBJECT]… [--without TOOL[:SUBJECT]]… [--timeout S]

SUBJECTS is a folder that subjects.sh made. Every tool scans every subject as a whole command with its report written to
a file, offline. The tools take turns within a round, and each round begins with another tool, so that a busy machine
hits all alike. Times are medians over the rounds; the ratio is the median of the rounds' own ratios to tightlip. Memory
is the peak of the process as the kernel counts it (at least this script's own, some 15 MiB).
A tool that fails or runs out of time is said to, and not run on that subject again.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(HERE, "..", "target", "release", "tightlip")
SUBJECTS = ["tree", "linux", "big.log", "tiny"]
OFFLINE = ["--no-validate", "--no-update-check", "--format", "json"]
# Beyond its default size limit kingfisher passes a file over; in mebibytes.
UNLIMITED = ["--max-file-size", "100000"]


class Tool:
    """A command, and the statuses with which it says that it did its work."""

    def __init__(self, name, program, arguments, statuses):
        self.name, self.program, self.arguments, self.statuses = name, program, arguments, statuses

    def command(self, subject):
        large = UNLIMITED if self.program == "kingfisher" and os.path.isfile(subject) else []
        return [self.path] + self.arguments + large + [subject]

    path = None


TOOLS = [
    Tool("tightlip", "tightlip", ["dir", "--format", "json", "--quiet"], {0, 1, 3}),
    Tool("kingfisher", "kingfisher", ["scan"] + OFFLINE, {0, 200}),
    Tool("kingfisher-turbo", "kingfisher", ["scan", "--turbo", "--no-extract-archives"] + OFFLINE, {0, 200}),
    Tool("ripsecrets", "ripsecrets", [], {0, 1}),
    Tool("detect-secrets", "detect-secrets", ["scan", "--all-files", "--no-verify"], {0}),
]


def measure(command, statuses, limit):
    """Runs a command: (seconds, peak bytes, what went wrong or None)."""
    with tempfile.TemporaryFile() as report, tempfile.TemporaryFile() as errors:
        begun = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=report, stderr=errors)
        alarm = threading.Timer(limit, child.kill)
        alarm.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begun
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode in statuses:
        return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), None
    return seconds, 0, "over %d s" % limit if seconds >= limit else "status %d" % child.returncode


def read_all(subject):
    """Reads a subject once, so that no tool pays for the disk: (files, bytes)."""
    if os.path.isfile(subject):
        names = [subject]
    else:
        names = [os.path.join(root, name) for root, _, files in os.walk(subject) for name in files]
    count = size = 0
    for name in names:
        if os.path.islink(name) or not os.path.isfile(name):
            continue
        with open(name, "rb") as file:
            while block := file.read(1 << 20):
                size += len(block)
        count += 1
    return count, size


def versions(tools):
    told = []
    for tool in tools:
        out = subprocess.run([tool.path, "--version"], capture_output=True, text=True, check=False)
        told.append("%s: `%s`" % (tool.name, (out.stdout or out.stderr).strip().splitlines()[0]))
    return told


def race(tools, subject, rounds, limit):
    """By tool: the rounds' measurements, and what went wrong."""
    runs, wrongs = {tool.name: [] for tool in tools}, {}
    for number in range(rounds):
        turn = number % len(tools)
        for tool in tools[turn:] + tools[:turn]:
            if tool.name in wrongs:
                continue
            seconds, peak, wrong = measure(tool.command(subject), tool.statuses, limit)
            print("  round %d: %-17s %8.3f s  %s" % (number + 1, tool.name, seconds, wrong or ""), file=sys.stderr)
            if wrong:
                wrongs[tool.name] = wrong
            else:
                runs[tool.name].append((number, seconds, peak))
    return runs, wrongs


def rows(label, size, tools, runs, wrongs):
    ours = {number: seconds for number, seconds, _ in runs[tools[0].name]}
    for tool in tools:
        if tool.name in wrongs or not runs[tool.name]:
            yield "| %s | %s | %s | | | |" % (label, tool.name, wrongs.get(tool.name, "not run"))
            continue
        median = statistics.median(seconds for _, seconds, _ in runs[tool.name])
        ratios = [seconds / ours[number] for number, seconds, _ in runs[tool.name] if number in ours]
        ratio = "%.2f" % statistics.median(ratios) if ratios else ""
        peak = max(peak for _, _, peak in runs[tool.name]) / 2**20
        yield "| %s | %s | %.3f | %.0f | %s | %.0f |" % (label, tool.name, median, size / 1e6 / median, ratio, peak)


def installed(chosen, without):
    """The tools that can be run, tightlip first."""
    paths = dict(choice.split("=", 1) for choice in chosen)
    for tool in TOOLS:
        tool.path = paths.get(tool.name) or paths.get(tool.program) or shutil.which(tool.program)
    TOOLS[0].path = paths.get("tightlip") or (BUILT if os.path.exists(BUILT) else TOOLS[0].path)
    if not TOOLS[0].path:
        sys.exit("tightlip is not built: cargo build --release")
    return [tool for tool in TOOLS if tool.path and tool.name not in without]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subjects")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tool", action="append", default=[], metavar="NAME=PROGRAM")
    parser.add_argument("--only", action="append", default=[], choices=SUBJECTS)
    parser.add_argument("--without", action="append", default=[], metavar="TOOL[:SUBJECT]")
    parser.add_argument("--timeout", type=float, default=900, metavar="S")
    args = parser.parse_args()
    tools = installed(args.tool, args.without)
    absent = [tool.name for tool in TOOLS if not tool.path]
    table = ["| subject | tool | median s | MB/s | × tightlip | peak MiB |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for name in args.only or SUBJECTS:
        subject = os.path.join(args.subjects, name)
        if not os.path.exists(subject):
            print("%s is not there: left out" % subject, file=sys.stderr)
            continue
        count, size = read_all(subject)
        label = "%s: %.1f MB, %d file%s" % (name, size / 1e6, count, "" if count == 1 else "s")
        print(label, file=sys.stderr)
        here = [tool for tool in tools if "%s:%s" % (tool.name, name) not in args.without]
        for tool in here:  # caches that a tool keeps for itself are filled before the clock runs
            if os.path.isdir(tiny := os.path.join(args.subjects, "tiny")):
                measure(tool.command(tiny), tool.statuses, args.timeout)
        runs, wrongs = race(here, subject, args.rounds, args.timeout)
        table += rows(label, size, here, runs, wrongs)
    print("\n".join(table))
    print("\n%d rounds on %d processors. %s." % (args.rounds, os.cpu_count(), " · ".join(versions(tools))))
    if absent:
        print("Not installed: %s." % ", ".join(absent))


if __name__ == "__main__":
    main()
