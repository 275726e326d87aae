//! One line of a baseline: a secret by its hash, its rule, its place, and why it is accepted.

use jiff::civil::Date;

use crate::model::{Key, Shown};

/// An accepted secret. The order of the fields is the order of the lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// HMAC-SHA-256 of the secret under the baseline's salt.
    pub secret: String,
    /// The rule that finds it.
    pub rule: String,
    /// Where it stood when it was accepted. It says which line speaks of which place; it is no condition.
    pub path: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day (UTC) on which it is.
    pub expires: Option<Date>,
}

const OWNER: &str = "owner=";
const EXPIRES: &str = "expires=";

impl Entry {
    /// Reads a line. What is wrong is told without repeating any of it: it could be a secret that was pasted there.
    pub(super) fn parse(line: &str) -> Result<Self, &'static str> {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let (secret, rule, path, reason) = (field(), field(), field(), field());
        if !Key::is_fingerprint(secret) {
            return Err("does not begin with the hash of a secret (`tl1:` and 32 hex digits)");
        }
        if rule.is_empty() || !rule.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err("holds no rule id after its first tab");
        }
        if path.is_empty() {
            return Err("holds no path after its second tab");
        }
        if !reason.chars().any(char::is_alphabetic) {
            return Err("holds no reason after its third tab; say in a few words why this is accepted");
        }
        let mut entry = Self {
            secret: secret.to_owned(),
            rule: rule.to_owned(),
            path: normalized(path),
            reason: reason.to_owned(),
            owner: None,
            expires: None,
        };
        fields.try_for_each(|field| entry.read_more(field))?;
        Ok(entry)
    }

    fn read_more(&mut self, field: &str) -> Result<(), &'static str> {
        if let Some(owner) = field.strip_prefix(OWNER).filter(|owner| !owner.is_empty() && self.owner.is_none()) {
            self.owner = Some(owner.to_owned());
            return Ok(());
        }
        // Ten characters: a time of day would be read by the parser and mean nothing here.
        let day = field.strip_prefix(EXPIRES).filter(|day| day.len() == 10 && self.expires.is_none());
        self.expires = Some(day.and_then(|day| day.parse().ok()).ok_or(
            "holds something after its reason that is neither `owner=NAME` nor `expires=YEAR-MONTH-DAY`, or is there twice",
        )?);
        Ok(())
    }

    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let mut line = [&self.secret, &self.rule, &self.path, &one_line(&self.reason)].map(String::as_str).join("\t");
        if let Some(owner) = self.owner.as_deref().map(one_line).filter(|owner| !owner.is_empty()) {
            line.push_str(&format!("\t{OWNER}{owner}"));
        }
        if let Some(expires) = self.expires {
            line.push_str(&format!("\t{EXPIRES}{expires}"));
        }
        line
    }

    /// Which place of which secret it speaks of; no two lines speak of the same.
    pub(super) fn subject(&self) -> (&str, &str, &str) {
        (&self.secret, &self.rule, &self.path)
    }
}

/// A path as a baseline writes it: relative, with `/` between names, whatever system it was found on. Done again, it changes nothing.
pub(super) fn normalized(shown: &str) -> String {
    let slashed = shown.replace('\\', "/");
    let mut rest = slashed.as_str();
    while let Some(shorter) = rest.strip_prefix("./").or_else(|| rest.strip_prefix('/')).or_else(|| after_drive(rest)) {
        rest = shorter;
    }
    if rest.is_empty() { ".".to_owned() } else { rest.to_owned() }
}

/// What follows a Windows drive, `C:/`.
fn after_drive(path: &str) -> Option<&str> {
    path.strip_prefix(|c: char| c.is_ascii_alphabetic())?.strip_prefix(":/")
}

/// Words on one line, with no tab in them and nothing that acts on a terminal.
fn one_line(text: &str) -> String {
    Shown::from_bytes(text.split_whitespace().collect::<Vec<_>>().join(" ").as_bytes()).into_string()
}
