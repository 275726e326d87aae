//! One file per encoding: bytes in, bytes and a span map out. The contract is in `decoder.rs`.

mod alphabet;
mod anew;
mod ansi;
mod asked;
mod base64;
mod carry;
mod continued;
mod decoder;
mod dump;
mod escapes;
mod hex;
mod html;
mod joined;
mod joint;
mod list;
mod map;
mod marked;
mod percent;
mod signs;
mod stretch;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod unicode;
mod wide;

pub use anew::{APART, LONGEST_SEQUENCE, begins_anew, first_anew, goes_on, is_plain, last_anew};
pub use carry::{carry_after, guesses};
pub use continued::line_continuation;
pub use decoder::{Carry, Decoder, Input, LOOK, Run};
pub use dump::end_of_dumped;
pub use joined::joint_of_literals;
pub use joint::joint;
pub use list::spelled_like;
pub use map::SpanMap;
pub use signs::Signs;

/// Every decoder, in the order they are tried.
pub const ALL: &[&dyn Decoder] = &[
    &percent::Percent,
    &escapes::Escapes,
    &base64::Base64,
    &hex::Hex,
    &wide::UTF16LE,
    &wide::UTF16BE,
    &wide::UTF32LE,
    &wide::UTF32BE,
    &ansi::Ansi,
    &ansi::AnsiText,
    &joined::Joined,
    &continued::Continued,
    &html::Html,
    &unicode::Unicode,
    &list::List,
    &dump::Dump,
];
