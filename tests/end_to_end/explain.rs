//! `tightlip explain`: a reason for every rule whose keyword stands in a line, and no byte of the line's secret.

use crate::common::*;

/// What is said of line 1 of a file.
fn explained(text: &str, configuration: &str) -> String {
    let tree = Tree::of("a.conf", text).file("tightlip.toml", configuration);
    let output = command(tree.path(), &["explain", "a.conf:1", "--rules"]).arg(pack()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_line_is_explained_in_words() {
    let (value, seed) = (random(B62, 15, 7), random(B62, 9, 8));
    let cases = [
        (format!("password = \"{value}\""), "kept likely      generic-password (keyword `pass` at byte 1)"),
        (
            "password = \"example-of-one\"".to_owned(),
            "generic-password: the value holds the placeholder word `example`",
        ),
        ("password = \"${PASSWORD}\"".to_owned(), "generic-password: the value is to be filled in"),
        ("password = config.get(\"x\")".to_owned(), "generic-password: the value is code"),
        (format!("password_hash = \"{value}\""), "generic-password: the name does not end in a word for a secret"),
        (format!("public_token = \"{value}\""), "generic-token: the word before makes the name that of something else"),
        (
            format!("token: {}", ["gh", "p_", &seed.repeat(4)].concat()),
            "github-personal-token: the checksum or structure",
        ),
        ("no such thing here".to_owned(), "no rule's keyword stands in this line"),
        (
            format!("password = \"{value}\" # tightlip:allow generic-password it opens nothing"),
            "suppressed       generic-password: accepted by policy, it opens nothing",
        ),
        (
            data_encoding::BASE64.encode(format!("password = \"{value}\" and more of it").as_bytes()),
            "kept likely      generic-password (inside base64)",
        ),
    ];
    for (line, expected) in cases {
        let told = explained(&format!("{line}\n"), "");
        assert!(told.contains(expected), "{line}\n{told}");
        for piece in value.as_bytes().windows(6).chain(seed.as_bytes().windows(6)) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!told.contains(piece), "{piece} is in\n{told}");
        }
    }
}

#[test]
fn what_policy_leaves_out_is_said() {
    let excluded = "[[exclude]]\npaths = [\"a.conf\"]\nreason = \"made by hand\"\n";
    let told = explained(&format!("password = \"{}\"\n", random(B62, 15, 7)), excluded);
    assert!(told.contains("not scanned") && told.contains("made by hand"), "{told}");
}

#[test]
fn a_place_that_is_none_is_an_error() {
    let tree = Tree::of("a.conf", "one\ntwo\n");
    for (place, message) in
        [("a.conf", "FILE:LINE"), ("a.conf:0", "FILE:LINE"), ("a.conf:9", "has no line 9"), ("b:1", "b: ")]
    {
        let output = command(tree.path(), &["explain", place]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && told.contains(message), "{place}: {told}");
    }
}
