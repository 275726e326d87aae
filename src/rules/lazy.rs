//! Patterns that compile when they are first needed: a run pays only for rules whose keyword occurs.

use std::sync::OnceLock;

use super::analysis::{self, Analysis};
use super::matcher::Matcher;

/// A pattern's text, and its compiled form once it was needed.
pub struct LazyPattern {
    text: String,
    keywords: Vec<String>,
    cell: OnceLock<Box<Compiled>>,
}

/// A compiled pattern.
pub struct Compiled {
    /// The matcher; bytes, ASCII classes.
    pub matcher: Matcher,
    /// The longest match in bytes.
    pub max_len: usize,
    /// For each keyword, how many bytes of a match can stand before it: least and most.
    pub offsets: Vec<Option<(usize, usize)>>,
    /// How far from a keyword's start a match can reach, to either side.
    pub reach: usize,
}

impl LazyPattern {
    /// A pattern that is searched for around one of `keywords` (lower-cased where case is ignored). The text must have
    /// passed [`LazyPattern::check`] before it is used.
    pub(super) fn new(text: String, keywords: Vec<String>) -> Self {
        Self { text, keywords, cell: OnceLock::new() }
    }

    /// A pattern that must fit a value as a whole.
    pub(super) fn whole(text: &str) -> Self {
        Self::new(format!("(?s-u:^(?:{text})$)"), Vec::new())
    }

    /// The pattern as it is compiled.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Compiles the pattern now, and says what is wrong with it.
    pub(super) fn check(&self) -> Result<&Compiled, String> {
        if let Some(compiled) = self.cell.get() {
            return Ok(compiled);
        }
        let compiled = compile(&self.text, &self.keywords)?;
        Ok(self.cell.get_or_init(|| Box::new(compiled)))
    }

    /// The compiled pattern.
    pub fn get(&self) -> &Compiled {
        self.check().expect("packs are checked when they are loaded, built-in packs by a test")
    }
}

fn compile(text: &str, keywords: &[String]) -> Result<Compiled, String> {
    let hir = analysis::parse(text)?;
    let Analysis { max_len, offsets } = analysis::analyse(&hir, keywords)?;
    let matcher = Matcher::new(hir)?;
    let before = offsets.iter().flatten().map(|(_, most)| *most).max().unwrap_or(0);
    Ok(Compiled { matcher, max_len, offsets, reach: before.max(max_len) })
}
