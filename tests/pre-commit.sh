#!/usr/bin/env bash
# The hooks for https://pre-commit.com, through the real program: try-repo, run, SKIP, a commit and a push.
#
# Needs a network (pre-commit from PyPI, our crates) and a few minutes: pre-commit builds tightlip as `cargo install` does.
# Its tools go to $PRE_COMMIT_TOOLS, or a folder that is gone afterwards.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${PRE_COMMIT_TOOLS:-$work/tools}
mkdir -p "$tools"

if [ ! -x "$tools/venv/bin/pre-commit" ]; then
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check 'pre-commit>=4,<5'
fi
PATH=$tools/venv/bin:$PATH
export PRE_COMMIT_HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
# Built quickly: what is tested is that it builds and runs, not how fast.
export CARGO_TARGET_DIR=$tools/target CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
for name in $(compgen -e GIT_ | grep -vE '^GIT_(CONFIG_GLOBAL|CONFIG_NOSYSTEM|(AUTHOR|COMMITTER)_(NAME|EMAIL))$'); do unset "$name"; done

# Made up at run time, with the checksum that such tokens have.
secret() {
    python3 - "$1" <<'PY'
import random, sys, zlib
digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
body = "".join(random.Random(sys.argv[1]).choices(digits, k=30))
rest, check = zlib.crc32(body.encode()), ""
while rest:
    rest, check = rest // 62, digits[rest % 62] + check
print("token = " + "gh" + "p_" + body + check.rjust(6, "0"))
PY
}

say() { printf '== %s\n' "$*" >&2; }
# Runs a command that must fail, and say this.
refused() {
    local told=$1 out
    shift
    if out=$("$@" 2>&1); then echo "passed, and must not: $*" >&2; exit 1; fi
    grep -q -- "$told" <<<"$out" || { printf 'does not say "%s":\n%s\n' "$told" "$out" >&2; exit 1; }
}

say "the manifest"
pre-commit validate-manifest "$root/.pre-commit-hooks.yaml"

say "try-repo, as a newcomer tries it"
git init -q -b main "$work/repo"
cd "$work/repo"
echo fine >file && git add file
pre-commit try-repo "$root" tightlip --verbose
secret 1 >file && git add file
refused github-personal-token pre-commit try-repo "$root" tightlip
echo fine >file
refused github-personal-token pre-commit try-repo "$root" tightlip
git add file

say "installed: run, commit, SKIP"
# A clone of what is committed, and what is not: pre-commit builds from a revision.
git -C "$root" stash create >"$work/stash" 2>/dev/null || true
revision=$(cat "$work/stash"); revision=${revision:-$(git -C "$root" rev-parse HEAD)}
git clone -q --no-local "$root" "$work/hooks"
git -C "$work/hooks" fetch -q "$root" "$revision" 2>/dev/null || revision=$(git -C "$work/hooks" rev-parse HEAD)
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $work/hooks
    rev: $revision
    hooks: [{id: tightlip}, {id: tightlip-system}, {id: tightlip-push}]
YAML
git add .pre-commit-config.yaml
pre-commit install --install-hooks --hook-type pre-commit --hook-type pre-push >/dev/null
# tightlip-system takes what is on the PATH: what pre-commit built just now.
built=$(find "$PRE_COMMIT_HOME" -path '*/bin/tightlip' -type f | head -n 1)
[ -n "$built" ] || { echo "pre-commit built no tightlip" >&2; exit 1; }
PATH=$(dirname "$built"):$PATH
git commit -q -m first
secret 2 >file && git add file
refused github-personal-token git commit -q -m secret
refused github-personal-token pre-commit run tightlip-system
echo fine again >file
refused github-personal-token git commit -q -m "the working tree is fine, what is staged is not"
refused github-personal-token pre-commit run tightlip
SKIP=tightlip,tightlip-system git commit -q -m "skipped on purpose"
echo fine >other && git add other && git commit -q -m "unchanged lines do not block"

say "the push stage"
git init -q --bare -b main "$work/there.git"
git remote add origin "$work/there.git"
refused github-personal-token git push -q origin main
git reset -q --hard HEAD~2
git push -q origin main
secret 3 >file && git add file && SKIP=tightlip,tightlip-system git commit -q -m secret
refused "nothing was pushed" git push -q origin main

say "init leaves pre-commit's hook alone"
refused ".pre-commit-config.yaml" tightlip init
say "all passed"
