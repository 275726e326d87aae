//! The built-in packs, one line each. Registration is this list and nothing else.
//!
//! In alphabetical order, except that `protocols` is last: its shapes (headers, commands) hold other rules' tokens, and
//! on a tie the earlier rule stays.

/// Name and text of every built-in pack.
pub(super) const PACKS: &[(&str, &str)] = &[
    ("ai", include_str!("../../rules/ai.toml")),
    ("aws", include_str!("../../rules/aws.toml")),
    ("azure", include_str!("../../rules/azure.toml")),
    ("chat", include_str!("../../rules/chat.toml")),
    ("ci", include_str!("../../rules/ci.toml")),
    ("clouds", include_str!("../../rules/clouds.toml")),
    ("code-hosts", include_str!("../../rules/code-hosts.toml")),
    ("commerce", include_str!("../../rules/commerce.toml")),
    ("data-stores", include_str!("../../rules/data-stores.toml")),
    ("files", include_str!("../../rules/files.toml")),
    ("frameworks", include_str!("../../rules/frameworks.toml")),
    ("google", include_str!("../../rules/google.toml")),
    ("identity", include_str!("../../rules/identity.toml")),
    ("in-use", include_str!("../../rules/in-use.toml")),
    ("infrastructure", include_str!("../../rules/infrastructure.toml")),
    ("keys", include_str!("../../rules/keys.toml")),
    ("long-tail", include_str!("../../rules/long-tail.toml")),
    ("mail", include_str!("../../rules/mail.toml")),
    ("monitoring", include_str!("../../rules/monitoring.toml")),
    ("package-registries", include_str!("../../rules/package-registries.toml")),
    ("payments", include_str!("../../rules/payments.toml")),
    ("secret-managers", include_str!("../../rules/secret-managers.toml")),
    ("social", include_str!("../../rules/social.toml")),
    ("work-tools", include_str!("../../rules/work-tools.toml")),
    ("protocols", include_str!("../../rules/protocols.toml")),
    ("generic", include_str!("../../rules/generic.toml")),
];
