//! Archives, taken apart and put together again with every member redacted: tar, zip, gzip and zstd inside each other,
//! under one budget.
//!
//! A container of another format is copied as it is: whoever releases the whole scans it first, and finds what it holds.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use tempfile::SpooledTempFile;

use super::{Count, RedactError, Redactor};
use crate::containers::{self, Budget, Meter, Spent};

/// Members up to this size are held in memory.
const HELD: usize = 8 << 20;

/// What became of one member.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its address in the output.
    pub path: Vec<u8>,
    /// What was read of it and what was written.
    pub count: Count,
    /// Its digest before and after.
    pub digests: Option<([u8; 32], [u8; 32])>,
    /// Why it was left out, if it was.
    pub left_out: Option<String>,
}

/// Redacts files, whatever they are.
pub struct Archives<'a> {
    redactor: Redactor<'a>,
    /// Whether members are digested.
    digests: bool,
    entries: Vec<Entry>,
    /// What is left for the file that is redacted now.
    budget: Budget,
}

impl<'a> Archives<'a> {
    /// With `digests` every member is digested before and after.
    pub fn new(redactor: Redactor<'a>, digests: bool) -> Self {
        let budget = Budget::new(*redactor.limits());
        Self { redactor, digests, entries: Vec::new(), budget }
    }

    /// What became of every member so far.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Redacts a name, or another short text.
    ///
    /// # Errors
    /// If something is left.
    pub fn text(&mut self, text: &[u8]) -> Result<Vec<u8>, RedactError> {
        self.redactor.text(text)
    }

    /// Notes what cannot be redacted and is not written.
    pub fn leave_out(&mut self, path: &[u8], why: String) {
        self.entries.push(Entry { path: path.to_vec(), count: Count::default(), digests: None, left_out: Some(why) });
    }

    /// Redacts one file.
    ///
    /// # Errors
    /// If it cannot be read or written, or something is left.
    pub fn file(&mut self, path: &[u8], input: &mut dyn Read, out: &mut dyn Write) -> Result<(), RedactError> {
        self.budget = Budget::new(*self.redactor.limits());
        self.member(path, input, out, 0)
    }

    fn member(
        &mut self,
        path: &[u8],
        input: &mut dyn Read,
        out: &mut dyn Write,
        depth: usize,
    ) -> Result<(), RedactError> {
        self.budget.member().map_err(|spent| self.spent(spent))?;
        let meter = (depth > 0).then(|| self.budget.meter());
        let (mut input, mut out) = (Passing::new(input, self.digests), Passing::new(out, self.digests));
        input.meter = meter;
        let number = self.entries.len();
        let count = self.content(path, &mut input, &mut out, depth)?;
        io::copy(&mut input, &mut io::sink()).map_err(RedactError::Read)?;
        let count = Count { read: input.bytes, written: out.bytes, ..count };
        let digests = self.digests.then(|| (input.digest(), out.digest()));
        self.entries.insert(number, Entry { path: path.to_vec(), count, digests, left_out: None });
        Ok(())
    }

    fn content(
        &mut self,
        path: &[u8],
        input: &mut dyn Read,
        out: &mut dyn Write,
        depth: usize,
    ) -> Result<Count, RedactError> {
        let mut head = Vec::with_capacity(containers::HEAD);
        Read::take(&mut *input, containers::HEAD as u64).read_to_end(&mut head).map_err(RedactError::Read)?;
        let name = containers::recognize(&head).map(|container| container.name());
        let mut whole = io::Cursor::new(head.clone()).chain(&mut *input);
        match name {
            Some(_) if depth >= self.redactor.limits().depth as usize => return Err(self.spent(Spent::Depth)),
            Some("gzip") => self.gzip(path, &mut whole, out, depth)?,
            Some("zstd") => self.zstd(path, &mut whole, out, depth)?,
            Some("tar") => self.tar(path, &mut whole, out, depth)?,
            Some("zip") => self.zip(path, &mut whole, out, depth)?,
            // They are text all the same.
            Some("mail" | "office") => return self.redactor.file(path, head, input, out),
            Some(_) => {
                io::copy(&mut whole, out).map_err(RedactError::Read)?;
            }
            None => return self.redactor.file(path, head, input, out),
        }
        Ok(Count::default())
    }

