//! One outcome with everything a report can hold, hostile names included. Every format is tested on it.

use std::sync::Arc;

use crate::model::*;

/// The rules of the fixture; the last has no finding.
pub(super) fn rules() -> Vec<RuleInfo> {
    let rule = |id: &str, name: &str, severity, confidence| RuleInfo {
        id: id.into(),
        name: name.into(),
        severity,
        confidence,
        risk: format!(
            "Whoever holds this {name} can read and change what its owner can, from anywhere, until it is revoked"
        ),
        revoke: "Revoke it in the provider's settings under <Tokens>,\n  make a new one, and store that in a vault."
            .into(),
        references: vec![format!("https://docs.example.org/{id}"), "javascript:alert(1)".into()],
        pack: "builtin".into(),
    };
    vec![
        rule("acme-token", "Acme access token", Severity::Critical, Confidence::Likely),
        rule("private-key", "private key", Severity::High, Confidence::Confirmed),
        rule("generic-password", "password in an assignment", Severity::Medium, Confidence::Review),
        rule("public-id", "public identifier", Severity::Low, Confidence::Likely),
    ]
}

/// A place that is a plain file.
pub(super) fn place(path: &[u8], kind: BlobKind) -> Provenance {
    Provenance::new(path, kind)
}

/// An open finding of `rule` in `path`, on a line of its own.
pub(super) fn finding(rule: usize, path: &[u8], kind: BlobKind, group: u64) -> Finding {
    let rule = Arc::new(rules().swap_remove(rule));
    Finding {
        confidence: rule.confidence,
        severity: rule.severity,
        place: place(path, kind),
        region: Region { start_line: 12, start_column: 10, end_line: 12, end_column: 50 },
        span: Span { start: 240, end: 280 },
        via: Vec::new(),
        length: 40,
        excerpt: Excerpt { text: Shown::from_bytes(b"token = \"********\""), caret: 9, width: 8 },
        identity: Identity { group, fingerprint: None, baseline: None },
        location_hash: format!("{:0>16}:1", group),
        history: None,
        image: None,
        about: None,
        step: None,
        status: Status::Open,
        rule,
    }
}

fn suppressed(mut finding: Finding, kind: SuppressionKind, reason: &[u8], owner: Option<&str>) -> Finding {
    let reason = Shown::from_bytes(reason);
    finding.status = Status::Suppressed(Suppression { kind, reason, owner: owner.map(str::to_owned) });
    finding
}

/// A history with everything in it.
pub(super) fn history(reach: Reach) -> History {
    let commit = Commit {
        id: "1a2b3c4d5e".repeat(4),
        author: Shown::from_bytes(b"Ada\x1b[2J <ada@example.org>"),
        date: "2026-03-01T12:34:56+01:00".into(),
    };
    let refs: &[&[u8]] = if reach == Reach::Refs { &[b"main", b"release/2"] } else { &[] };
    History {
        object: "0f1e2d3c4b".repeat(4),
        introduced: (reach != Reach::Index).then_some(commit),
        times: if reach == Reach::Refs { 2 } else { 1 },
        versions: if reach == Reach::Refs { 3 } else { 1 },
        in_head: reach == Reach::Refs,
        reach,
        refs: refs.iter().map(|name| Shown::from_bytes(name)).collect(),
        refs_in_all: if reach == Reach::Refs { 6 } else { 0 },
        link: (reach == Reach::Refs)
            .then(|| Shown::from_bytes(b"https://code.example.org/a/b/blob/1a2b3c4d5e/src/old.rs#L12")),
    }
}

fn from_git(finding: Finding, reach: Reach) -> Finding {
    Finding { history: Some(Box::new(history(reach))), ..finding }
}

/// A finding of each kind that only a repository has.
fn findings_of_git() -> Vec<Finding> {
    let commit = finding(0, b"commit 1a2b3c4d5e", BlobKind::Commit, 8);
    let unreachable = from_git(finding(2, b"src/lost.rs", BlobKind::File, 10), Reach::Nothing);
    let unchanged = finding(0, b"src/staged.rs", BlobKind::File, 1);
    vec![
        from_git(finding(0, b"src/old.rs", BlobKind::File, 7), Reach::Refs),
        from_git(commit, Reach::Reflog),
        from_git(finding(2, b"tag v1", BlobKind::Tag, 9), Reach::Stash),
        from_git(finding(1, b"src/new.rs", BlobKind::File, 11), Reach::Index),
        suppressed(unreachable, SuppressionKind::Unreachable, b"no ref leads to it", None),
        suppressed(unchanged, SuppressionKind::Unchanged, b"the change does not touch its line", None),
    ]
}

/// An image with everything in it, and what became of the layer's file.
pub(super) fn image(fate: Fate) -> InImage {
    let layer = InLayer {
        number: 2,
        of: 4,
        digest: format!("sha256:{}", "1a".repeat(32)),
        instruction: Some(Shown::from_bytes(b"COPY . /app\x1b[2J")),
        base: matches!(fate, Fate::Unknown),
        fate,
    };
    InImage {
        name: Shown::from_bytes(b"oci:build v1"),
        digest: format!("sha256:{}", "2b".repeat(32)),
        platform: Some(Shown::from_bytes(b"linux/amd64")),
        layer: Some(layer),
        images: if fate == Fate::Visible { 3 } else { 1 },
    }
}

