#!/usr/bin/env python3
"""Times tightlip beside the peers that are installed, and prints the table in Markdown.

    benches/peers.py SUBJECTS [--rounds N] [--tool NAME=PROGRAM]… [--only SUBJECT]… [--without TOOL[:SUBJECT]]… [--timeout S]

SUBJECTS is a folder that subjects.sh made. Every tool scans every subject as a whole command, offline, from within
SUBJECTS (detect-secrets passes over what is outside its working directory), with its report written to a file; the
report's size is in the table, so that a tool that is quick because it did not look can be seen. The tools take turns within a round, and each round begins with another tool, so that a busy machine
hits all alike. Times are medians over the rounds; the ratio is the median of the rounds' own ratios to tightlip. Memory
is the peak of the process as the kernel counts it (at least this script's own, some 15 MiB).
A tool that fails or runs out of time is said to, and not run on that subject again.
"""
import argparse
import os
import shutil
import signal
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

    def command(self, name):
        large = UNLIMITED if self.program == "kingfisher" and name == "big.log" else []
        return [self.path] + self.arguments + large + [name]

    path = None


TOOLS = [
    Tool("tightlip", "tightlip", ["dir", "--no-config", "--format", "json", "--quiet"], {0, 1, 3}),
    Tool("kingfisher", "kingfisher", ["scan"] + OFFLINE, {0, 200}),
    Tool("kingfisher-turbo", "kingfisher", ["scan", "--turbo", "--no-extract-archives"] + OFFLINE, {0, 200}),
    Tool("ripsecrets", "ripsecrets", [], {0, 1}),
    Tool("detect-secrets", "detect-secrets", ["scan", "--all-files", "--no-verify"], {0}),
]


def measure(tool, folder, name, limit):
    """Runs a tool: (seconds, peak bytes, report bytes, what went wrong or None)."""
    with tempfile.TemporaryFile() as report, tempfile.TemporaryFile() as errors:
        begun = time.monotonic()
        child = subprocess.Popen(
            tool.command(name),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=errors,
            start_new_session=True,  # with its children, if it must be ended
        )
        alarm = threading.Timer(limit, os.killpg, (child.pid, signal.SIGKILL))
        alarm.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begun
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        reported = os.fstat(report.fileno()).st_size
    if child.returncode in tool.statuses:
        return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), reported, None
    return seconds, 0, reported, "over %d s" % limit if seconds >= limit else "status %d" % child.returncode


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


def race(tools, folder, name, rounds, limit):
    """By tool: the rounds' measurements, and what went wrong."""
    runs, wrongs = {tool.name: [] for tool in tools}, {}
    for number in range(rounds):
        turn = number % len(tools)
        for tool in tools[turn:] + tools[:turn]:
            if tool.name in wrongs:
                continue
            seconds, peak, reported, wrong = measure(tool, folder, name, limit)
            print("  round %d: %-17s %8.3f s  %s" % (number + 1, tool.name, seconds, wrong or ""), file=sys.stderr)
            if wrong:
                wrongs[tool.name] = wrong
            else:
                runs[tool.name].append((number, seconds, peak, reported))
    return runs, wrongs


def rows(label, size, tools, runs, wrongs):
    ours = {number: seconds for number, seconds, _, _ in runs[tools[0].name]}
    for tool in tools:
        if tool.name in wrongs or not runs[tool.name]:
            yield "| %s | %s | %s | | | | |" % (label, tool.name, wrongs.get(tool.name, "not run"))
            continue
        median = statistics.median(seconds for _, seconds, _, _ in runs[tool.name])
        ratios = [seconds / ours[number] for number, seconds, _, _ in runs[tool.name] if number in ours]
        ratio = "%.2f" % statistics.median(ratios) if ratios else ""
        peak = max(peak for _, _, peak, _ in runs[tool.name]) / 2**20
        reported = max(reported for _, _, _, reported in runs[tool.name]) / 1e3
        speed = size / 1e6 / median
        yield "| %s | %s | %.3f | %.0f | %s | %.0f | %.1f |" % (label, tool.name, median, speed, ratio, peak, reported)


def installed(chosen, without):
    """The tools that can be run, tightlip first."""
    paths = dict(choice.split("=", 1) for choice in chosen)
    for tool in TOOLS:
        built = BUILT if tool.program == "tightlip" and os.path.exists(BUILT) else None
        found = paths.get(tool.name) or paths.get(tool.program) or built or shutil.which(tool.program)
        tool.path = os.path.abspath(found) if found else None
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
    table = [
        "| subject | tool | median s | MB/s | × tightlip | peak MiB | report kB |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
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
            if os.path.isdir(os.path.join(args.subjects, "tiny")):
                measure(tool, args.subjects, "tiny", args.timeout)
        runs, wrongs = race(here, args.subjects, name, args.rounds, args.timeout)
        table += rows(label, size, here, runs, wrongs)
    print("\n".join(table))
    print("\n%d rounds on %d processors. %s." % (args.rounds, os.cpu_count(), " · ".join(versions(tools))))
    if absent:
        print("Not installed: %s." % ", ".join(absent))


if __name__ == "__main__":
    main()