    fn spent(&self, limit: Spent) -> RedactError {
        RedactError::Read(limit.fault(self.redactor.limits()).to_error())
    }

    fn gzip(
        &mut self,
        path: &[u8],
        input: &mut dyn Read,
        out: &mut dyn Write,
        depth: usize,
    ) -> Result<(), RedactError> {
        let mut decoder = MultiGzDecoder::new(BufReader::new(input));
        let header = decoder.header().cloned();
        let mut builder = GzBuilder::new();
        if let Some(header) = header {
            builder = builder.mtime(header.mtime());
            if let Some(name) = header.filename() {
                builder = builder.filename(self.redactor.text(name)?);
            }
        }
        let mut encoder = builder.write(out, Compression::default());
        self.member(&inside(path, b""), &mut decoder, &mut encoder, depth + 1)?;
        encoder.finish().map(|_| ()).map_err(RedactError::Write)
    }

    fn zstd(
        &mut self,
        path: &[u8],
        input: &mut dyn Read,
        out: &mut dyn Write,
        depth: usize,
    ) -> Result<(), RedactError> {
        let mut decoder = zstd::Decoder::new(input).map_err(RedactError::Read)?;
        let mut encoder = zstd::Encoder::new(out, 0).map_err(RedactError::Write)?;
        self.member(&inside(path, b""), &mut decoder, &mut encoder, depth + 1)?;
        encoder.finish().map(|_| ()).map_err(RedactError::Write)
    }

    fn tar(&mut self, path: &[u8], input: &mut dyn Read, out: &mut dyn Write, depth: usize) -> Result<(), RedactError> {
        let mut archive = tar::Archive::new(input);
        let mut builder = tar::Builder::new(out);
        for entry in archive.entries().map_err(RedactError::Read)? {
            let mut entry = entry.map_err(RedactError::Read)?;
            let name = self.redactor.text(&entry.path_bytes())?;
            let mut header = entry.header().clone();
            let kind = header.entry_type();
            if let Some(target) = entry.link_name_bytes() {
                let target = self.redactor.text(&target)?;
                header.set_size(0);
                builder.append_link(&mut header, bytes_path(&name), bytes_path(&target)).map_err(RedactError::Write)?;
            } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                header.set_entry_type(tar::EntryType::Regular);
                if let Some((length, mut content)) = self.spooled(&inside(path, &name), &mut entry, depth)? {
                    header.set_size(length);
                    builder.append_data(&mut header, bytes_path(&name), &mut content).map_err(RedactError::Write)?;
                }
            } else {
                header.set_size(0);
                builder.append_data(&mut header, bytes_path(&name), io::empty()).map_err(RedactError::Write)?;
            }
        }
        builder.finish().map_err(RedactError::Write)
    }

    /// A zip is read from its end, so it is laid down first.
    fn zip(&mut self, path: &[u8], input: &mut dyn Read, out: &mut dyn Write, depth: usize) -> Result<(), RedactError> {
        let mut file = tempfile::tempfile().map_err(RedactError::Write)?;
        io::copy(input, &mut BufWriter::new(&mut file)).map_err(RedactError::Read)?;
        file.rewind().map_err(RedactError::Read)?;
        let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        let mut writer = zip::ZipWriter::new(tempfile::tempfile().map_err(RedactError::Write)?);
        for number in 0..archive.len() {
            self.zip_entry(path, &mut archive, number, &mut writer, depth)?;
        }
        let mut written = writer.finish().map_err(unwritten)?;
        written.rewind().and_then(|()| io::copy(&mut written, out)).map(|_| ()).map_err(RedactError::Write)
    }

    fn zip_entry(
        &mut self,
        path: &[u8],
        archive: &mut zip::ZipArchive<BufReader<File>>,
        number: usize,
        writer: &mut zip::ZipWriter<File>,
        depth: usize,
    ) -> Result<(), RedactError> {
        let name = archive.name_for_index(number).and_then(Result::ok).map(|name| name.into_owned());
        let mut entry = match archive.by_index(number) {
            Ok(entry) => entry,
            Err(error) => {
                let name = name.unwrap_or_else(|| format!("({number})"));
                let name = self.redactor.text(name.as_bytes())?;
                self.leave_out(&inside(path, &name), format!("it cannot be opened ({error})"));
                return Ok(());
            }
        };
        let name = self.redactor.text(entry.name_raw())?;
        let shown = String::from_utf8_lossy(&name).into_owned();
        let mut options = zip::write::SimpleFileOptions::default().large_file(true);
        if entry.compression() == zip::CompressionMethod::Stored {
            options = options.compression_method(zip::CompressionMethod::Stored);
        }
        if let Some(time) = entry.last_modified() {
            options = options.last_modified_time(time);
        }
        if let Some(mode) = entry.unix_mode() {
            options = options.unix_permissions(mode);
        }
        if entry.is_dir() {
            return writer.add_directory(shown, options).map_err(unwritten);
        }
        if let Some((_, mut content)) = self.spooled(&inside(path, &name), &mut entry, depth)? {
            writer.start_file(shown, options).map_err(unwritten)?;
            io::copy(&mut content, writer).map_err(RedactError::Write)?;
        }
        Ok(())
    }

    /// A redacted member, laid down so that its size is known. One that cannot be read is left out.
    fn spooled(
        &mut self,
        path: &[u8],
        input: &mut dyn Read,
        depth: usize,
    ) -> Result<Option<(u64, SpooledTempFile)>, RedactError> {
        let mut spool = SpooledTempFile::new(HELD);
        let known = self.entries.len();
        match self.member(path, input, &mut spool, depth + 1) {
            Err(RedactError::Read(error)) => {
                self.entries.truncate(known);
                self.leave_out(path, format!("it cannot be read ({error})"));
                Ok(None)
            }
            Err(error) => Err(error),
            Ok(()) => {
                let length = spool.seek(SeekFrom::End(0)).map_err(RedactError::Write)?;
                spool.rewind().map_err(RedactError::Write)?;
                Ok(Some((length, spool)))
            }
        }
    }
}

