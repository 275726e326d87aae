//! The answer of a proof.

/// What a computation says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// It holds: the value was made by its issuer, or by somebody who knows the scheme.
    Yes,
    /// It fails: the value is not what it looks like.
    No,
    /// The value is of a form that carries nothing to compute.
    Unknown,
}

impl From<bool> for Proven {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
