#!/bin/sh
# Validates a SARIF file with two independent tools; they catch different things.
#
#   tests/validate-sarif.sh FILE [FILE…]
#
# Microsoft's multitool applies the rules of the SARIF standard and those of GitHub code scanning; check-jsonschema
# holds the file against the JSON schema (the multitool accepts unknown values of `level`). Both are installed into a
# temporary folder; set SARIF_TOOLS to a folder to keep them between runs. Needs npm, python3 and the registries.
# Exit status: 0 when no file has an error (warnings are printed), 1 when one has, 2 when the tools cannot be had.
set -eu

[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

multitool_version=5.7.0
schema_checker_version=0.39.0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${SARIF_TOOLS:-$work/tools}
mkdir -p "$tools"

fail() { echo "validate-sarif: $1" >&2; exit 2; }

package="$tools/node_modules/@microsoft/sarif-multitool-linux"
if [ ! -f "$package/Sarif.Multitool" ]; then
    npm install --silent --no-audit --no-fund --prefix "$tools" \
        "@microsoft/sarif-multitool@$multitool_version" >&2 || fail "npm cannot install the multitool"
    [ -f "$package/Sarif.Multitool" ] || fail "the multitool has no build for this platform"
fi
# npm does not run the package's install script by default; all that one does is this.
chmod u+x "$package/Sarif.Multitool"
if [ ! -x "$tools/venv/bin/check-jsonschema" ]; then
    python3 -m venv "$tools/venv" || fail "python3 -m venv failed"
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check \
        "check-jsonschema==$schema_checker_version" >&2 || fail "pip cannot install check-jsonschema"
fi

# The multitool exits 0 whatever it finds: its own report is what counts, and a missing report is a failure.
count_errors() {
    python3 - "$1" <<'PY'
import json, sys

run = json.load(open(sys.argv[1], encoding="utf-8-sig"))["runs"][0]
driver = run["tool"]["driver"]
default = {r["id"]: r.get("defaultConfiguration", {}).get("level", "warning") for r in driver.get("rules", [])}
troubles = []
for result in run.get("results", []):
    rule = result.get("ruleId") or result["rule"]["id"]
    level = result.get("level", default.get(rule, "warning"))
    message = result["message"]
    words = message.get("text") or " ".join([message.get("id", "")] + message.get("arguments", []))
    troubles.append((level, rule, words))
for invocation in run.get("invocations", []):
    for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
        for n in invocation.get(kind, []):
            troubles.append((n.get("level", "warning"), kind, n["message"].get("text", "")))
for trouble in troubles:
    print("  %s: %s: %s" % trouble)
sys.exit(1 if any(level == "error" for level, _, _ in troubles) else 0)
PY
}

status=0
for file in "$@"; do
    echo "$file"
    # DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: minimal images have no ICU library.
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$package/Sarif.Multitool" validate "$file" \
        --rule-kind 'Sarif;Ghas' --output "$work/multitool.sarif" --log ForceOverwrite >"$work/log" 2>&1 || true
    if [ ! -s "$work/multitool.sarif" ]; then
        cat "$work/log" >&2
        fail "the multitool wrote no report"
    fi
    count_errors "$work/multitool.sarif" || status=1
    # The schema's patterns are written for another dialect of regular expressions; Python's reads them.
    "$tools/venv/bin/check-jsonschema" --regex-variant python --schemafile "$package/sarif-2.1.0.json" "$file" || status=1
    rm -f "$work/multitool.sarif"
done
exit $status