fn broken(error: zip::result::ZipError) -> RedactError {
    RedactError::Read(io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}

fn unwritten(error: zip::result::ZipError) -> RedactError {
    RedactError::Write(io::Error::other(error.to_string()))
}

/// The address of a member. What a compressed file holds has no name of its own.
fn inside(path: &[u8], name: &[u8]) -> Vec<u8> {
    let joint: &[u8] = if path.ends_with(b"!") && !name.is_empty() { b"" } else { b"!" };
    [path, joint, name].concat()
}

#[cfg(unix)]
fn bytes_path(name: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn bytes_path(name: &[u8]) -> std::path::PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
}

/// Counts what passes, and digests it where that is wanted.
struct Passing<T> {
    inner: T,
    /// What decoded bytes are charged to.
    meter: Option<Meter>,
    hash: Option<sha2::Sha256>,
    bytes: u64,
}

impl<T> Passing<T> {
    fn new(inner: T, digests: bool) -> Self {
        Self { inner, meter: None, hash: digests.then(<sha2::Sha256 as sha2::Digest>::new), bytes: 0 }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        if let Some(hash) = &mut self.hash {
            sha2::Digest::update(hash, bytes);
        }
    }

    fn digest(self) -> [u8; 32] {
        self.hash.map_or([0; 32], |hash| sha2::Digest::finalize(hash).into())
    }
}

impl<R: Read> Read for Passing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.pass(&buffer[..count]);
        match self.meter.as_ref().map_or(Ok(()), |meter| meter.take(count as u64).map_err(|spent| (spent, meter))) {
            Ok(()) => Ok(count),
            Err((spent, meter)) => Err(spent.fault(meter.limits()).to_error()),
        }
    }
}

impl<W: Write> Write for Passing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buffer)?;
        self.pass(&buffer[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
