//! Whether a value leads to a secret kept elsewhere, or is code that fetches it.

use super::placeholder::is_template;
use super::shape::{distinct, is_wordy, mixed};
use super::words::begins_with_any;

/// Whether the value is a reference to a secret kept elsewhere, or a template to be filled in.
pub(in crate::engine) fn is_reference(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] =
        &[b"}}", b"$(", b"#{", b"<%", b"%>", b"%(", b"{0}", b"{}", b"***", b"...", b"\xe2\x80\xa6", b"\xe2\x80\xa2"];
    const SCHEMES: &[&[u8]] = &[
        b"env:",
        b"env.",
        b"ENC[",
        b"ENC(",
        b"vault:",
        b"file:",
        b"arn:aws",
        b"secret://",
        b"op://",
        b"ref+",
        b"$ANSIBLE_VAULT",
        b"http://",
        b"https://",
        b"ssm:",
        b"!vault",
        b"encrypted:",
        b"@Microsoft.KeyVault(",
        b"keyring:",
        b"projects/",
        b"{cipher}",
        b"process.env",
        b"os.environ",
        b"secrets.",
        b"var.",
        b"local.",
        b"data.",
        b"module.",
    ];
    if MARKS.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark)) {
        return true;
    }
    if is_template(value) {
        return true;
    }
    if value
        .windows(2)
        .enumerate()
        .any(|(i, pair)| is_verb(pair) && !value.get(i + 2).is_some_and(u8::is_ascii_alphanumeric))
    {
        return true;
    }
    if begins_with_any(value, SCHEMES) {
        return true;
    }
    match value {
        // One, or several side by side: `$base$PATH_OF_IT`.
        [b'$', rest @ ..] => is_variable(rest) || rest.split(|byte| *byte == b'$').skip(1).any(shouts),
        // What SQL*Plus asks for, `&app_password`, and the types of GraphQL.
        [b'&', rest @ ..] => rest.contains(&b'_') && is_wordy(rest),
        b"String!" | b"ID!" | b"Int!" => true,
        [b'%', .., b'%']
        | [b'<', .., b'>']
        | [b'[', .., b']']
        | [b'{', .., b'}']
        | [b'@', .., b'@']
        | [b'_', b'_', .., b'_', b'_'] => true,
        _ => false,
    }
}

/// Whether what follows a dollar sign begins with a variable's name: `DB_PASSWORD`, `HOST/path`. Small letters alone may
/// be a password's.
fn is_variable(rest: &[u8]) -> bool {
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let (name, after) = rest.split_at(name);
    let speaks = name.iter().any(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    speaks && matches!(after.first(), None | Some(b'/')) || shouts(name) || distinct(rest) <= 1
}

/// Whether the text begins with a name in capitals.
fn shouts(text: &[u8]) -> bool {
    let name = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name >= 3 && text[..name].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
}

/// Whether the value is an address of a person, a place in a page or a thing, none of which is secret: a mail address,
/// a selector, an XPath, a media type.
pub(super) fn is_address(value: &[u8]) -> bool {
    is_mail(value)
        || is_host(value)
        || is_selector(value)
        || is_uri(value)
        || value.starts_with(b"//")
        || value.windows(2).any(|pair| pair == b"[@")
}

/// `acme://reset?token={token}`: credentials in an address are another rule's.
fn is_uri(value: &[u8]) -> bool {
    let scheme = value.iter().take(16).position(|byte| *byte == b':').unwrap_or(0);
    let (scheme, rest) = value.split_at(scheme);
    scheme.len() >= 2
        && rest.starts_with(b"://")
        && scheme.iter().all(|b| b.is_ascii_lowercase() || matches!(b, b'+' | b'-' | b'.'))
}

fn is_mail(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| *byte == b'@') else { return false };
    let (user, host) = (&value[..at], &value[at + 1..]);
    let Some(dot) = host.iter().rposition(|byte| *byte == b'.') else { return false };
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    let top = &host[dot + 1..];
    !user.is_empty()
        && user.iter().all(name)
        && host.iter().all(name)
        && (2..=6).contains(&top.len())
        && top.iter().all(u8::is_ascii_lowercase)
}

/// `localhost:5000`, `10.0.0.1:8080`
fn is_host(value: &[u8]) -> bool {
    let Some(colon) = value.iter().rposition(|byte| *byte == b':') else { return false };
    let (host, port) = (&value[..colon], &value[colon + 1..]);
    (2..=5).contains(&port.len())
        && port.iter().all(u8::is_ascii_digit)
        && (host == b"localhost" || host.contains(&b'.') && host.iter().all(|b| b.is_ascii_digit() || *b == b'.'))
}

