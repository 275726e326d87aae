//! Malformed tokens: what is one character short or long, cut in half, in another alphabet or behind a prefix in the wrong
//! case is nobody's token, and is not reported under its issuer's name.
//!
//! Every rule's own examples are mutated. Where an issuer's documents give a range of lengths a shorter token is as good as
//! a longer one, so the shares are held by a ceiling for each kind of mutation, which may only fall.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::ops::Range;

use tightlip::engine::{Engine, Scratch, Window, resolve};
use tightlip::model::Match;
use tightlip::rules::{How, Rule, ValueKind};

/// The kinds of mutation, and the greatest share of each that may be reported, in percent.
const CEILINGS: [(&str, f64); 10] = [
    ("drop", 11.0),
    ("insert", 16.5),
    ("append 1", 14.5),
    ("append 3", 14.0),
    ("append 10", 12.5),
    ("bad character !", 2.0),
    ("bad character *", 2.0),
    ("bad character .", 2.6),
    ("prefix's case", 0.0),
    ("half", 3.0),
];

/// Another text for the secret, if it has one that is malformed in this way.
fn mutated(kind: &str, secret: &str) -> Option<String> {
    let at = secret.len() * 2 / 3;
    let (head, tail) = (secret.is_char_boundary(at) && secret.is_ascii()).then(|| secret.split_at(at))?;
    let letter = secret.chars().rev().find(char::is_ascii_alphanumeric)?;
    Some(match kind {
        "drop" => head.to_owned() + &tail[1..],
        "insert" => format!("{head}{letter}{tail}"),
        "append 1" => format!("{secret}{letter}"),
        "append 3" => format!("{secret}{}", &secret[secret.len() - 3..].replace(|c: char| !c.is_alphanumeric(), "a")),
        "append 10" => format!("{secret}{}", tail.repeat(10).replace(|c: char| !c.is_alphanumeric(), "a").get(..10)?),
        "bad character !" => format!("{head}!{}", &tail[1..]),
        "bad character *" => format!("{head}*{}", &tail[1..]),
        "bad character ." => format!("{head}.{}", &tail[1..]),
        "half" => secret[..secret.len() / 2].to_owned(),
        _ => {
            let end = secret.find(['_', '-', '.'])?;
            let prefix = &secret[..end];
            let lower = prefix.bytes().all(|byte| byte.is_ascii_lowercase());
            (lower && end < 16 && end > 1).then(|| prefix.to_uppercase() + &secret[end..])?
        }
    })
}

fn settled(engine: &Engine, scratch: &mut Scratch, text: &str) -> Vec<Match> {
    let mut matches = Vec::new();
    engine.scan(scratch, &Window::whole(text.as_bytes()), &mut matches);
    let all = resolve(engine.rules(), matches.into_iter().map(|found| (found, ())).collect());
    all.into_iter().map(|(found, ())| found).collect()
}

/// Where the rule finds its secret in a text.
fn found_by(engine: &Engine, scratch: &mut Scratch, rule: &Rule, text: &str) -> Option<Range<usize>> {
    let found = settled(engine, scratch, text);
    let found = found.iter().find(|found| engine.rules().get(found.rule).info.id == rule.info.id)?;
    Some(found.span.start as usize..found.span.end as usize)
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

/// Rules that speak of what an issuer makes. What people choose has no form to be wrong in.
fn has_form(rule: &Rule) -> bool {
    let chosen = rule.generic || rule.demands.kind.is_some() || CHOSEN.contains(&rule.info.id.as_str());
    match &rule.how {
        How::Pattern(_) | How::Assignment { kind: ValueKind::Exact, .. } => !chosen,
        How::Assignment { .. } | How::Reader(_) | How::Known => false,
    }
}

#[test]
fn malformed_tokens_are_not_reported_under_their_issuers_name() {
    let engine = Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
    let mut scratch = Scratch::default();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut listed = String::new();
    for rule in engine.rules().rules().iter().filter(|rule| has_form(rule)) {
        for example in engine.rules().evidence(rule).filled_examples(&rule.info.id) {
            let Some(span) = found_by(&engine, &mut scratch, rule, &example) else { continue };
            for (kind, _) in CEILINGS {
                let Some(other) = mutated(kind, &example[span.clone()]) else { continue };
                let text = [&example[..span.start], &other, &example[span.end..]].concat();
                let reported = found_by(&engine, &mut scratch, rule, &text).is_some();
                let count = counts.entry(kind).or_default();
                *count = (count.0 + usize::from(reported), count.1 + 1);
                if reported {
                    listed += &format!("{kind}\t{}\t{}\n", rule.info.id, text.replace('\n', "\\n"));
                }
            }
        }
    }
    if let Some(path) = std::env::var_os("MALFORMED_LIST") {
        std::fs::write(path, &listed).unwrap();
    }
    let share = |(reported, all): (usize, usize)| reported as f64 * 100.0 / all as f64;
    let figures: Vec<_> =
        CEILINGS.iter().map(|(kind, ceiling)| (kind, counts[kind], share(counts[kind]), ceiling)).collect();
    let faults: Vec<_> = figures
        .iter()
        .filter(|(_, _, is, ceiling)| is > ceiling)
        .map(|(kind, count, is, ceiling)| {
            format!("{kind}: {} of {} ({is:.2} %), at most {ceiling} %", count.0, count.1)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
