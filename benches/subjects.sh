#!/usr/bin/env bash
# Makes what the benchmarks scan.
#
#   benches/subjects.sh DEST [PATH-or-URL…]
#
#   DEST/tree     the repositories named, side by side: folders, or git addresses (cloned, newest commit only);
#                 without any, four large public ones
#   DEST/linux    Debian's linux-source-6.1, unpacked: 1.3 GB (needs apt-get; LINUX=no leaves it out)
#   DEST/big.log  a log of LOG_BYTES, by default 10^9, from make_log.py, with lines out of DEST/tree
#   DEST/tiny     two tiny files, for the time from start to verdict
#
# What is there already is left as it is: remove it to have it made anew.
set -euo pipefail

[ $# -gt 0 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dest=$(cd "$1" && pwd)
shift

repositories=("$@")
[ $# -gt 0 ] || repositories=(
    https://github.com/rust-lang/cargo
    https://github.com/moby/moby
    https://github.com/ansible/ansible
    https://github.com/hashicorp/terraform
)

# Copies what a repository or folder holds, without its history: histories are measured apart.
add_to_tree() {
    local from=$1 name to
    name=$(basename "$from" .git)
    to=$dest/tree/$name
    [ ! -e "$to" ] || return 0
    rm -rf "$to.part"
    if [ ! -d "$from" ]; then
        git clone --quiet --depth 1 "$from" "$to.part"
        rm -rf "$to.part/.git"
    elif git -C "$from" rev-parse --verify --quiet HEAD >/dev/null; then
        mkdir -p "$to.part"
        git -C "$from" archive HEAD | tar -x -C "$to.part"
    else
        mkdir -p "$to.part"
        cp -a "$from/." "$to.part"
    fi
    mv "$to.part" "$to"
}

# The package is unpacked and never installed.
make_linux() {
    local work
    work=$(mktemp -d "$dest/linux.XXXXXX")
    (cd "$work" && apt-get download linux-source-6.1 && dpkg-deb -x linux-source-6.1_*.deb package)
    mkdir "$work/linux"
    tar -xf "$work"/package/usr/src/linux-source-6.1.tar.xz -C "$work/linux" --strip-components 1
    mv "$work/linux" "$dest/linux"
    rm -rf "$work"
}

make_tiny() {
    mkdir -p "$dest/tiny"
    echo 'print("hello")' >"$dest/tiny/main.py"
    printf '# Hello\n\nA tiny tree.\n' >"$dest/tiny/README.md"
}

mkdir -p "$dest/tree"
for repository in "${repositories[@]}"; do add_to_tree "$repository"; done
[ "${LINUX:-yes}" = no ] || [ -e "$dest/linux" ] || make_linux
if [ ! -e "$dest/big.log" ]; then
    python3 "$here/make_log.py" "$dest/big.log.part" "${LOG_BYTES:-1000000000}" --pool "$dest/tree"
    mv "$dest/big.log.part.planted.json" "$dest/big.log.planted.json"
    mv "$dest/big.log.part" "$dest/big.log"
fi
[ -e "$dest/tiny" ] || make_tiny
du -sh --apparent-size "$dest"/{tree,linux,big.log,tiny} 2>/dev/null || true
