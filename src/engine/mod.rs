//! Stand-in, until the engine comes.
use crate::rules::RuleSet;

/// Engine.
pub struct Engine(RuleSet);
impl Engine {
    /// New.
    pub fn new(rules: RuleSet) -> Self {
        Self(rules)
    }
    /// Rules.
    pub fn rules(&self) -> &RuleSet {
        &self.0
    }
}
/// Failure.
pub struct CheckFailure;
impl std::fmt::Display for CheckFailure {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
/// Check.
pub fn check(_: &Engine) -> Vec<CheckFailure> {
    Vec::new()
}
