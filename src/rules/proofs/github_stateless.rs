//! GitHub's stateless installation tokens: `ghs_`, the app's number, `_` and a JSON Web Token.
//!
//! Source: GitHub changelog, 24 April 2026, "Notice about upcoming new format for GitHub App installation tokens".

use super::super::random::Random;
use super::jwt;
use super::proven::Proven;

/// The web token must be whole. A value whose part there is no header of one is of a form that nothing is known of: GitHub
/// asks not to depend on what is inside.
pub(super) fn check(value: &[u8]) -> Proven {
    match value.windows(4).position(|window| window == b"_eyJ").map(|at| &value[at + 1..]) {
        Some(token) if jwt::has_header(token) => jwt::check(token),
        _ => Proven::Unknown,
    }
}

pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    format!("{prefix}1{}_{}", random.text("dec", 6), jwt::mint(random))
}
