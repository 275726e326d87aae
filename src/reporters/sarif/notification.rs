//! Gaps, exclusions and notes as SARIF notifications.

use std::collections::BTreeSet;

use serde_sarif::sarif::{Message, Notification, ReportingDescriptor, ReportingDescriptorReference};

use super::escape::message;
use super::place::location;
use crate::model::{Exclusion, Gap, GapKind, Note, Outcome, Provenance};
use crate::reporters::words::{grouped, len, sentence};

/// GitHub shows this many results of a run (and refuses a run of more than 25,000).
const SHOWN_BY_GITHUB: u64 = 5_000;

const EXCLUSION: &str = "exclusion";
const NOTE: &str = "policy-note";
const LIMIT: &str = "result-limit";

/// A descriptor for each notification of the run, in a fixed order.
pub(super) fn descriptors(outcome: &Outcome) -> Vec<ReportingDescriptor> {
    let kinds: BTreeSet<GapKind> = outcome.gaps.iter().map(|gap| gap.kind).collect();
    let mut list: Vec<_> =
        kinds.into_iter().map(|kind| descriptor(kind.as_str(), meaning(kind), remedy(kind))).collect();
    let others = [
        (
            !outcome.exclusions.is_empty(),
            descriptor(
                EXCLUSION,
                "A declared rule took content out of the scan.",
                "Check that nothing is excluded that is delivered or shared.",
            ),
        ),
        (
            !outcome.notes.is_empty(),
            descriptor(NOTE, "A remark on the policy.", "Bring the policy up to date where it says so."),
        ),
        (
            over_limit(outcome),
            descriptor(
                LIMIT,
                "There are more results than GitHub code scanning shows.",
                "Read the file itself, or scan the parts of the target one by one.",
            ),
        ),
    ];
    list.extend(others.into_iter().filter(|(used, _)| *used).map(|(_, descriptor)| descriptor));
    list
}

/// A gap: the run was not complete.
pub(super) fn gap(gap: &Gap) -> Notification {
    notification(
        gap.kind.as_str(),
        "error",
        &format!("Not looked at, {}: {}", gap.kind.as_str(), gap.detail),
        Some(&gap.place),
    )
}

/// An exclusion: the run was asked to leave it out.
pub(super) fn exclusion(exclusion: &Exclusion) -> Notification {
    notification(EXCLUSION, "note", &format!("Excluded, {}", exclusion.reason), Some(&exclusion.place))
}

/// A remark on the policy. Its place may be a file that is no part of the target, so it stands in the words.
pub(super) fn note(note: &Note) -> Notification {
    notification(NOTE, "note", &format!("{}: {}", note.place, note.text), None)
}

/// Says so when a viewer will not show all results.
pub(super) fn limit(outcome: &Outcome) -> Option<Notification> {
    let text = format!(
        "This run has {} results. GitHub code scanning shows {} of a run and refuses more than 25,000",
        grouped(len(&outcome.findings)),
        grouped(SHOWN_BY_GITHUB)
    );
    over_limit(outcome).then(|| notification(LIMIT, "note", &text, None))
}

fn over_limit(outcome: &Outcome) -> bool {
    len(&outcome.findings) > SHOWN_BY_GITHUB
}

fn notification(id: &str, level: &str, text: &str, place: Option<&Provenance>) -> Notification {
    let mut notification = Notification::builder()
        .descriptor(ReportingDescriptorReference::builder().id(id).build())
        .level(level)
        .message(Message::builder().text(message(&sentence(text))).build())
        .build();
    notification.locations = place.filter(|p| !p.path.is_empty()).map(|p| vec![location(p, None)]);
    notification
}

/// GitHub's ingestion rules ask the same texts of a notification as of a rule.
fn descriptor(id: &str, meaning: &str, remedy: &str) -> ReportingDescriptor {
    ReportingDescriptor::builder()
        .id(id)
        .short_description(&meaning.to_owned())
        .full_description(&meaning.to_owned())
        .help(&remedy.to_owned())
        .build()
}

fn meaning(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unreadable => "The system refused to open or read content.",
        GapKind::Vanished => "Content was listed, but gone when it was opened.",
        GapKind::ChangedWhileReading => "Content changed while it was read.",
        GapKind::SpecialFile => "A FIFO, socket or device was not opened.",
        GapKind::Corrupt => "Content does not decode as its format says.",
        GapKind::Truncated => "Content ends before its format says.",
        GapKind::Encrypted => "Content is encrypted.",
        GapKind::Unsupported => "Content has a container or compression method that is not read.",
        GapKind::LimitReached => "A limit on depth, members, bytes, ratio or time was reached.",
        GapKind::Missing => "Something names content that is not there.",
        GapKind::Elsewhere => "Only a pointer to the content is here.",
        GapKind::Empty => "The target held nothing to scan.",
        GapKind::Internal => "The scan itself failed on content; this is a defect in the scanner.",
    }
}

fn remedy(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unreadable => "Give the scan the right to read it, or exclude it with a reason.",
        GapKind::Vanished | GapKind::ChangedWhileReading => "Scan again when nothing writes to the target.",
        GapKind::SpecialFile => "Take it out of the target, or exclude it with a reason.",
        GapKind::Corrupt | GapKind::Truncated => "Replace it with a whole copy, or exclude it with a reason.",
        GapKind::Encrypted => "Scan it before it is encrypted, or exclude it with a reason.",
        GapKind::Unsupported => "Unpack it and scan what it holds, or exclude it with a reason.",
        GapKind::LimitReached => "Raise the limit it met, or exclude it with a reason.",
        GapKind::Missing => "Fetch what is missing (git fetch --unshallow, git fetch --refetch), and scan again.",
        GapKind::Elsewhere => "Fetch the content and scan it where it is, or exclude the pointer with a reason.",
        GapKind::Empty => "Check that the target is the one you meant.",
        GapKind::Internal => "Report the defect, and do not take the content for clean.",
    }
}
