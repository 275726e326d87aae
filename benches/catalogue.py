#!/usr/bin/env python3
"""What the whole catalogue of rules costs, beside sixty of them, over the same paths.

    benches/catalogue.py PATH… [--rounds N] [--tool PROGRAM]

The sixty are the rules a small scanner would have: private keys, the large clouds, code hosts, chat, payment, package
registries, addresses with passwords, web tokens, generic assignments. All others are disabled by a configuration. Both
take turns; the ratio of a round is that of its two times, and medians are printed, of wall time and of processor time.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(HERE, "..", "target", "release", "tightlip")
SIXTY = """
private-key putty-private-key aws-access-key-id aws-secret-access-key aws-session-token google-api-key
google-oauth-client-secret google-access-token google-service-account-key google-hmac-secret azure-client-secret
azure-storage-key azure-shared-access-key azure-sas-token azure-cosmos-key azure-functions-key github-personal-token
github-oauth-token github-app-user-token github-app-installation-token github-refresh-token github-fine-grained-token
gitlab-personal-token gitlab-deploy-token gitlab-runner-token bitbucket-access-token atlassian-api-token
slack-bot-token slack-user-token slack-app-token slack-webhook discord-bot-token discord-webhook telegram-bot-token
twilio-auth-token twilio-api-key-sid stripe-live-key stripe-test-key webhook-signing-secret square-access-token
paypal-client-secret braintree-access-token npm-token npm-registry-token pypi-token rubygems-key crates-io-token
nuget-key docker-hub-token jfrog-access-token docker-config-auth url-password connection-string-password jdbc-password
jwt bearer-token http-basic-credentials generic-password generic-token call-password
""".split()


def configuration(tool):
    """A configuration that disables all rules but the sixty."""
    listed = subprocess.run([tool, "rules", "list", "--format", "json"], check=True, capture_output=True)
    rules = {rule["id"] for rule in json.loads(listed.stdout)}
    unknown = set(SIXTY) - rules
    assert not unknown, f"no rules of these names: {sorted(unknown)}"
    entries = "".join(f'  {{ id = "{rule}", reason = "measuring" }},\n' for rule in sorted(rules - set(SIXTY)))
    return len(rules), f"[rules]\ndisable = [\n{entries}]\n"


def timed(command):
    """Wall time and processor time of a command, in seconds."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert status in {0, 1, 3}, f"status {status}: {command}"
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--tool", default=BUILT)
    options = parser.parse_args()
    count, text = configuration(options.tool)
    command = [options.tool, "--quiet", "dir", "--format", "json", *options.paths]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(text)
        config.flush()
        timed(command + ["--no-config"])
        rounds = [
            (timed(command + ["--no-config"]), timed(command + ["--config", config.name]))
            for _ in range(options.rounds)
        ]
    for number, name in enumerate(["wall", "processor"]):
        everything, sixty = ([pair[which][number] for pair in rounds] for which in (0, 1))
        ratio = statistics.median(a / b for a, b in zip(everything, sixty))
        print(
            f"{name:<10} {count} rules {statistics.median(everything):.3f} s, "
            f"{len(SIXTY)} rules {statistics.median(sixty):.3f} s: {ratio:.3f}"
        )


if __name__ == "__main__":
    main()
