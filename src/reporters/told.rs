//! What a finding is and where it comes from, in sentences that every format says alike.

use std::collections::BTreeMap;

use super::places;
use super::words::{count, grouped, len, suppression, tidy, wrapping};
use crate::model::{Commit, Exclusion, Fate, Finding, Gap, History, InImage, InLayer, Reach, Suppression};

/// How many digits of an id people are shown.
const SHORT: usize = 10;

/// The rule's name, how sure, where it stands if a file's path does not tell it, and how it came into the repository.
pub(super) fn summary(finding: &Finding) -> String {
    let (name, sure) = (&finding.rule.name, finding.confidence.as_str());
    let mut text = match wrapping(&finding.via) {
        Some(wrapping) => format!("{name} {wrapping} ({sure})."),
        None => format!("{name} ({sure})."),
    };
    let image = finding.image.as_ref().map(|image| format!("It is in {}.", image_line(image)));
    let came = finding.history.as_ref().map(|history| came(history)).or(image);
    for sentence in places::sentence(&finding.place).into_iter().chain(came) {
        text.push(' ');
        text.push_str(&sentence);
    }
    text
}

/// From where a finding is, on one line: of a repository, or of an image.
pub(super) fn origin(finding: &Finding) -> Option<String> {
    let image = || finding.image.as_ref().map(|image| image_line(image));
    finding.history.as_ref().map(|history| history_line(history)).or_else(image)
}

fn came(history: &History) -> String {
    let verb = if history.reach == Reach::Index { "It stands in" } else { "It came with" };
    format!("{verb} {}.", history_line(history))
}

/// Where a gap is, in words: an empty address means all that was to be scanned.
pub(super) fn gap_place(gap: &Gap) -> String {
    match gap.place.shown() {
        place if place.as_str().is_empty() => "the whole target".to_owned(),
        place => place.into_string(),
    }
}

/// What was taken out, by the rule that did it.
pub(super) fn by_reason(exclusions: &[Exclusion]) -> BTreeMap<&str, Vec<&Exclusion>> {
    let mut groups: BTreeMap<&str, Vec<&Exclusion>> = BTreeMap::new();
    for exclusion in exclusions {
        groups.entry(&exclusion.reason).or_default().push(exclusion);
    }
    groups
}

/// How many paths a line of exclusions names.
const NAMED: usize = 3;

/// What was taken out, a line for each rule: `excluded 4 (ignore file): out, tmp, a.log and 1 more`.
pub(super) fn excluded(exclusions: &[Exclusion]) -> impl Iterator<Item = String> {
    by_reason(exclusions).into_iter().map(|(reason, group)| {
        let names: Vec<_> = group.iter().take(NAMED).map(|one| one.place.shown().into_string()).collect();
        let left = match group.len() - names.len() {
            0 => String::new(),
            left => format!(" and {} more", grouped(left as u64)),
        };
        format!("excluded {} ({}): {}{left}", grouped(len(&group)), tidy(reason), names.join(", "))
    })
}

/// Why a finding does not count: the kind of the entry, and the reason its author gave.
pub(super) fn suppressed(by: &Suppression) -> String {
    let reason = match by.reason.as_str() {
        "" => "no reason given",
        reason => reason,
    };
    format!("{}: {reason}", suppression(by.kind))
}

/// How a finding came into a repository and where it still is, on one line:
/// `commit 1a2b3c4d5e (2026-03-01) by Name <address>, 3 versions, still in HEAD; refs main, release/2 and 4 more`.
pub(super) fn history_line(history: &History) -> String {
    let mut line = match (&history.introduced, history.reach) {
        (Some(commit), _) => introduced(commit, history.times),
        (None, Reach::Index) => "the index: staged, in no commit yet".to_owned(),
        (None, _) => format!("object {}, no commit of it is known", short(&history.object)),
    };
    if history.versions > 1 {
        line.push_str(&format!(", {}", count(history.versions, "version")));
    }
    if history.introduced.is_some() && history.reach == Reach::Refs {
        line.push_str(if history.in_head { ", still in HEAD" } else { ", not in HEAD" });
    }
    if let Some(reach) = reach(history) {
        line.push_str("; ");
        line.push_str(&reach);
    }
    line
}

/// How many characters of an instruction a line shows.
const INSTRUCTION: usize = 100;

/// Where in an image a finding is, on one line:
/// `layer 3 of 5 (COPY . /app), deleted in layer 4; image app:1 sha256:0123456789… linux/amd64 and 2 more`.
pub(super) fn image_line(image: &InImage) -> String {
    let mut line = image.layer.as_ref().map(|layer| layer_line(layer) + "; ").unwrap_or_default();
    line.push_str(&format!("image {} {}", image.name, short_digest(&image.digest)));
    if let Some(platform) = &image.platform {
        line.push_str(&format!(" {platform}"));
    }
    if image.images > 1 {
        line.push_str(&format!(" and {}", count(image.images - 1, "more image")));
    }
    line
}

