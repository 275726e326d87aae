//! Stand-in, until the pipeline comes.
use crate::containers::Limits;
use crate::engine::Engine;
use crate::model::{Coverage, Key, Outcome, Target};
use crate::policy::Policy;
use crate::reporters::{Format, Style};
use crate::sources::{Source, SourceError};

/// Progress.
pub trait Progress: Sync {
    /// Advance.
    fn advance(&self, units: u64, bytes: u64);
}
/// Options.
pub struct Options {
    /// Threads.
    pub threads: usize,
    /// Limits.
    pub limits: Limits,
    /// Key.
    pub key: Option<Key>,
    /// Target.
    pub target: Target,
}
/// Scan.
pub fn scan(
    _: &dyn Source,
    engine: &Engine,
    policy: &Policy,
    options: &Options,
    _: &dyn Progress,
) -> Result<Outcome, SourceError> {
    Ok(Outcome {
        target: options.target.clone(),
        threshold: policy.threshold(),
        findings: vec![],
        gaps: vec![],
        exclusions: vec![],
        coverage: Coverage::default(),
        notes: policy.notes(),
        rules: engine.rules().rules().len(),
    })
}
/// Render.
pub fn render(outcome: &Outcome, _: &Engine, format: Format, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = format.reporter().write(outcome, &[], style, &mut out);
    out
}
