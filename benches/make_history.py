#!/usr/bin/env python3
"""Makes a bare repository of many small commits over one text, packed as `git gc --aggressive` packs.

    benches/make_history.py DEST COMMITS [FILES]

FILES files (2000) of 250 lines; every commit replaces one line of one of them. Cost must follow what is new, so compare
two of them with ten times the commits:

    for n in 2000 20000; do benches/make_history.py /tmp/h$n $n; time tightlip git /tmp/h$n; done
"""
import random
import subprocess
import sys

if len(sys.argv) not in (3, 4):
    sys.exit(__doc__)
dest, commits, count = sys.argv[1], int(sys.argv[2]), int((sys.argv[3:] or ["2000"])[0])
seed = random.Random(1)
words = ["w%05d" % seed.randrange(99999) for _ in range(5000)]
files = [[" ".join(seed.choice(words) for _ in range(12)) for _ in range(250)] for _ in range(count)]

subprocess.run(["git", "init", "-q", "--bare", dest], check=True)
feed = subprocess.Popen(["git", "-C", dest, "fast-import", "--quiet"], stdin=subprocess.PIPE)
write = feed.stdin.write


def put(at):
    text = "\n".join(files[at]).encode() + b"\n"
    write(b"M 100644 inline d%d/f%d.txt\ndata %d\n%s\n" % (at % 50, at, len(text), text))


for commit in range(commits):
    write(b"commit refs/heads/main\ncommitter T <t@example.org> %d +0000\ndata 2\nc\n\n" % (1700000000 + commit))
    if commit == 0:
        for at in range(count):
            put(at)
    else:
        at = commit * 7 % count
        files[at][commit % 250] = "state %d" % (commit * 31 % 1009)
        put(at)
feed.stdin.close()
if feed.wait():
    sys.exit("git fast-import failed")
subprocess.run(["git", "-C", dest, "repack", "-adfq", "--depth=50", "--window=10"], check=True)
