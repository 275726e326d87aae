//! Malformed tokens: what is one character short or long, cut in half, in another alphabet, behind a prefix in the wrong
//! case or with a wrong checksum is nobody's token, and is not reported under its issuer's name; nor is a made-up body.
//!
//! Every rule's own examples are mutated. The shares that are reported all the same are held by a ceiling for each kind of
//! mutation, which may only fall. `MALFORMED_LIST=FILE` writes what was reported.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use tightlip::engine::{Engine, Scratch, Window, resolve};
use tightlip::model::{Confidence, Match};
use tightlip::rules::{How, Proof, Proven, Rule, ValueKind};

/// What may still be reported of a malformed token.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// No finding under its issuer's name, of whatever confidence.
    NotItsIssuers,
    /// No finding that blocks, under whatever name.
    Nothing,
}

/// The kinds of mutation, and the greatest share of each that may be reported, in percent.
const CEILINGS: [(&str, f64); 24] = [
    ("drop", 0.3),
    ("insert", 0.9),
    ("append 1", 0.3),
    ("append 3", 0.4),
    ("append 10", 0.2),
    ("cut 4", 1.0),
    ("bad character !", 0.2),
    ("bad character *", 0.2),
    ("bad character .", 0.3),
    ("prefix's case", 0.0),
    ("half", 0.9),
    ("checksum", 0.0),
    ("transposed", 0.0),
    ("lookalike", 0.0),
    ("other case", 0.0),
    ("body xxxx", 0.0),
    ("body XXXX", 0.0),
    ("body 0000", 0.0),
    ("body ****", 0.0),
    ("body counted up", 0.0),
    ("body EXAMPLE", 0.0),
    ("body your_key_here", 0.0),
    ("throughout 0", 0.4),
    ("throughout a", 0.4),
];

/// Another text for the secret, if it has one that is malformed in this way. The first `fixed` bytes are the prefix of
/// all of its kind.
fn mutated(kind: &str, secret: &str, fixed: usize, proof: Option<Proof>) -> Option<String> {
    let at = secret.len() * 2 / 3;
    let (head, tail) = (secret.is_char_boundary(at) && secret.is_ascii()).then(|| secret.split_at(at))?;
    let letter = secret.chars().rev().find(char::is_ascii_alphanumeric)?;
    let other = match kind {
        "drop" => head.to_owned() + &tail[1..],
        "insert" => format!("{head}{letter}{tail}"),
        "append 1" => format!("{secret}{letter}"),
        "append 3" => format!("{secret}{}", &secret[secret.len() - 3..].replace(|c: char| !c.is_alphanumeric(), "a")),
        "append 10" => format!("{secret}{}", tail.repeat(10).replace(|c: char| !c.is_alphanumeric(), "a").get(..10)?),
        "cut 4" => secret[..secret.len() - 4].to_owned(),
        "half" => secret[..secret.len() / 2].to_owned(),
        "prefix's case" => with_prefix_in_upper_case(secret)?,
        "checksum" => with_character(secret, secret.rfind(letter)?, if letter == '7' { '3' } else { '7' }, proof)?,
        "transposed" => {
            let at = (secret.len() / 2..secret.len() - 1)
                .find(|at| secret.as_bytes()[*at] != secret.as_bytes()[at + 1] && alphanumeric(secret, *at, 2))?;
            let (a, b) = (&secret[at..=at], &secret[at + 1..at + 2]);
            has_checksum(proof, secret).then(|| [&secret[..at], b, a, &secret[at + 2..]].concat())?
        }
        "lookalike" => {
            let body = longest_run(secret);
            hexadecimal(&secret[body.clone()]).then_some(())?;
            let at = body.start + secret[body].find(['0', '1'])?;
            let like = if &secret[at..=at] == "0" { "O" } else { "l" };
            [&secret[..at], like, &secret[at + 1..]].concat()
        }
        "other case" => {
            let body = longest_run(secret);
            (body.len() >= 16).then_some(())?;
            let text = &secret[body.clone()];
            let has = |what: fn(&u8) -> bool| text.bytes().any(|byte| what(&byte));
            let text = match (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase)) {
                (true, false) => text.to_ascii_uppercase(),
                (false, true) => text.to_ascii_lowercase(),
                _ => return None,
            };
            [&secret[..body.start], &text, &secret[body.end..]].concat()
        }
        "throughout 0" | "throughout a" => {
            let (prefix, body) = secret.split_at(fixed);
            (body.len() >= 16).then(|| prefix.to_owned() + &body.replace(char::is_alphanumeric, &kind[11..]))?
        }
        _ => match kind.strip_prefix("bad character ") {
            // A mark that stands in the token is one of its alphabet.
            Some(mark) => (!secret.contains(mark)).then(|| [head, mark, &tail[1..]].concat())?,
            None => with_body(secret, kind.strip_prefix("body ")?)?,
        },
    };
    (other != secret).then_some(other)
}

