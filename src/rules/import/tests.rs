//! A configuration of every feature, and what becomes of it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use super::{Imported, import};

const SOURCE: &str = r##"
title = "house rules"
[extend]
useDefault = true

[[rules]]
id = "Acme_Token"
description = "Acme token"
regex = '''\b(acme_[0-9a-zA-Z]{36})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 3
keywords = ["acme_"]
tags = ["api"]
[[rules.allowlists]]
regexes = ['''^acme_0{36}$''', '''EXAMPLE''']
stopwords = ["abc"]

[[rules]]
id = "widget-key"
description = "Widget key"
regex = '''(?i)[\w.-]{0,50}?(?:widget)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:)[\x60'"\s=]{0,5}([a-f0-9]{32})(?:[\x60'"\s;]|$)'''
keywords = ["widget"]

[[rules]]
id = "endless"
regex = '''begin_secret_[a-z0-9]+_[a-z0-9]{20,}'''
keywords = ["not in the match"]

[[rules]]
id = "taken"
regex = '''(head)-(tail_[0-9]{12})'''
secretGroup = 2
path = '''(?i)\.tf$'''
[[rules.required]]
id = "widget-key"
withinLines = 3

[[rules]]
id = "path-only"
path = '''\.p12$'''

[[rules]]
id = "no-literal"
regex = '''[0-9]{20}'''

[[rules]]
id = "broken"
regex = '''(unclosed'''

[[rules]]
id = "futuristic"
regex = '''future_[0-9]{20}'''
filter = "a == b"

[allowlist]
paths = ['''vendor/''']
regexes = ['''^true$''']
"##;

fn imported() -> Imported {
    import(SOURCE, &BTreeSet::from(["taken".to_owned()])).unwrap()
}

#[test]
fn what_is_written_loads_and_holds_to_its_examples() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("imported.toml");
    let imported = imported();
    std::fs::write(&file, &imported.pack).unwrap();
    let set = super::super::load(&[file]).unwrap_or_else(|error| panic!("{error}\n{}", imported.pack));
    assert_eq!(imported.rules, (5, 8));
    for id in ["acme-token", "widget-key", "endless", "imported-taken", "futuristic"] {
        let (_, rule) = set.by_name(id).unwrap_or_else(|| panic!("{id} is missing"));
        let super::super::How::Pattern(pattern) = &rule.how else { panic!("{id}") };
        let compiled = pattern.get();
        for example in set.evidence(rule).filled_examples(id) {
            let fits = compiled.matcher.is_in(&mut compiled.matcher.memory(), example.as_bytes());
            assert!(fits, "{id}: {} does not fit {example}", pattern.text());
        }
    }
    let (_, taken) = set.by_name("imported-taken").unwrap();
    assert_eq!(taken.paths, ["**/*.tf"]);
    assert_eq!((taken.companions[0].rule.as_str(), taken.companions[0].within), ("widget-key", 480));
    let (_, acme) = set.by_name("acme-token").unwrap();
    assert_eq!((acme.demands.placeholders.len(), acme.demands.entropy), (1, Some(3.0)));
}

#[test]
fn what_changed_is_told_by_rule() {
    let notes: Vec<String> = imported().notes.iter().map(ToString::to_string).collect();
    let expected = [
        "Acme_Token: its id is now acme-token",
        "Acme_Token: the allowed pattern `EXAMPLE` is left out: it fits a part of a value",
        "Acme_Token: 1 stopwords are left out",
        "endless: repetitions without an end now end after 512",
        "endless: its keywords are now begin_secret_",
        "taken: its id is now imported-taken",
        "taken: `widget-key` must stand within 480 bytes",
        "path-only: left out: it has no pattern",
        "no-literal: left out: its matches hold no literal",
        "broken: left out: unclosed group",
        "futuristic: the field `filter` is not supported",
        "all rules: [extend] is not followed",
        "all rules: files whose path fits `vendor/` would be passed over",
        "all rules: the allowed value `true` is left out",
    ];
    for text in expected {
        assert!(notes.iter().any(|note| note.starts_with(text)), "no note begins with {text:?}:\n{}", notes.join("\n"));
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    for text in ["", "rules = 3", "[[rule]]\nid = \"x\"", "not toml"] {
        assert!(import(text, &BTreeSet::new()).is_err(), "{text}");
    }
}
