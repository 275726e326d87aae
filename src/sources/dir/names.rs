//! How paths become names.

use std::path::Path;

/// How paths become names in reports.
pub(super) struct Names<'a> {
    pub(super) root: &'a Path,
    pub(super) prefix: Option<&'a Path>,
}

impl Names<'_> {
    /// The name of a path under the root, with `/` between its parts.
    pub(super) fn of(&self, path: &Path) -> Vec<u8> {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        match self.prefix {
            Some(prefix) => slashed(&prefix.join(relative)),
            None => slashed(relative),
        }
    }

    /// The name of a root that is a file itself.
    pub(super) fn of_file(&self) -> Vec<u8> {
        slashed(self.prefix.unwrap_or_else(|| self.root.file_name().map_or(self.root, Path::new)))
    }
}

fn slashed(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let bytes = bytes.strip_prefix(b"./").unwrap_or(bytes);
    if std::path::MAIN_SEPARATOR == '/' {
        return bytes.to_vec();
    }
    bytes.iter().map(|byte| if *byte == std::path::MAIN_SEPARATOR as u8 { b'/' } else { *byte }).collect()
}