fn layer_line(layer: &InLayer) -> String {
    let mut line = format!("layer {} of {}", layer.number, layer.of);
    if layer.base {
        line.push_str(" of the base image");
    }
    if let Some(instruction) = &layer.instruction {
        line.push_str(&format!(" ({})", cut(&tidy(instruction.as_str()))));
    }
    line.push_str(&match layer.fate {
        Fate::Visible => ", visible in the final file system".to_owned(),
        Fate::Deleted { layer } => format!(", deleted in layer {layer} but still in the image"),
        Fate::Overwritten { layer } => format!(", overwritten in layer {layer} but still in the image"),
        Fate::Unknown => ", whether it is visible is not known".to_owned(),
    });
    line
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(INSTRUCTION) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

/// The name of the algorithm and the beginning of the hash.
fn short_digest(digest: &str) -> String {
    let digest = tidy(digest);
    let end = digest.find(':').map_or(0, |at| at + 1) + 12;
    digest.chars().take(end).collect()
}

fn introduced(commit: &Commit, times: u64) -> String {
    let day = commit.date.split('T').next().unwrap_or_default();
    let more = match times {
        0 | 1 => String::new(),
        times => format!(" and {}", count(times - 1, "more commit")),
    };
    format!("commit {} ({}) by {}{more}", short(&commit.id), tidy(day), commit.author)
}

/// From where it can be reached; nothing where the line has said so already.
fn reach(history: &History) -> Option<String> {
    match history.reach {
        Reach::Index => None,
        Reach::Refs => refs(history),
        Reach::Stash => Some("only the stash leads to it".to_owned()),
        Reach::Reflog => Some("only a reflog leads to it: the commit was amended, rebased or reset away".to_owned()),
        Reach::Nothing => {
            Some("nothing leads to it: it leaves with no push, and stays here until git collects it".into())
        }
    }
}

fn refs(history: &History) -> Option<String> {
    let names: Vec<&str> = history.refs.iter().map(|name| name.as_str()).collect();
    let more = history.refs_in_all.saturating_sub(len(&names));
    match (names.len(), more) {
        (0, 0) => None,
        (0, more) => Some(count(more, "ref")),
        (1, 0) => Some(format!("ref {}", names[0])),
        (_, 0) => Some(format!("refs {}", names.join(", "))),
        (_, more) => Some(format!("refs {} and {} more", names.join(", "), grouped(more))),
    }
}

/// The beginning of an id.
pub(super) fn short(id: &str) -> String {
    tidy(id).chars().take(SHORT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Shown;

    fn history(reach: Reach) -> History {
        History {
            object: "0f".repeat(20),
            introduced: Some(Commit {
                id: "1a2b3c4d5e6f".into(),
                author: Shown::from_bytes(b"Ada <ada@example.org>"),
                date: "2026-03-01T12:00:00+01:00".into(),
            }),
            times: 1,
            versions: 3,
            in_head: true,
            reach,
            refs: [&b"main"[..], b"release/2"].map(Shown::from_bytes).to_vec(),
            refs_in_all: 6,
            link: None,
        }
    }

    #[test]
    fn a_line_says_where_it_came_from_and_where_it_is() {
        let came = "commit 1a2b3c4d5e (2026-03-01) by Ada <ada@example.org>";
        let full = history(Reach::Refs);
        assert_eq!(history_line(&full), format!("{came}, 3 versions, still in HEAD; refs main, release/2 and 4 more"));
        let gone = History { in_head: false, versions: 1, times: 3, refs_in_all: 2, ..full.clone() };
        assert_eq!(history_line(&gone), format!("{came} and 2 more commits, not in HEAD; refs main, release/2"));
        let one = History { refs: full.refs[..1].to_vec(), refs_in_all: 1, ..full.clone() };
        assert!(history_line(&one).ends_with("; ref main"));
        let none = History { refs: Vec::new(), refs_in_all: 0, ..full.clone() };
        assert!(history_line(&none).ends_with(", still in HEAD"));
        let unnamed = History { refs: Vec::new(), ..full };
        assert!(history_line(&unnamed).ends_with("; 6 refs"));
    }

    #[test]
    fn a_line_says_which_layer_and_whether_a_container_sees_it() {
        let image = |fate| crate::reporters::fixture::image(fate);
        let end = "; image oci:build v1 sha256:2b2b2b2b2b2b linux/amd64";
        for (fate, said) in [
            (Fate::Deleted { layer: 3 }, ", deleted in layer 3 but still in the image"),
            (Fate::Overwritten { layer: 4 }, ", overwritten in layer 4 but still in the image"),
        ] {
            assert_eq!(image_line(&image(fate)), format!("layer 2 of 4 (COPY . /app\\x1b[2J){said}{end}"));
        }
        assert!(image_line(&image(Fate::Visible)).ends_with(" and 2 more images"));
        assert!(image_line(&image(Fate::Unknown)).starts_with("layer 2 of 4 of the base image ("));
        let text = InImage { layer: None, images: 1, ..image(Fate::Visible) };
        assert_eq!(image_line(&text), &end[2..]);
    }

    #[test]
    fn what_no_ref_leads_to_is_said() {
        let cases = [
            (Reach::Stash, "only the stash leads to it"),
            (Reach::Reflog, "amended, rebased or reset away"),
            (Reach::Nothing, "leaves with no push"),
        ];
        for (reach, told) in cases {
            let line = history_line(&history(reach));
            assert!(line.contains(told) && !line.contains("HEAD") && !line.contains("main"), "{line}");
        }
        let staged = History { introduced: None, versions: 1, ..history(Reach::Index) };
        assert_eq!(history_line(&staged), "the index: staged, in no commit yet");
        let lost = History { introduced: None, versions: 1, ..history(Reach::Nothing) };
        assert!(history_line(&lost).starts_with("object 0f0f0f0f0f, no commit of it is known; nothing leads to it"));
    }
}
