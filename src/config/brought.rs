//! What a changed configuration brings that the one in force does not have: for the reader of a report, since a change is
//! not judged by what it writes itself.

use toml::{Table, Value};

/// The longest value that is told, in characters.
const MAX_SHOWN: usize = 160;

/// The entries of `new` that `old` does not have, and those that `new` takes away, one line for each. Salts are not told.
pub fn brought(old: Option<&[u8]>, new: Option<&[u8]>) -> Vec<String> {
    if old == new {
        return Vec::new();
    }
    let (Some(old), Some(new)) = (parse(old), parse(new)) else {
        return vec!["brings a version that is no configuration".to_owned()];
    };
    let mut told: Vec<String> = missing(&new, &old).into_iter().map(|entry| format!("brings {entry}")).collect();
    told.extend(missing(&old, &new).into_iter().map(|entry| format!("takes away {entry}")));
    told
}

fn parse(text: Option<&[u8]>) -> Option<Table> {
    std::str::from_utf8(text.unwrap_or_default()).ok()?.parse().ok()
}

/// The entries of `table` that `other` does not have.
fn missing(table: &Table, other: &Table) -> Vec<String> {
    let mut told = Vec::new();
    for (name, value) in table {
        match (value, other.get(name)) {
            (value, Some(same)) if value == same => {}
            (Value::Array(entries), theirs) => {
                let theirs = theirs.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let new = entries.iter().filter(|entry| !theirs.contains(entry));
                told.extend(new.map(|entry| format!("[[{name}]] {}", shown(entry))));
            }
            (Value::Table(keys), theirs) => {
                let theirs = |key: &str| theirs.and_then(|table| table.get(key));
                let new = keys.iter().filter(|(key, value)| theirs(key) != Some(value));
                told.extend(new.map(|(key, value)| match name.as_str() {
                    "fingerprint" => format!("[{name}] {key}"),
                    _ => format!("[{name}] {key} = {}", shown(value)),
                }));
            }
            (value, _) => told.push(format!("{name} = {}", shown(value))),
        }
    }
    told
}

fn shown(value: &Value) -> String {
    let text = value.to_string().replace('\n', " ");
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The files that a configuration names: rule packs, or folders of them, and a baseline.
pub fn files_named(text: &[u8]) -> Vec<String> {
    let Some(table) = parse(Some(text)) else { return Vec::new() };
    let packs = table.get("rules").and_then(|rules| rules.get("packs")).and_then(Value::as_array);
    let baseline = table.get("gate").and_then(|gate| gate.get("baseline"));
    let named = packs.into_iter().flatten().chain(baseline);
    named.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_and_what_is_gone_is_told_and_no_salt() {
        let old = "[gate]\nblock = \"likely\"\n[[allow]]\nrule = \"a\"\npaths = [\"x\"]\nreason = \"r\"\n";
        let new = "[gate]\nblock = \"confirmed\"\n[fingerprint]\nsalt = \"0011\"\n[[allow]]\nrule = \"b\"\n";
        let told = brought(Some(old.as_bytes()), Some(new.as_bytes()));
        let expected = [
            "brings [[allow]] { rule = \"b\" }",
            "brings [fingerprint] salt",
            "brings [gate] block = \"confirmed\"",
            "takes away [[allow]] { paths = [\"x\"], reason = \"r\", rule = \"a\" }",
            "takes away [gate] block = \"likely\"",
        ];
        assert_eq!(told, expected);
        assert!(brought(Some(old.as_bytes()), Some(old.as_bytes())).is_empty());
        assert_eq!(brought(None, Some(b"version = 1")), ["brings version = 1"]);
        assert_eq!(brought(None, Some(b"= \xff")).len(), 1);
    }

    #[test]
    fn files_that_a_configuration_names_are_known() {
        let text = b"[gate]\nbaseline = \"known\"\n[rules]\npacks = [\"a.toml\", \"packs\"]\n";
        assert_eq!(files_named(text), ["a.toml", "packs", "known"]);
        assert!(files_named(b"rules = 3").is_empty() && files_named(b"\xff").is_empty());
    }
}
