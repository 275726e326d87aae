//! The built-in packs, one line each. Registration is this list and nothing else.

/// Name and text of every built-in pack.
pub(super) const PACKS: &[(&str, &str)] = &[
    ("aws", include_str!("../../rules/aws.toml")),
    ("azure", include_str!("../../rules/azure.toml")),
    ("ci", include_str!("../../rules/ci.toml")),
    ("clouds", include_str!("../../rules/clouds.toml")),
    ("code-hosts", include_str!("../../rules/code-hosts.toml")),
    ("data-stores", include_str!("../../rules/data-stores.toml")),
    ("generic", include_str!("../../rules/generic.toml")),
    ("google", include_str!("../../rules/google.toml")),
    ("infrastructure", include_str!("../../rules/infrastructure.toml")),
    ("keys", include_str!("../../rules/keys.toml")),
    ("package-registries", include_str!("../../rules/package-registries.toml")),
];
