//! JSON as it is written: every pair of an object in its order, repeated keys too. A parser that keeps the last of two
//! would let the first pass unlooked-at.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number, as a text.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// Reads a document.
    ///
    /// # Errors
    /// Where it is none: the line and the column.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("line {}, column {}", error.line(), error.column()))
    }

    /// The value of a key: in any case and the last of several, as Go's `encoding/json` takes it, which engines are
    /// written with.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// Whether a key stands twice, so that readers may disagree on what it says.
    pub(super) fn repeats(&self, key: &str) -> bool {
        let Self::Map(pairs) = self else { return false };
        pairs.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).count() > 1
    }

    /// The text under a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number under a key.
    pub(super) fn number(&self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Self::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The list under a key; an empty one if there is none.
    pub(super) fn list(&self, key: &str) -> &[Json] {
        match self.get(key) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }

    /// Every text in it, keys included.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => vec![text],
            Self::List(list) => list.iter().flat_map(Json::texts).collect(),
            Self::Map(pairs) => {
                pairs.iter().flat_map(|(key, value)| std::iter::once(key.as_str()).chain(value.texts())).collect()
            }
            Self::Null | Self::Bool(_) => Vec::new(),
        }
    }

    /// Objects and lists in it, itself included.
    pub(super) fn nodes(&self) -> usize {
        match self {
            Self::List(list) => 1 + list.iter().map(Json::nodes).sum::<usize>(),
            Self::Map(pairs) => 1 + pairs.iter().map(|(_, value)| value.nodes()).sum::<usize>(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => 0,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Json::Map(pairs))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_of_a_document_is_lost() {
        let json = Json::parse(br#"{"a":"one","A":"two","n":[1,-2,3.5,null,true,{"a":"\u00e9"}]}"#).unwrap();
        assert_eq!(json.text("a"), Some("two"));
        assert!(json.repeats("a") && !json.repeats("n"));
        assert_eq!(json.list("n").len(), 6);
        assert_eq!(json.nodes(), 3);
        let Json::Map(pairs) = &json else { unreachable!("it is an object") };
        assert_eq!(pairs[0].1, Json::Text("one".into()));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for bad in ["", "{", "{} {}", "nul", &"[".repeat(5000)] {
            assert!(Json::parse(bad.as_bytes()).is_err(), "{bad:.9}");
        }
    }
}