/// A finding of each kind that only an image has.
fn findings_of_images() -> Vec<Finding> {
    let of = |finding: Finding, image: InImage| Finding { image: Some(Box::new(image)), ..finding };
    let file = |path: &[u8], group, fate| of(finding(0, path, BlobKind::Layer, group), image(fate));
    let text = InImage { layer: None, platform: None, ..image(Fate::Visible) };
    let deleted = file(b"app/old.env", 13, Fate::Deleted { layer: 3 });
    vec![
        file(b"app/.env", 12, Fate::Visible),
        suppressed(deleted, SuppressionKind::Baseline, b"rotated in May", None),
        file(b"etc/c.conf", 14, Fate::Overwritten { layer: 4 }),
        file(b"opt/x", 15, Fate::Unknown),
        of(finding(2, b"config:Env[3]", BlobKind::Image, 16), text),
    ]
}

fn findings() -> Vec<Finding> {
    let plain = Finding { confidence: Confidence::Confirmed, ..finding(0, b"src/config.rs", BlobKind::File, 1) };
    let encoded = Finding {
        via: vec!["base64", "utf16"],
        identity: Identity { group: 1, fingerprint: Some("5f".repeat(32)), baseline: None },
        ..finding(
            0,
            b"bundle.tar.zst!logs/run {0} [here](https://evil.example).zip!\xffstep\x1b[31m-3.txt",
            BlobKind::Member,
            1,
        )
    };
    let key = Finding {
        region: Region { start_line: 1, start_column: 1, end_line: 27, end_column: 26 },
        excerpt: Excerpt { text: Shown::from_bytes("鍵 ********".as_bytes()), caret: 2, width: 8 },
        ..finding(1, "d\u{e9}p\u{f4}t/a b#c?d%20\u{202e}\ne!f.pem".as_bytes(), BlobKind::File, 2)
    };
    let named = Finding { place: place(b"keys/********.txt", BlobKind::Name), ..finding(0, b"", BlobKind::Name, 3) };
    let review = finding(2, b"settings.py", BlobKind::File, 4);
    let mut findings = vec![
        encoded,
        key,
        named,
        review,
        plain,
        suppressed(finding(3, b"link", BlobKind::SymlinkTarget, 5), SuppressionKind::Inline, b"", None),
        suppressed(
            finding(0, b"tests/a.rs", BlobKind::File, 1),
            SuppressionKind::Allow,
            b"made-up value\x07",
            Some("team\x1b[2J payments"),
        ),
        suppressed(
            finding(2, b"tests/b.rs", BlobKind::File, 6),
            SuppressionKind::Baseline,
            b"rotated in May",
            Some("ops"),
        ),
    ];
    findings.extend(findings_of_git());
    findings.extend(findings_of_images());
    findings
}

fn gaps() -> Vec<Gap> {
    let gap = |path: &[u8], kind, detail: &[u8], bytes| Gap {
        place: place(path, if path.contains(&b'!') { BlobKind::Member } else { BlobKind::File }),
        kind,
        detail: Shown::from_bytes(detail),
        bytes,
    };
    vec![
        gap(b"", GapKind::Empty, b"nothing to scan", 0),
        gap(b"a.zip!secret/plan.txt", GapKind::Encrypted, b"encrypted member", 1_234),
        gap(b"assets/film.mp4", GapKind::Elsewhere, b"a pointer to a large file that is not here", 130),
        gap(b"object 0f1e2d3c4b", GapKind::Missing, b"the commit names it as its parent: a shallow clone", 0),
        gap(b"run/\x1b]0;owned\x07.sock", GapKind::SpecialFile, b"a socket", 0),
    ]
}

fn exclusions() -> Vec<Exclusion> {
    let exclusion = |path: String, reason: &str, bytes| Exclusion {
        place: place(path.as_bytes(), BlobKind::File),
        reason: reason.into(),
        bytes,
    };
    let ignored = (0..12).map(|i| exclusion(format!("target/part-{i:02}"), "ignore file", Some(1_000_000)));
    let declared = exclusion("vendor\u{9b}2J".into(), "exclude \"vendor/**\": third-party\x1b[31m code", None);
    ignored.chain([declared]).collect()
}

/// Everything at once.
pub(super) fn full() -> Outcome {
    let note = |place: &[u8], text: &[u8]| Note { place: Shown::from_bytes(place), text: Shown::from_bytes(text) };
    Outcome {
        target: Target { command: "dir", names: vec![Shown::from_bytes(b"."), Shown::from_bytes(b"\x1b[31mred")] },
        threshold: Confidence::Likely,
        findings: findings(),
        gaps: gaps(),
        exclusions: exclusions(),
        coverage: Coverage {
            scanned: Tally { units: 1_234, bytes: 388_100_000 },
            excluded: Tally { units: 13, bytes: 12_000_000 },
            gaps: Tally { units: 5, bytes: 1_364 },
        },
        notes: vec![
            note(b"tightlip.toml", b"allow entry 3 expired on 2026-01-01\r"),
            note(b"src/x.rs", b"mark not obeyed"),
        ],
        rules: rules().len(),
    }
}

/// Nothing found, nothing missed, something excluded.
pub(super) fn clean() -> Outcome {
    let mut outcome = full();
    outcome.findings.clear();
    outcome.gaps.clear();
    outcome.notes.clear();
    outcome.coverage.gaps = Tally::default();
    outcome
}

/// Nothing blocks, but something was not looked at.
pub(super) fn incomplete() -> Outcome {
    let mut outcome = full();
    outcome.findings.retain(|f| !f.blocks(outcome.threshold));
    outcome.exclusions.clear();
    outcome.coverage.excluded = Tally::default();
    outcome
}
