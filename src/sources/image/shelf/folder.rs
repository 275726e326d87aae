//! A folder.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

use super::{Shelf, Take};
use crate::model::GapKind;
use crate::sources::image::origin::Fault;

pub(in crate::sources::image) struct Folder(pub(in crate::sources::image) PathBuf);

impl Shelf for Folder {
    fn real(&self, name: &str) -> String {
        name.to_owned()
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.0.join(name).metadata().ok().map(|meta| meta.len())
    }

    fn open(&self, name: &str) -> Result<Option<Box<dyn Read + Send + '_>>, Fault> {
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // A FIFO in the place of a blob must not block.
            options.custom_flags(libc::O_NONBLOCK);
        }
        let file = match options.open(self.0.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::of(&error)),
        };
        match file.metadata() {
            Ok(meta) if meta.is_file() => Ok(Some(Box::new(file))),
            Ok(_) => {
                Err(Fault { kind: GapKind::SpecialFile, detail: "it is no regular file; it was not read".to_owned() })
            }
            Err(error) => Err(Fault::of(&error)),
        }
    }

    fn is_sequential(&self) -> bool {
        false
    }

    fn pour(&self, _: Take<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// What lies in a folder beside its images is published with none of them.
    fn rest(&self, _: &dyn Fn(&str) -> bool, _: Take<'_>) -> Result<(), Fault> {
        Ok(())
    }
}
