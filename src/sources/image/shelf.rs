//! Files by their names: a folder, an archive that can be read anywhere, or one that comes as a stream.

mod archive;
mod folder;
mod stream;

use std::io::Read;

use super::origin::Fault;

pub(super) use archive::Archive;
pub(super) use folder::Folder;
pub(super) use stream::{Feed, Stream};

/// Takes files: a name, and the bytes.
pub(super) type Take<'t> = &'t mut dyn FnMut(&str, &mut dyn Read);

/// Files by their names.
pub(super) trait Shelf: Sync {
    /// The name that a name stands for: links are followed.
    fn real(&self, name: &str) -> String;

    /// Bytes of a file, where that is known.
    fn size(&self, name: &str) -> Option<u64>;

    /// Opens a file. `None` if there is none of this name.
    fn open(&self, name: &str) -> Result<Option<Box<dyn Read + Send + '_>>, Fault>;

    /// Whether large files can only be had by [`Shelf::pour`].
    fn is_sequential(&self) -> bool;

    /// Gives every file, in the order they are stored.
    fn pour(&self, take: Take<'_>) -> Result<(), Fault>;

    /// Gives what is there beside the files that are used: other files, names, data that no entry covers.
    fn rest(&self, used: &dyn Fn(&str) -> bool, take: Take<'_>) -> Result<(), Fault>;

    /// Reads a small file whole.
    fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Fault> {
        let Some(reader) = self.open(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = reader.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| Fault::of(&error))?;
        if bytes.len() as u64 > most {
            return Err(Fault::limit(&format!("limit on {name} reached: {most} bytes")));
        }
        Ok(Some(bytes))
    }
}
