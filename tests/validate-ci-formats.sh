#!/bin/sh
# Validates reports for CI systems, and the workflow files that the documents show, with tools that are not ours.
#
#   tests/validate-ci-formats.sh FILE.gitlab|FILE.junit|FILE.github-workflow.yml|FILE.gitlab-ci.yml …
#
# A GitLab report is held against testdata/schemas/gitlab-secret-detection.json by check-jsonschema (and against GitLab's
# own schema too, if GITLAB_SCHEMA names a copy of it); a JUnit report is read by junitparser, which has to count what the
# report says; workflow files are held against their published schemas, and those of GitHub are audited by zizmor.
# (Annotations for GitHub have a strict reader of their own in the unit tests.) The tools are installed into a temporary
# folder; set CI_TOOLS to a folder to keep them between runs. Needs python3 and its package index.
# Exit status: 0 when every file is valid, 1 when one is not, 2 when the tools cannot be had.
set -eu

[ $# -gt 0 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }

schema=$(dirname "$0")/../testdata/schemas/gitlab-secret-detection.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${CI_TOOLS:-$work/tools}

fail() { echo "validate-ci-formats: $1" >&2; exit 2; }

if [ ! -x "$tools/bin/zizmor" ]; then
    python3 -m venv "$tools" || fail "python3 -m venv failed"
    "$tools/bin/pip" install --quiet --disable-pip-version-check \
        check-jsonschema==0.39.0 junitparser==5.0.3 zizmor==1.32.0 >&2 || fail "pip cannot install the tools"
fi

against() { "$tools/bin/check-jsonschema" --regex-variant python "$@"; }

# A second reader adds up the cases and must come to the sums that the report itself gives.
junit() {
    "$tools/bin/python" - "$1" <<'PY'
import sys
from junitparser import Error, Failure, JUnitXml, Skipped

report = JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in report for case in suite]
of = lambda kind: sum(any(isinstance(r, kind) for r in case.result) for case in cases)
told = (report.tests, report.failures, report.errors, report.skipped)
counted = (len(cases), of(Failure), of(Error), of(Skipped))
assert told == counted, "the report says %s, its cases are %s" % (told, counted)
assert cases and all(case.name and case.classname for case in cases), "a case without a name"
PY
}

status=0
for file in "$@"; do
    echo "$file"
    case $file in
    *.gitlab)
        against --schemafile "$schema" "$file" || status=1
        [ -z "${GITLAB_SCHEMA:-}" ] || against --schemafile "$GITLAB_SCHEMA" "$file" || status=1
        ;;
    *.junit) junit "$file" || status=1 ;;
    *.github-workflow.yml)
        against --builtin-schema vendor.github-workflows "$file" || status=1
        "$tools/bin/zizmor" --offline --no-progress --quiet "$file" || status=1
        ;;
    *.gitlab-ci.yml) against --builtin-schema vendor.gitlab-ci "$file" || status=1 ;;
    *) fail "$file: nothing validates such a file" ;;
    esac
done
exit $status
