//! The texts of a document, decoded, as they are scanned: a sheet for each pair of an object, and for each list of texts.
//!
//! Scanning the JSON itself would find most of them, and would place none: `config:Env[3]` says what to mend. An
//! environment is scanned as the lines of one sheet, so that what belongs together (an access key and its secret) is
//! seen together; an argument vector as one line, as it would be typed.

use super::json::Json;
use crate::model::{Finding, Region};

/// Keys whose lists are the words of one command.
const COMMANDS: [&str; 6] = ["Cmd", "Entrypoint", "Shell", "Test", "Args", "Command"];

/// Keys whose values are sentences or instructions, and no assignments.
const PROSE: [&str; 4] = ["created_by", "comment", "author", "message"];

/// Decoded texts that are scanned as one blob.
pub(super) struct Sheet {
    /// The address of all of it: `config:Env`.
    pub(super) name: String,
    pub(super) text: String,
    /// Where each piece begins in the text, and the end of its address: `[3]`.
    pieces: Vec<(usize, String)>,
}

impl Sheet {
    /// All texts of a document, which is called `root` in addresses.
    pub(super) fn all(root: &str, document: &Json) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        write(&format!("{root}:"), "", document, &mut sheets);
        sheets
    }

    /// A sheet of a single text.
    pub(super) fn of(name: &str, text: &str) -> Self {
        let name = name.trim_end_matches(':');
        Self { name: name.to_owned(), text: text.to_owned(), pieces: Vec::new() }
    }

    fn add(&mut self, separator: char, address: String, text: &str) {
        if !self.pieces.is_empty() {
            self.text.push(separator);
        }
        self.pieces.push((self.text.len(), address));
        self.text.push_str(text);
    }

    /// Gives a finding the address of its own piece, and the position in it.
    pub(super) fn place(&self, finding: &mut Finding) {
        let at = usize::try_from(finding.span.start).unwrap_or(usize::MAX);
        let Some((start, address)) = self.pieces.iter().rev().find(|(start, _)| *start <= at) else { return };
        finding.place.path.extend_from_slice(address.as_bytes());
        finding.region = self.moved(*start, finding.region);
        finding.span.start -= *start as u64;
        finding.span.end -= *start as u64;
    }

    fn moved(&self, start: usize, region: Region) -> Region {
        let before = self.text.get(..start).unwrap_or("");
        let lines = before.matches('\n').count() as u64;
        let columns = before.rsplit('\n').next().unwrap_or("").chars().count() as u64;
        let line = |line: u64| line.saturating_sub(lines).max(1);
        let column = |at: u64, column: u64| if line(at) == 1 { column.saturating_sub(columns).max(1) } else { column };
        Region {
            start_line: line(region.start_line),
            start_column: column(region.start_line, region.start_column),
            end_line: line(region.end_line),
            end_column: column(region.end_line, region.end_column),
        }
    }
}

fn write(address: &str, key: &str, value: &Json, sheets: &mut Vec<Sheet>) {
    match value {
        Json::Map(pairs) => {
            for (key, value) in pairs {
                let inner = inner(address, key);
                sheets.extend(pair(key, value).map(|line| Sheet::of(&inner, &line)));
                write(&inner, key, value, sheets);
            }
        }
        Json::List(list) => {
            let mut sheet = Sheet::of(address, "");
            let separator = if COMMANDS.contains(&key) { ' ' } else { '\n' };
            for (i, value) in list.iter().enumerate() {
                if let Json::Text(text) | Json::Number(text) = value {
                    sheet.add(separator, format!("[{i}]"), text);
                }
            }
            if !sheet.text.is_empty() {
                sheets.push(sheet);
            }
            for (i, value) in list.iter().enumerate() {
                write(&format!("{address}[{i}]"), key, value, sheets);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
    }
}

/// A pair as a line: `KEY=value`. A key alone is content too: ports, volumes and the like are written by people.
fn pair(key: &str, value: &Json) -> Option<String> {
    match value {
        Json::Text(text) if PROSE.contains(&key) => Some(text.clone()),
        Json::Text(text) | Json::Number(text) => Some(format!("{key}={text}")),
        Json::Null | Json::Bool(_) | Json::List(_) | Json::Map(_) => (!key.is_empty()).then(|| key.to_owned()),
    }
}

/// The address of what stands under a key. The object `config` of a configuration is what everybody calls by its
/// parts: `config:Env`.
fn inner(address: &str, key: &str) -> String {
    match address {
        "config:" if key == "config" => address.to_owned(),
        _ if address.ends_with(':') => format!("{address}{key}"),
        _ => format!("{address}.{key}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_text_stands_in_a_sheet_with_its_address() {
        let json = br#"{"config":{"Env":["A=1","B=2\nC=3"],"Cmd":["run","--key","x"],"Labels":{"a.b":"c"},
            "ExposedPorts":{"80/tcp":{}}},"history":[{"created_by":"RUN |1 X=y","empty_layer":true}],"os":"linux"}"#;
        let sheets = Sheet::all("config", &Json::parse(json).unwrap());
        let told: Vec<(&str, &str)> = sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.text.as_str())).collect();
        let wanted = [
            ("config", "config"),
            ("config:Env", "Env"),
            ("config:Env", "A=1\nB=2\nC=3"),
            ("config:Cmd", "Cmd"),
            ("config:Cmd", "run --key x"),
            ("config:Labels", "Labels"),
            ("config:Labels.a.b", "a.b=c"),
            ("config:ExposedPorts", "ExposedPorts"),
            ("config:ExposedPorts.80/tcp", "80/tcp"),
            ("config:history", "history"),
            ("config:history[0].created_by", "RUN |1 X=y"),
            ("config:history[0].empty_layer", "empty_layer"),
            ("config:os", "os=linux"),
        ];
        assert_eq!(told, wanted);
        assert_eq!(sheets[2].pieces, [(0, "[0]".into()), (4, "[1]".into())]);
    }

    #[test]
    fn positions_are_those_of_the_piece() {
        let json = br#"{"config":{"Env":["A=1","B=2\nC=3"]}}"#;
        let sheets = Sheet::all("config", &Json::parse(json).unwrap());
        let region = |line, from, to| Region { start_line: line, start_column: from, end_line: line, end_column: to };
        assert_eq!(sheets[2].moved(4, region(2, 3, 4)), region(1, 3, 4));
        assert_eq!(sheets[2].moved(4, region(3, 3, 4)), region(2, 3, 4));
        let command = Sheet::all("config", &Json::parse(br#"{"config":{"Cmd":["run","--key=x"]}}"#).unwrap());
        assert_eq!(command[2].moved(4, region(1, 11, 12)), region(1, 7, 8));
    }
}
