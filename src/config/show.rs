//! The configuration in force as a configuration file, each value with a comment that says where it came from.

use std::fmt::{self, Display, Write};

use super::{Effective, Settings};
use crate::model::Shown;
use crate::policy::PathGlob;

impl Display for Settings {
    /// Valid TOML. Keys and salts are not shown, only that there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => writeln!(f, "# The configuration in force; read from {file}.")?,
            None => writeln!(f, "# The configuration in force; no file was read.")?,
        }
        writeln!(f, "version = 1\n\n[gate]")?;
        line(f, "block", quoted(self.block.value.as_str()), &self.block)?;
        if let Some(baseline) = &self.baseline {
            line(f, "baseline", quoted(&baseline.value.to_string_lossy()), baseline)?;
        }
        writeln!(f, "\n[scan]")?;
        line(f, "ignore-files", self.ignore_files.value, &self.ignore_files)?;
        line(f, "threads", self.threads.value, &self.threads)?;
        self.limits_table(f)?;
        self.rules_table(f)?;
        writeln!(f, "\n[inline]")?;
        line(f, "enabled", self.inline.value, &self.inline)?;
        list(f, "also", self.also.iter().map(|mark| (quoted(&mark.value), &mark.origin as &dyn Display)))?;
        self.fingerprint_table(f)?;
        self.exclude_tables(f)?;
        self.allow_tables(f)
    }
}

impl Settings {
    fn limits_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n[limits]")?;
        line(f, "depth", self.depth.value, &self.depth)?;
        line(f, "members", self.members.value, &self.members)?;
        line(f, "bytes", size(self.bytes.value), &self.bytes)?;
        line(f, "ratio", self.ratio.value, &self.ratio)?;
        line(f, "time-seconds", self.time_seconds.value, &self.time_seconds)
    }

    fn rules_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n[rules]")?;
        let packs = self.packs.iter().map(|pack| (quoted(&pack.value.to_string_lossy()), &pack.origin as &dyn Display));
        list(f, "packs", packs)?;
        let disabled = self.disable.iter().map(|Effective { value, origin }| {
            let entry = format!("{{ id = {}, reason = {} }}", quoted(&value.id), quoted(&value.reason));
            (entry, origin as &dyn Display)
        });
        list(f, "disable", disabled)
    }

    fn fingerprint_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => writeln!(f, "\n[fingerprint]\n# the key is set ({}) and is not shown", key.origin),
            None => writeln!(f, "\n[fingerprint]\n# no key is set: fingerprints are not shown in reports"),
        }
    }

    fn exclude_tables(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.exclude {
            writeln!(f, "\n[[exclude]] # {}", entry.origin)?;
            writeln!(f, "paths = {}\nreason = {}", globs(&entry.paths), quoted(&entry.reason))?;
        }
        Ok(())
    }

    fn allow_tables(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.allow {
            writeln!(f, "\n[[allow]] # {}", entry.origin)?;
            for (name, value) in [("fingerprint", &entry.fingerprint), ("rule", &entry.rule)] {
                if let Some(value) = value {
                    writeln!(f, "{name} = {}", quoted(value))?;
                }
            }
            if !entry.paths.is_empty() {
                writeln!(f, "paths = {}", globs(&entry.paths))?;
            }
            writeln!(f, "reason = {}", quoted(&entry.reason))?;
            if let Some(owner) = &entry.owner {
                writeln!(f, "owner = {}", quoted(owner))?;
            }
            if let Some(expires) = entry.expires {
                writeln!(f, "expires = {expires}")?;
            }
        }
        Ok(())
    }
}

fn line<T>(f: &mut fmt::Formatter<'_>, name: &str, value: impl Display, from: &Effective<T>) -> fmt::Result {
    writeln!(f, "{name} = {value} # {}", from.origin)
}

/// A list with one element a line, so that each can say where it came from.
fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: impl ExactSizeIterator<Item = (String, &'a dyn Display)>,
) -> fmt::Result {
    if items.len() == 0 {
        return writeln!(f, "{name} = [] # default");
    }
    writeln!(f, "{name} = [")?;
    for (item, origin) in items {
        writeln!(f, "    {item}, # {origin}")?;
    }
    writeln!(f, "]")
}

fn globs(globs: &[PathGlob]) -> String {
    let quoted: Vec<String> = globs.iter().map(|glob| quoted(glob.as_str())).collect();
    format!("[{}]", quoted.join(", "))
}

/// A size in the largest unit that says it in full.
fn size(bytes: u64) -> String {
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.into_iter().find(|(_, shift)| bytes != 0 && bytes.is_multiple_of(1 << shift)) {
        Some((unit, shift)) => format!("\"{}{unit}\"", bytes >> shift),
        None => bytes.to_string(),
    }
}

/// A basic string of TOML, in which whatever could move a cursor or hide text is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if Shown::from_bytes(c.encode_utf8(&mut [0; 4]).as_bytes()).as_str().starts_with('\\') => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\U{:08X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