/// `#password`, `.form-control`, `input[name=password]`, and the colour `#4a5c7b75`
fn is_selector(value: &[u8]) -> bool {
    match value {
        [b'#', rest @ ..] if matches!(rest.len(), 6 | 8) && rest.iter().all(u8::is_ascii_hexdigit) => true,
        [b'#' | b'.' | b':', rest @ ..] => rest.len() >= 3 && rest[0].is_ascii_alphabetic() && is_wordy(rest),
        _ => value.ends_with(b"]") && value.contains(&b'['),
    }
}

/// Whether two bytes are a place to print into: `%s`, `%d`, `%v`.
fn is_verb(pair: &[u8]) -> bool {
    matches!(pair, b"%s" | b"%d" | b"%v" | b"%q")
}

/// Whether the value is a path: its parts are words joined by slashes.
pub(super) fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.' | b'~'));
    plain
        && slashes >= 1
        && (value.starts_with(b"/")
            || value.starts_with(b"./")
            || value.starts_with(b"~/")
            || value.starts_with(b"../"))
        && value.split(|b| *b == b'/').all(|part| part.len() < 24 && !mixed(part))
}

/// Whether bare text is code: a call, a member, an index, an operator.
pub(super) fn is_code(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"!").unwrap_or(value);
    value.starts_with(b"&")
        || value.starts_with(b"*")
        || value.starts_with(b"@")
        || is_call(value)
        || is_member(value)
        || is_cut(value)
        || value.windows(2).any(|pair| pair == b"::" || pair == b"->" || pair == b"=>")
}

fn is_identifier_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':')
}

/// `name(…`, `name[…`, `{…`: a bracket behind an identifier, or at the start.
fn is_call(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| matches!(byte, b'(' | b'[' | b'{' | b'|')) else { return false };
    let (name, rest) = value.split_at(at);
    let name = name.strip_prefix(b"$").unwrap_or(name);
    // Elixir's and Ruby's that raise, and macros of Rust: `fetch_env!(`.
    let name = name.strip_suffix(b"!").unwrap_or(name);
    let closed = rest.iter().any(|byte| matches!(byte, b')' | b']' | b'}'));
    name.iter().all(is_identifier_byte) && (closed || is_wordy(name))
}

/// `stringLiteral)?`: a word, and what closes a bracket that was opened before it.
fn is_cut(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| matches!(byte, b')' | b']')) else { return false };
    let (word, rest) = value.split_at(at);
    is_wordy(word) && !rest.iter().any(u8::is_ascii_alphanumeric)
}

/// `self.password`, `ed25519.Ed25519PrivateKey`
fn is_member(value: &[u8]) -> bool {
    let named = |part: &[u8]| part.first().is_some_and(u8::is_ascii_alphabetic) && !mixed(part);
    let long = value.len() > 24 && value.split(|byte| matches!(byte, b'.' | b':')).all(named);
    value.contains(&b'.') && value.iter().all(is_identifier_byte) && (long || is_wordy(value) && !ends_in_number(value))
}

/// `wombat.42`: no member has such a name, but those of tuples, `pair.0`.
fn ends_in_number(value: &[u8]) -> bool {
    let number = value.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    number >= 2 && value.len() > number && value[value.len() - number - 1] == b'.'
}

/// Whether bare text is a number or a variable: `0x10000`, `4096`, `$Payload.password`.
pub(super) fn is_number_or_variable(value: &[u8]) -> bool {
    let plain =
        |rest: &[u8]| rest.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
    match value {
        [b'0', b'x' | b'X', digits @ ..] => {
            digits.iter().all(|b| b.is_ascii_hexdigit() || matches!(b, b'_' | b'u' | b'U' | b'l' | b'L'))
        }
        [b'$', rest @ ..] => plain(rest),
        _ => value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && value.len() < 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_values() {
        for text in [
            "${PASSWORD}",
            "$DB_PASSWORD",
            "$password$URL/login",
            "&app_password",
            "String!",
            "{{ password }}",
            "<password>",
            "%s",
            "$(cat file)",
            "op://vault/item",
            "***",
            "process.env.TOKEN",
            "encrypted:BO6oJWOpPz36vITJoJuQ",
            "@Microsoft.KeyVault(SecretUri=x)",
        ] {
            assert!(is_reference(text.as_bytes()), "{text}");
        }
        for text in ["$ecret99!", "pa%ss", "a<b", "$tr0ng"] {
            assert!(!is_reference(text.as_bytes()), "{text}");
        }
    }
}