fn with_prefix_in_upper_case(secret: &str) -> Option<String> {
    let end = secret.find(['_', '-', '.'])?;
    let prefix = &secret[..end];
    let lower = prefix.bytes().all(|byte| byte.is_ascii_lowercase());
    (lower && end < 16 && end > 1).then(|| prefix.to_uppercase() + &secret[end..])
}

fn with_character(secret: &str, at: usize, other: char, proof: Option<Proof>) -> Option<String> {
    has_checksum(proof, secret).then(|| format!("{}{other}{}", &secret[..at], &secret[at + 1..]))
}

/// The secret with its longest run of letters and digits made up.
fn with_body(secret: &str, what: &str) -> Option<String> {
    const COUNTED: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    let body = longest_run(secret);
    // Less than that a word may hold; and with much beside it the secret is not made up.
    (body.len() >= 16 && body.len() * 10 >= secret.len() * 8).then_some(())?;
    // The prefix may be a part of the run.
    let start = body.start + body.len().saturating_sub(16).min(6);
    let length = body.end - start;
    let filler = match what {
        "counted up" => COUNTED.repeat(length / COUNTED.len() + 1)[..length].to_owned(),
        "EXAMPLE" => format!(
            "{}EXAMPLE{}",
            &secret[start..start + length - 7 - length / 3],
            &secret[body.end - length / 3..body.end]
        ),
        "your_key_here" => "your_key_here".to_owned(),
        _ => what.repeat(length)[..length].to_owned(),
    };
    Some([&secret[..start], &filler, &secret[body.end..]].concat())
}

/// Where the longest run of letters and digits is.
fn longest_run(secret: &str) -> Range<usize> {
    let runs = secret.split(|c: char| !c.is_ascii_alphanumeric());
    let run = runs.max_by_key(|run| run.len()).unwrap_or_default();
    let start = run.as_ptr() as usize - secret.as_ptr() as usize;
    start..start + run.len()
}

/// The length of what all texts begin with; all of one that stands alone, which tells nothing of its prefix.
fn common_prefix<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    let common = |a: &'a str, b: &'a str| &a[..a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()];
    texts.reduce(common).map_or(0, str::len)
}

fn alphanumeric(secret: &str, at: usize, length: usize) -> bool {
    secret.as_bytes()[at..at + length].iter().all(u8::is_ascii_alphanumeric)
}

