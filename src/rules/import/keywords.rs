//! Keywords: literals of which every match holds one. The source's own stand anywhere in the file, so that they are
//! taken only where they are proven to stand in the match, and otherwise derived from the pattern.

use regex_syntax::hir::Hir;

use super::super::analysis;
use super::pattern::folds_case;

/// Keywords, and whether they count in any case of their letters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Keywords {
    pub(super) words: Vec<String>,
    pub(super) ignore_case: bool,
    /// Whether they are others than the source's.
    pub(super) derived: bool,
}

/// The keywords of a pattern.
pub(super) fn of(hir: &Hir, given: &[String]) -> Option<Keywords> {
    let folded = folds_case(hir);
    let mut given: Vec<String> = given.iter().map(|word| word.to_lowercase()).filter(|word| word.len() >= 3).collect();
    given.sort();
    given.dedup();
    // A word that is part of another finds all that the other finds.
    let all = given.clone();
    given.retain(|word| !all.iter().any(|other| other != word && word.contains(other.as_str())));
    if !given.is_empty() && analysis::analyse(hir, &given).is_ok() {
        return Some(Keywords { words: given, ignore_case: folded, derived: false });
    }
    let fits = |words: &Vec<String>| {
        let lower = words.iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_uppercase()));
        (lower || !folded) && analysis::analyse(hir, words).is_ok()
    };
    let words = analysis::literals(hir).into_iter().find(fits)?;
    Some(Keywords { words, ignore_case: folded, derived: true })
}
