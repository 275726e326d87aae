//! PDF (ISO 32000-2): what its streams hold, and the text on its pages.
//!
//! The file is scanned as it stands, and every stream that filters change comes decoded as a member: attachments, object
//! streams, metadata. Of a page's content the strings are given as well, joined as they stand on a line, and translated
//! where the font says how. Objects are found by their keywords and not by the cross-reference table, so that a broken
//! or lying table hides nothing.

mod content;
mod document;
mod filter;
mod fonts;
mod token;

pub(super) use document::Pdf;
