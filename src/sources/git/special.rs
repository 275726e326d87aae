//! Content that stands for other content: pointers of Git LFS, and files that git-crypt has encrypted.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::objects::Trouble;
use crate::model::GapKind;

/// The longest pointer. Git LFS takes nothing of 1024 bytes or more for one (its specification, "The Pointer").
const MAX_POINTER: usize = 1024;

/// How git-crypt's files begin (its `doc` folder, "File format"), and how many bytes of nonce follow.
const CRYPT_MARK: &[u8] = b"\0GITCRYPT\0";
const CRYPT_NONCE: usize = 12;

/// How much of encrypted content is looked at, and the least that can be told from plain text.
const CRYPT_HEAD: usize = 4096;
const CRYPT_LEAST: usize = 16;

/// A pointer of Git LFS: where its content is kept when it is here, and its size.
pub(super) struct Pointer {
    oid: String,
    pub(super) size: u64,
}

impl Pointer {
    /// Reads a pointer; anything else is ordinary content.
    pub(super) fn parse(blob: &[u8]) -> Option<Self> {
        if blob.len() >= MAX_POINTER || !blob.starts_with(b"version https://git-lfs.github.com/spec/") {
            return None;
        }
        let text = std::str::from_utf8(blob).ok()?;
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let oid = field("oid")?.strip_prefix("sha256:")?;
        let is_hash = oid.len() == 64 && oid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| Self { oid: oid.to_owned(), size: field("size").and_then(|s| s.parse().ok()).unwrap_or(0) })
    }

    /// Opens the content, in a repository's common folder.
    pub(super) fn open(&self, common_dir: &Path) -> Result<(File, u64), Trouble> {
        let [a, b] = [&self.oid[..2], &self.oid[2..4]];
        let path: PathBuf = common_dir.join("lfs/objects").join(a).join(b).join(&self.oid);
        let opened = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file).and_then(|meta| {
            let file = File::open(&path).ok()?;
            Some((file, meta.len()))
        });
        opened.ok_or_else(|| Trouble {
            bytes: self.size,
            ..Trouble::new(
                GapKind::Elsewhere,
                "a Git LFS pointer, and its content is not here; fetch it with `git lfs fetch`",
            )
        })
    }
}

/// Whether git-crypt encrypted it. The mark alone is not believed: whoever wants to hide text could write it, so what
/// follows must look like noise.
pub(super) fn is_git_crypt(blob: &[u8]) -> bool {
    let Some(rest) = blob.strip_prefix(CRYPT_MARK).and_then(|rest| rest.get(CRYPT_NONCE..)) else { return false };
    let head = &rest[..rest.len().min(CRYPT_HEAD)];
    let plain = head.iter().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')).count();
    // Of random bytes 38 % are such; of a text nearly all.
    head.len() >= CRYPT_LEAST && plain * 10 < head.len() * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_known_and_nothing_else_is() {
        let oid = "0a".repeat(32);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12345\n");
        let read = Pointer::parse(pointer.as_bytes());
        assert!(read.is_some_and(|read| read.oid == oid && read.size == 12345));
        for other in [
            "",
            "version https://git-lfs.github.com/spec/v1\n",
            &pointer.replace("sha256", "md5"),
            &pointer.replace("0a0a", "../x"),
            &format!("{pointer}{}", "x".repeat(1024)),
        ] {
            assert!(Pointer::parse(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn the_mark_of_git_crypt_hides_no_text() {
        let noise: Vec<u8> = (0..100u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let with = |rest: &[u8]| [CRYPT_MARK, &[7; CRYPT_NONCE], rest].concat();
        assert!(is_git_crypt(&with(&noise)));
        assert!(!is_git_crypt(&with(b"password = what a fine way to hide this, is it not?")));
        assert!(!is_git_crypt(&with(b"")) && !is_git_crypt(&noise) && !is_git_crypt(CRYPT_MARK));
    }
}
