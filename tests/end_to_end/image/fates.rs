//! Whether a container would see a file, as layers delete and overwrite each other's.

use tar::EntryType::{Block, Directory, Link, Regular, Symlink};

use super::maker::*;
use super::*;

/// What becomes of `a/b/key` in layer 1 by this entry in layer 2.
fn fate(name: &str, kind: tar::EntryType, stored: Stored) -> String {
    let mut layout = Layout::new();
    let below = layout.layer(stored, "below", Tar::of(&[("a/b/key", &secret(1))]));
    let above = layout.layer(stored, "above", Tar::new().entry(name, kind, "elsewhere", b""));
    let image = layout.image(&[&below, &above], |_, _| {});
    layout.tag(&image, "");
    let outcome = scan_image(&oci(&layout.path()));
    assert_eq!(gaps(&outcome), Vec::<String>::new(), "{name}");
    let [finding] = &outcome.findings[..] else { panic!("{name}: {:?}", all_placed(&outcome)) };
    placed(finding).replace("a/b/key 1:5 layer 1 ", "")
}

#[test]
fn layers_delete_and_overwrite() {
    let cases = [
        ("a/b/.wh.key", Regular, "deleted in 2"),
        ("./a/b/.wh.key", Regular, "deleted in 2"),
        ("a/.wh.b", Regular, "deleted in 2"),
        (".wh.a", Regular, "deleted in 2"),
        ("a/b/.wh..wh..opq", Regular, "deleted in 2"),
        (".wh..wh..opq", Regular, "deleted in 2"),
        ("a/b/key", Regular, "overwritten in 2"),
        ("a/b/key", Link, "overwritten in 2"),
        ("a/b/key", Block, "overwritten in 2"),
        ("a/b/key/", Directory, "overwritten in 2"),
        ("a/b", Symlink, "overwritten in 2"),
        ("../a/b/key", Regular, "overwritten in 2"),
        ("a/b/", Directory, "visible"),
        ("a/b/.wh.keys", Regular, "visible"),
        ("a/b/other", Regular, "visible"),
        ("b/.wh.key", Regular, "visible"),
    ];
    for (i, (name, kind, expected)) in cases.into_iter().enumerate() {
        assert_eq!(fate(name, kind, Stored::ALL[i % 4]), expected, "{name} {kind:?}");
    }
}

#[test]
fn a_file_in_an_archive_shares_the_fate_of_the_archive() {
    let mut layout = Layout::new();
    let inner = common::zip(&[("in/key", secret(1).as_bytes())]);
    let below = layout.layer(Stored::Gzip, "below", Tar::new().file("a/x!y.zip", &inner).file("a/x", b""));
    let above = layout.layer(Stored::Gzip, "above", Tar::of(&[("a/.wh.x!y.zip", "")]));
    let image = layout.image(&[&below, &above], |_, _| {});
    layout.tag(&image, "");
    assert_eq!(all_placed(&scan_image(&oci(&layout.path()))), ["a/x!y.zip!in/key 1:5 layer 1 deleted in 2"]);
}

#[test]
fn of_a_name_that_is_masked_nothing_is_claimed() {
    let mut layout = Layout::new();
    let name = token(1);
    let below = layout.layer(Stored::Gzip, "below", Tar::of(&[(&name, "x")]));
    let above = layout.layer(Stored::Gzip, "above", Tar::of(&[(&format!(".wh.{name}"), "")]));
    let image = layout.image(&[&below, &above], |_, _| {});
    layout.tag(&image, "");
    let expected = ["******** 1:1 layer 1 unknown", ".wh.******** 1:5 layer 2 visible"];
    assert_eq!(all_placed(&scan_image(&oci(&layout.path()))), expected);
}

#[test]
fn what_came_back_and_went_again_is_told_of_the_first_that_hides_it() {
    let mut layout = Layout::new();
    let key = [("key", secret(1))];
    let file = || Tar::of(&[("key", &key[0].1)]);
    let layers = [
        layout.layer(Stored::Gzip, "1", file()),
        layout.layer(Stored::Gzip, "2", Tar::of(&[(".wh.key", "")])),
        layout.layer(Stored::Zstd, "3", file()),
        layout.layer(Stored::Gzip, "4", Tar::of(&[("other", "")])),
    ];
    let image = layout.image(&layers.each_ref(), |_, _| {});
    layout.tag(&image, "");
    let expected = ["key 1:5 layer 1 deleted in 2", "key 1:5 layer 3 visible"];
    assert_eq!(all_placed(&scan_image(&oci(&layout.path()))), expected);
}

#[test]
fn of_two_images_the_one_that_shows_the_file_is_told() {
    let mut layout = Layout::new();
    let below = layout.layer(Stored::Gzip, "below", Tar::of(&[("key", &secret(1))]));
    let above = layout.layer(Stored::Gzip, "above", Tar::of(&[(".wh.key", "")]));
    let hidden = layout.image(&[&below, &above], |_, _| {});
    let shown = layout.image(&[&below], |_, _| {});
    layout.tag(&hidden, "hidden");
    layout.tag(&shown, "shown");
    let outcome = scan_image(&oci(&layout.path()));
    assert_eq!(all_placed(&outcome), ["key 1:5 layer 1 visible"]);
    assert!(outcome.findings[0].image.as_ref().unwrap().name.as_str().ends_with("shown"));
}

#[test]
fn a_later_layer_that_cannot_be_read_leaves_it_unknown() {
    let mut layout = Layout::new();
    let below = layout.layer(Stored::Gzip, "below", Tar::of(&[("key", &secret(1))]));
    let above = layout.layer(Stored::Gzip, "above", Tar::of(&[("other", "")]));
    let image = layout.image(&[&below, &above], |_, _| {});
    layout.tag(&image, "");
    std::fs::remove_file(layout.blob_path(above.descriptor["digest"].as_str().unwrap())).unwrap();
    let outcome = scan_image(&oci(&layout.path()));
    assert_eq!(all_placed(&outcome), ["key 1:5 layer 1 unknown"]);
    assert_eq!(outcome.gaps.len(), 1);
}
