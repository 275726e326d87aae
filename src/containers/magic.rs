//! Magics of files that stand as values in other files.

/// Whether a value begins as a file that is worth a member of its own.
pub(super) fn is_file(value: &[u8]) -> bool {
    const MAGICS: [&[u8]; 11] = [
        b"\x1F\x8B\x08",
        b"\x28\xB5\x2F\xFD",
        b"\xFD7zXZ\0",
        b"BZh",
        b"\x04\x22\x4D\x18",
        b"PK\x03\x04",
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"SQLite format 3\0",
        b"%PDF-",
        b"\x89PNG\r\n\x1A\n",
    ];
    MAGICS.iter().any(|magic| value.starts_with(magic))
}
