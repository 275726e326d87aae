//! Percent-encoding (RFC 3986, section 2.1). A `+` stays what it is.

use super::alphabet::hex_byte;
use super::marked::{Marked, Token};
use super::signs::Sign;

/// The percent decoder.
pub(super) struct Percent;

impl Marked for Percent {
    const NAME: &'static str = "percent";
    const SIGN: Sign = Sign::Percent;
    const MARK: u8 = b'%';
    const LONGEST: usize = 3;

    fn starter(bytes: &[u8], at: usize) -> Option<usize> {
        let high = *bytes.get(at + 1)?;
        if !(b'2'..=b'7').contains(&high) || bytes[at] != Self::MARK {
            return None;
        }
        hex_byte(bytes, at + 1).map(|_| 3)
    }

    /// No encoded value holds blanks, control characters, quotes or angle brackets.
    fn stops(byte: u8) -> bool {
        matches!(byte, 0..=b' ' | 0x7f | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\')
    }

    fn token(bytes: &[u8], at: usize) -> Option<Token> {
        hex_byte(bytes, at + 1).map(|byte| Token::byte(3, byte))
    }

    fn begins(_bytes: &[u8], _at: usize, _floor: usize) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let far = "x".repeat(600);
        let cases = [
            ("a password%3Dhunter2 b", vec!["password=hunter2"]),
            ("get https%3A%2F%2Fu%3Ap%40host+x", vec!["https://u:p@host+x"]),
            ("'%41' \"x%42y\" <%43>", vec!["A", "xBy", "C"]),
            ("caf%C3%A9%3D%0A1", vec!["café=\n1"]),
            ("100% %d %zz %5 %0A caf%C3%A9 %1f %", vec![]),
            ("%%41%4%2", vec!["%A%4%2"]),
            ("%2541", vec!["%41"]),
        ];
        for (encoded, decoded) in cases {
            assert_eq!(texts(&Percent, encoded.as_bytes()), decoded, "{encoded}");
        }
        let reach = [&far, "%41", &far, "%42", &far].concat();
        let (side, middle) = ("x".repeat(512), "x".repeat(600));
        assert_eq!(texts(&Percent, reach.as_bytes()), [[&side, "A", &middle, "B", &side].concat()]);
    }
}
