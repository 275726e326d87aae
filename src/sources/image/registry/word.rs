//! A secret as it is read from JSON: from the parser's buffer into keeping, with no copy in between that stays.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::model::Secret;

/// A secret text in a JSON document.
pub(super) struct Word(pub(super) Secret);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keep;
        impl Visitor<'_> for Keep {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(Secret::new(text.as_bytes().to_vec())))
            }
        }
        deserializer.deserialize_str(Keep)
    }
}
