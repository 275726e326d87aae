//! A rule that is switched off.

/// A rule that is switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
}
