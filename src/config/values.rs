//! Values of the file that are more than TOML's own kinds; each refuses what it is not, with a cure.

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error};
use zeroize::{Zeroize, Zeroizing};

use crate::model::Key;

/// A size in bytes: a whole number, or text such as `64GiB`.
pub(super) struct Size(pub(super) u64);

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let size = match toml::Value::deserialize(deserializer)? {
            toml::Value::Integer(bytes) => u64::try_from(bytes).ok(),
            toml::Value::String(text) => parse_size(&text),
            _ => None,
        };
        let cure = "a size is a whole number of bytes, or text with a unit: \"512MiB\", \"64GiB\", \"2GB\"";
        size.map(Self).ok_or_else(|| D::Error::custom(cure))
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = match unit.trim_start() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A day, as TOML's own date or as text.
pub(super) struct Day(pub(super) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(when) => when.to_string(),
            toml::Value::String(text) => text,
            _ => String::new(),
        };
        // Ten characters: a time of day would be read by the parser and mean nothing here.
        let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
        day.map(Self).ok_or_else(|| D::Error::custom("a day is written as year-month-day: 2027-06-30"))
    }
}

/// A fingerprint of a secret.
pub(super) struct Fingerprint(pub(super) String);

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        if Key::is_fingerprint(&text) {
            return Ok(Self(text.to_string()));
        }
        Err(D::Error::custom(
            "a fingerprint is `tl1:` and 32 hex digits; take it from a report made with the same key (never write \
             the secret itself here)",
        ))
    }
}

/// A salt: at least [`Key::MIN_BYTES`] bytes in hex.
pub(super) struct Salt(pub(super) Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = toml::Value::deserialize(deserializer)?;
        let salt = value.as_str().and_then(from_hex).filter(|salt| salt.len() >= Key::MIN_BYTES);
        if let toml::Value::String(text) = &mut value {
            text.zeroize();
        }
        let cure = "the salt is text of at least 32 hex digits; make one with `openssl rand -hex 32`";
        salt.map(Self).ok_or_else(|| D::Error::custom(cure))
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = |pair: &[u8]| {
        let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        u8::try_from(digit(pair.first())? * 16 + digit(pair.get(1))?).ok()
    };
    text.as_bytes().chunks(2).map(digits).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        let cases = [
            ("0", Some(0)),
            ("17", Some(17)),
            ("64GiB", Some(64 << 30)),
            ("2 GB", Some(2_000_000_000)),
            ("3kB", Some(3000)),
            ("16777216TiB", None),
            ("-1", None),
            ("GiB", None),
            ("1.5GiB", None),
            ("1gib", None),
            ("", None),
        ];
        for (text, size) in cases {
            assert_eq!(parse_size(text), size, "{text}");
        }
    }
}
