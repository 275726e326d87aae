#!/usr/bin/env python3
"""Writes a log such as CI machines write, with made-up secrets planted in it.

    benches/make_log.py OUT BYTES [--seed N] [--pool DIR] [--planted N]

The same arguments give the same bytes. With --pool a third of the lines are taken from text files under DIR, as diffs and
failing tests put them into logs. Where the secrets stand is written to OUT.planted.json (line, column, kind; not the value).
The secrets are put together here from random characters; they open nothing.
"""
import argparse
import itertools
import json
import os
import random
import string
import zlib

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
JOBS = ["build", "unit-tests", "lint", "package", "deploy-staging", "integration", "docs", "release"]
CRATES = ["serde", "tokio", "rand", "regex", "hyper", "bytes", "clap", "libc", "syn", "itoa", "ring", "time"]
WORDS = "queue cache worker request handler table index shard commit branch layer upload token auth client access " \
        "session user group stage metric retry socket buffer stream schema".split()
FOLDERS = ["src", "lib", "tests", "internal", "pkg", "cmd", "app", "web"]
BLOCK = 1 << 20


def letters(rng, alphabet, length):
    return "".join(rng.choices(alphabet, k=length))


def crc_base62(body):
    """The CRC32 of the body as six base62 digits: GitHub's checksum."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits = BASE62[digit] + digits
    return digits


def github(rng):
    body = letters(rng, BASE62, 30)
    return "+ git push https://x-access-token:%s@github.com/acme/app.git" % ("gh" + "p_" + body + crc_base62(body))


def access_key(rng):
    ident = "AK" + "IA" + letters(rng, string.ascii_uppercase + "234567", 16)
    return "export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s" % (ident, letters(rng, BASE62 + "+/", 40))


def password(rng):
    return "DB_PASSWORD=%s npm run migrate" % letters(rng, BASE62 + "!%*-_", 18)


def database(rng):
    return "connecting to postgres" + "://app:%s@db.internal.acme.dev:5432/app" % letters(rng, BASE62, 20)


def bearer(rng):
    return "> Authorization: Bearer %s" % letters(rng, BASE62 + "-_", 43)


PLANTED = {f.__name__: f for f in (github, access_key, password, database, bearer)}


def path(rng):
    return "/".join(rng.choices(FOLDERS, k=2)) + "/" + rng.choice(WORDS) + "_" + rng.choice(WORDS)


def digest(rng, length=64):
    return "%0*x" % (length, rng.getrandbits(4 * length))


# What CI logs are made of, in rough shares: chatter, compilers, tests, digests, requests, progress, stack traces.
LINES = [
    (22, lambda r: "[%s] INFO  %s: %s %s finished in %d ms" % (r.choice(JOBS), r.choice(WORDS), r.choice(WORDS), r.choice(WORDS), r.randrange(9000))),
    (12, lambda r: "   Compiling %s v%d.%d.%d" % (r.choice(CRATES), r.randrange(3), r.randrange(40), r.randrange(20))),
    (14, lambda r: "test %s::%s_%s ... ok" % (path(r).replace("/", "::"), r.choice(WORDS), r.choice(WORDS))),
    (8, lambda r: "#%d [%d/12] sha256:%s %d.%dMB / %dMB" % (r.randrange(40), r.randrange(12), digest(r), r.randrange(90), r.randrange(10), 90)),
    (10, lambda r: '{"level":"debug","job":"%s","trace_id":"%s","%s":%d,"msg":"%s"}' % (r.choice(JOBS), digest(r, 32), r.choice(WORDS), r.randrange(10**6), r.choice(WORDS))),
    (10, lambda r: '10.%d.%d.%d - - "GET /api/%s/%d HTTP/1.1" 200 %d' % (r.randrange(256), r.randrange(256), r.randrange(256), r.choice(WORDS), r.randrange(10**5), r.randrange(10**5))),
    (6, lambda r: "##[section] \x1b[36m%s\x1b[0m %s" % (r.choice(JOBS), "=" * r.randrange(4, 60))),
    (6, lambda r: "    at %s (%s.ts:%d:%d)" % (r.choice(WORDS), path(r), r.randrange(900), r.randrange(80))),
    (4, lambda r: "npm warn deprecated %s@%d.%d.0: use %s instead" % (r.choice(WORDS), r.randrange(9), r.randrange(30), r.choice(WORDS))),
    (4, lambda r: "%s.rs:%d:%d: warning: unused variable: `%s`" % (path(r), r.randrange(900), r.randrange(80), r.choice(WORDS))),
    (2, lambda r: "token=*** client_secret=*** password=$%s_PASSWORD" % r.choice(WORDS).upper()),
    (2, lambda r: "::add-mask::***"),
]


def pool_lines(folder, rng, most=2_000_000):
    """Lines of up to 300 characters from text files under the folder."""
    files = sorted(os.path.join(root, name) for root, _, names in os.walk(folder) for name in names)
    rng.shuffle(files)
    lines = []
    for name in files:
        if len(lines) >= most:
            break
        try:
            with open(name, encoding="utf-8") as file:
                found = [line for line in file.read(1 << 18).splitlines() if 8 < len(line) <= 300]
        except (OSError, UnicodeDecodeError):
            continue
        lines += rng.sample(found, min(len(found), 2000))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("bytes", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pool", metavar="DIR")
    parser.add_argument("--planted", type=int, default=200, metavar="N")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    pool = pool_lines(args.pool, rng) if args.pool else []
    makers, shares = [maker for _, maker in LINES], [share for share, _ in LINES]
    if pool:
        makers, shares = makers + [lambda r: r.choice(pool)], shares + [50]
    kinds = itertools.cycle(sorted(PLANTED))
    due = sorted(rng.randrange(args.bytes) for _ in range(args.planted))
    written, number, seconds, planted = 0, 0, 0.0, []
    with open(args.out, "wb") as out:
        while written < args.bytes:
            block, size = [], 0
            while size < BLOCK and written + size < args.bytes:
                number += 1
                seconds += rng.random() / 50
                stamp = "2026-03-%02dT%02d:%02d:%06.3fZ " % (1 + seconds // 86400 % 28, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
                if due and due[0] <= written + size:
                    due.pop(0)
                    kind = next(kinds)
                    text = PLANTED[kind](rng)
                    planted.append({"line": number, "column": len(stamp) + 1, "kind": kind})
                else:
                    text = rng.choices(makers, shares)[0](rng)
                line = (stamp + text + "\n").encode()
                block.append(line)
                size += len(line)
            out.write(b"".join(block))
            written += size
    with open(args.out + ".planted.json", "w", encoding="utf-8") as file:
        json.dump(planted, file, indent=1)
        file.write("\n")
    print("%s: %d bytes, %d lines, %d planted" % (args.out, written, number, len(planted)))


if __name__ == "__main__":
    main()