fn hexadecimal(text: &str) -> bool {
    text.len() >= 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the last character depends on all the others.
fn has_checksum(proof: Option<Proof>, secret: &str) -> bool {
    use Proof::{AtlassianCrc32, Base58check, Bech32, Crc32Base62, Crc32Hex, GitlabRoutable, GrafanaCrc32, NatsSeed};
    let known = [AtlassianCrc32, Base58check, Bech32, Crc32Base62, Crc32Hex, GitlabRoutable, GrafanaCrc32, NatsSeed];
    proof.is_some_and(|proof| known.contains(&proof) && proof.check(secret.as_bytes()) == Proven::Yes)
}

fn settled(engine: &Engine, scratch: &mut Scratch, rule: &Rule, text: &str) -> Vec<Match> {
    let mut matches = Vec::new();
    engine.scan(scratch, &Window::whole(text.as_bytes()), &mut matches);
    // No file of that name is scanned here.
    matches.retain(|found| {
        let by = engine.rules().get(found.rule);
        by.paths.is_empty() || by.info.id == rule.info.id
    });
    let all = resolve(engine.rules(), matches.into_iter().map(|found| (found, ())).collect());
    all.into_iter().map(|(found, ())| found).collect()
}

/// Where the rule finds its secret in a text.
fn found_by(engine: &Engine, scratch: &mut Scratch, rule: &Rule, text: &str) -> Option<Range<usize>> {
    let found = settled(engine, scratch, rule, text);
    let found = found.iter().find(|found| engine.rules().get(found.rule).info.id == rule.info.id)?;
    Some(found.span.start as usize..found.span.end as usize)
}

/// Who reports what stands at `place` though nobody should.
fn reporter(
    engine: &Engine,
    scratch: &mut Scratch,
    rule: &Rule,
    asked: Asked,
    text: &str,
    place: &Range<usize>,
) -> Option<String> {
    settled(engine, scratch, rule, text).into_iter().find_map(|found| {
        let by = engine.rules().get(found.rule);
        let there = (found.span.start as usize) < place.end && place.start < found.span.end as usize;
        let counts = match asked {
            Asked::NotItsIssuers => {
                by.info.id == rule.info.id || there && !by.generic && found.confidence >= Confidence::Likely
            }
            Asked::Nothing => there && found.confidence >= Confidence::Likely,
        };
        counts.then(|| by.info.id.to_string())
    })
}

/// Rules of values that people choose, or that anybody may issue in a form of their own.
const CHOSEN: &[&str] = &[
    "dns-tsig-key",
    "drupal-hash-salt",
    "express-session-secret",
    "hasura-admin-secret",
    "jwt-signing-secret",
    "maven-server-password",
    "npm-registry-token",
    "nuget-clear-text-password",
    "typesense-api-key",
    "yii-cookie-validation-key",
];

/// Rules whose issuers name a range of lengths, or none, or whose tokens were seen in several: another length is as good.
/// An issuer whose one length becomes known leaves the list.
const OF_MANY_LENGTHS: &[&str] = &[
    "adyen-api-key",
    "aikido-token",
    "airbyte-client-secret",
    "aiven-token",
    "alibaba-access-key-id",
    "alibaba-sts-key-id",
    "amazon-refresh-token",
    "asaas-api-key",
    "authress-key",
    "azure-client-secret-old",
    "baremetrics-api-key",
    "bitrise-token",
    "brave-search-api-key",
    "brex-token",
    "bugcrowd-token",
    "buildkite-agent-token",
    "cartesia-api-key",
    "chargebee-api-key",
    "chargebee-configure-call",
    "checkout-secret-key",
    "chromatic-token",
    "clerk-secret-key",
    "convex-deploy-key",
    "couchbase-capella-secret",
    "couchdb-secret",
    "courier-auth-token",
    "coveralls-token",
    "dbt-cloud-token",
    "deploy-hook-url",
    "descope-management-key",
    "devcycle-server-key",
    "devin-api-key",
    "directus-token",
    "doppler-token",
    "dropbox-short-lived-token",
    "facebook-access-token",
    "figma-token",
    "friendli-token",
    "fullstory-api-key",
    "fusionauth-api-key",
    "gemfury-address-token",
    "google-access-token",
    "google-refresh-token",
    "heygen-api-key",
    "honeybadger-api-key",
    "hyperbolic-api-key",
    "imgix-api-key",
    "instagram-access-token",
    "instantly-api-key",
    "k3s-token",
    "kinde-client-secret",
    "klarna-api-key",
    "kong-konnect-token",
    "launchable-token",
    "lightstep-access-token",
    "llamacloud-api-key",
    "meilisearch-key",
    "mem0-api-key",
    "mercadopago-access-token",
    "mercury-token",
    "mergify-key",
    "midtrans-server-key",
    "netlify-token-old",
    "octopus-deploy-key",
    "optimizely-token",
    "permit-api-key",
    "pinterest-access-token",
    "planetscale-token",
    "polar-token",
    "posthog-personal-key",
    "redis-cloud-key",
    "roblox-session-cookie",
    "rsa-key-value-private",
    "salesforce-refresh-token",
    "salesforce-session-token",
    "sanity-token",
    "scalr-token",
    "slack-config-token",
    "slack-session-token",
    "socket-security-token",
    "solana-secret-call",
    "statuscake-api-key",
    "stripe-live-key",
    "stripe-test-key",
    "surveymonkey-token",
    "tailscale-key",
    "terraform-cloud-token",
    "terraform-random-password",
    "thunderstore-token",
    "twitter-bearer-token",
    "unkey-root-key",
    "upstash-token",
    "valtown-token",
    "vault-token",
    "wallet-seed-phrase",
    "weaviate-api-key",
    "workos-api-key",
    "xata-key",
    "xendit-secret-key",
    "yandex-api-key",
    "yandex-iam-token",
    "yandex-oauth-token",
    "zapier-webhook",
];

/// Rules whose alphabet holds marks.
const OF_MANY_MARKS: &[&str] = &[
    "adyen-api-key",
    "azure-client-secret",
    "azure-client-secret-old",
    "checkout-secret-key",
    "couchbase-capella-secret",
    "django-secret-key",
    "hcp-client-secret",
    "oracle-cloud-auth-token",
    "salesforce-refresh-token",
    "salesforce-session-token",
    "wordpress-salt",
];

/// Rules whose alphabet holds letters of both cases, whichever their examples have.
const OF_EITHER_CASE: &[&str] = &[
    "aspnet-machine-key",
    "defined-networking-key",
    "drone-token",
    "ethereum-private-key",
    "magento-crypt-key",
    "neon-key",
    "ovh-secret",
    "rails-secret-key-base",
    "shopify-access-token",
    "shopify-partner-token",
    "shopify-shared-secret",
    "sourcegraph-access-token",
    "tailscale-node-key",
];

/// Rules that speak of what an issuer makes. What people choose has no form to be wrong in.
fn has_form(rule: &Rule) -> bool {
    let chosen = rule.generic || rule.demands.kind.is_some() || CHOSEN.contains(&rule.info.id.as_str());
    match &rule.how {
        How::Pattern(_) | How::Assignment { kind: ValueKind::Exact, .. } => !chosen,
        How::Assignment { .. } | How::Reader(_) | How::Known => false,
    }
}

/// Whether a mutation of this kind is malformed for the rule, and what is then asked; none where it is well-formed.
fn asked(rule: &Rule, kind: &str) -> Option<Asked> {
    let is_of = |list: &[&str]| list.contains(&rule.info.id.as_str());
    let changes_length = matches!(kind.split(' ').next(), Some("drop" | "insert" | "append" | "cut" | "half"));
    match kind.split(' ').next() {
        Some("body" | "throughout") => Some(Asked::Nothing),
        Some("bad") if is_of(OF_MANY_MARKS) => None,
        Some("lookalike" | "other") if is_of(OF_EITHER_CASE) => None,
        _ if changes_length && is_of(OF_MANY_LENGTHS) => None,
        _ => Some(Asked::NotItsIssuers),
    }
}

#[test]
fn malformed_tokens_are_not_reported_under_their_issuers_name() {
    let engine = Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
    let mut scratch = Scratch::default();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut listed = String::new();
    for rule in engine.rules().rules().iter().filter(|rule| has_form(rule)) {
        let examples = engine.rules().evidence(rule).filled_examples(&rule.info.id);
        let found = examples.iter().map(|example| found_by(&engine, &mut scratch, rule, example));
        let spans: Vec<_> = found.collect();
        let fixed = common_prefix(examples.iter().zip(&spans).filter_map(|(text, span)| text.get(span.clone()?)));
        for (example, span) in examples.iter().zip(spans) {
            let Some(span) = span else { continue };
            for (kind, _) in CEILINGS {
                let Some(asked) = asked(rule, kind) else { continue };
                let Some(other) = mutated(kind, &example[span.clone()], fixed, rule.demands.proof) else { continue };
                let text = [&example[..span.start], &other, &example[span.end..]].concat();
                let place = span.start..span.start + other.len();
                let reported = reporter(&engine, &mut scratch, rule, asked, &text, &place);
                let count = counts.entry(kind).or_default();
                *count = (count.0 + usize::from(reported.is_some()), count.1 + 1);
                if let Some(by) = reported {
                    listed += &format!("{kind}\t{}\t{by}\t{}\n", rule.info.id, text.replace('\n', "\\n"));
                }
            }
        }
    }
    let share = |(reported, all): (usize, usize)| reported as f64 * 100.0 / all as f64;
    let figures: Vec<_> =
        CEILINGS.iter().map(|(kind, ceiling)| (kind, counts[kind], share(counts[kind]), ceiling)).collect();
    let told = |(kind, count, is, ceiling): &(&&str, (usize, usize), f64, &f64)| {
        format!("{kind}: {} of {} ({is:.2} %), at most {ceiling} %", count.0, count.1)
    };
    if let Some(path) = std::env::var_os("MALFORMED_LIST") {
        let figures: String = figures.iter().map(|figure| told(figure) + "\n").collect();
        std::fs::write(path, figures + &listed).unwrap();
    }
    let faults: Vec<_> = figures.iter().filter(|(_, _, is, ceiling)| is > ceiling).map(told).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rules_of_many_lengths_or_marks_exist() {
    let rules = tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}"));
    let ids: HashSet<&str> = rules.rules().iter().map(|rule| rule.info.id.as_str()).collect();
    for list in [CHOSEN, OF_EITHER_CASE, OF_MANY_LENGTHS, OF_MANY_MARKS] {
        assert!(list.is_sorted(), "{list:?}");
        let unknown: Vec<_> = list.iter().filter(|id| !ids.contains(**id)).collect();
        assert!(unknown.is_empty(), "no rules are named {unknown:?}");
    }
}
