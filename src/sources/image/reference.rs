//! References as people write them, and what they lead to.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use super::engine;
use super::layer::COMPRESSED;
use super::layout::{Chosen, Layout};
use super::origin::{Fault, Origin};
use super::registry::ImageName;
use super::saved::Saved;
use super::shelf::{Archive, Feed, Folder, Shelf, Stream};
use crate::containers::{self, Body, Budget, HEAD, Limits, Members, Step};
use crate::model::GapKind;

/// What a reference leads to.
pub enum Reference {
    /// Something on this machine, ready to be read.
    Local(Box<dyn Origin>),
    /// An image in a registry.
    Registry(ImageName),
}

impl Reference {
    /// Opens what `text` names: `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:NAME]`,
    /// `docker-daemon:NAME`, `podman:NAME`, a path, or anything else as the name of an image in a registry.
    ///
    /// # Errors
    /// In words, with the next step, if it cannot be opened.
    pub fn open(text: &str) -> Result<Self, String> {
        let local = |origin: Result<Box<dyn Origin>, String>| origin.map(Self::Local);
        match text.split_once(':') {
            Some(("oci", rest)) => local(layout(rest)),
            Some(("oci-archive", rest)) => local(archive(rest, Form::Oci)),
            Some(("docker-archive", rest)) => local(archive(rest, Form::Docker)),
            Some(("docker-daemon", name)) => local(engine::docker(name).and_then(|feed| engine_image(feed, name))),
            Some(("podman", name)) => local(engine::podman(name).and_then(|feed| engine_image(feed, name))),
            Some(("docker", rest)) if rest.starts_with("//") => ImageName::parse(text).map(Self::Registry),
            Some((kind @ ("containers-storage" | "dir" | "ostree" | "tarball" | "sif"), _)) => Err(format!(
                "`{kind}:` is not read; write the image out first: skopeo copy {text} oci-archive:image.tar"
            )),
            _ if Path::new(text).exists() => local(path(Path::new(text))),
            _ if is_path(text) => Err("no such file or folder; an image in a registry is docker://NAME".to_owned()),
            _ => ImageName::parse(text).map(Self::Registry),
        }
    }

    /// The name of an image in a registry, if it is one.
    pub fn image_name(&self) -> Option<&ImageName> {
        match self {
            Self::Local(_) => None,
            Self::Registry(name) => Some(name),
        }
    }
}

/// Whether a text is meant for a path, though there is nothing there: a name that was mistyped must not be asked of a
/// registry.
fn is_path(text: &str) -> bool {
    const ENDS: [&str; 9] = [".tar", ".tgz", ".tzst", ".gz", ".zst", ".xz", ".bz2", ".oci", "/"];
    text.starts_with(['/', '.', '~']) || ENDS.iter().any(|end| text.ends_with(end))
}

/// Which form an archive is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Oci,
    Docker,
    Any,
}

/// The path that begins a reference, and what follows its colon or `@`. Both may stand in a path as well: the longest path
/// that exists is meant.
fn split(text: &str) -> Result<(PathBuf, Option<&str>), String> {
    if Path::new(text).exists() {
        return Ok((PathBuf::from(text), None));
    }
    let mut cuts = text.char_indices().rev().filter(|(_, c)| matches!(c, ':' | '@'));
    let cut = cuts.find(|(at, _)| *at > 0 && Path::new(&text[..*at]).exists());
    cut.map(|(at, _)| (PathBuf::from(&text[..at]), Some(&text[at..])))
        .ok_or_else(|| "no such file or folder".to_owned())
}

/// Which image of a layout is meant by what follows its path.
fn chosen(rest: Option<&str>) -> Chosen {
    match rest {
        None => Chosen::All,
        Some(rest) => match rest.strip_prefix('@').or_else(|| rest.strip_prefix(":@")) {
            Some(digest) => Chosen::Digest(digest.to_owned()),
            None => Chosen::Tag(rest.trim_start_matches(':').to_owned()),
        },
    }
}

fn layout(text: &str) -> Result<Box<dyn Origin>, String> {
    let (path, rest) = split(text)?;
    if !path.is_dir() {
        return Err("it is no folder; for an archive, write oci-archive:".to_owned());
    }
    Ok(Box::new(Layout { shelf: Folder(path), chosen: chosen(rest) }))
}

fn archive(text: &str, form: Form) -> Result<Box<dyn Origin>, String> {
    let (path, rest) = split(text)?;
    if path.is_dir() {
        return Err("it is a folder; for an image layout, write oci:".to_owned());
    }
    file(&path, rest, form)
}

/// A path that says nothing of its form.
fn path(path: &Path) -> Result<Box<dyn Origin>, String> {
    if !path.is_dir() {
        return file(path, None, Form::Any);
    }
    if path.join("index.json").exists() || path.join("oci-layout").exists() {
        return Ok(Box::new(Layout { shelf: Folder(path.to_owned()), chosen: Chosen::All }));
    }
    if path.join("manifest.json").exists() {
        return Ok(Box::new(Saved::new(Folder(path.to_owned()), None)));
    }
    Err("it is no image: it has neither index.json nor manifest.json; a plain folder is scanned by `tightlip dir`, an image in a registry is docker://NAME"
        .to_owned())
}

fn file(path: &Path, rest: Option<&str>, form: Form) -> Result<Box<dyn Origin>, String> {
    let mut file = File::open(path).map_err(|error| format!("it cannot be opened ({error})"))?;
    if !file.metadata().is_ok_and(|meta| meta.is_file()) {
        return Err("it is no regular file; write the stream to a file first".to_owned());
    }
    let mut head = Vec::new();
    let read = file.by_ref().take(HEAD as u64).read_to_end(&mut head).and_then(|_| file.rewind());
    read.map_err(|error| format!("it cannot be read ({error})"))?;
    let words = |fault: Fault| fault.detail;
    match containers::recognize(&head).map(|container| container.name()) {
        Some("tar") => {
            let shelf = Archive::new(file).map_err(words)?;
            let docker = shelf.has("manifest.json");
            image(shelf, rest, form, docker)
        }
        Some(name) if COMPRESSED.contains(&name) => {
            let shelf = Stream::new(Box::new(Compressed(file))).map_err(words)?;
            let docker = shelf.has("manifest.json");
            image(shelf, rest, form, docker)
        }
        _ => Err("it is no image: neither a tar archive nor a compressed one".to_owned()),
    }
}

/// The image in an archive. Newer engines write both forms into one: then `manifest.json` says which images are meant,
/// and all else is looked at as files.
fn image<S: Shelf + 'static>(
    shelf: S,
    rest: Option<&str>,
    form: Form,
    docker: bool,
) -> Result<Box<dyn Origin>, String> {
    if form == Form::Docker || (form == Form::Any && docker) {
        let name = rest.map(|rest| rest.trim_start_matches(':').to_owned());
        return Ok(Box::new(Saved::new(shelf, name)));
    }
    Ok(Box::new(Layout { shelf, chosen: chosen(rest) }))
}

fn engine_image(feed: Box<dyn Feed>, name: &str) -> Result<Box<dyn Origin>, String> {
    let shelf = Stream::new(feed).map_err(|fault| format!("{name}: {}", fault.detail))?;
    Ok(Box::new(Saved::new(shelf, None)))
}

/// A compressed archive.
struct Compressed(File);

impl Feed for Compressed {
    fn pour(&self, take: &mut dyn FnMut(&mut dyn Read)) -> Result<(), Fault> {
        let mut file = &self.0;
        let mut head = Vec::new();
        let read = file.rewind().and_then(|()| file.take(HEAD as u64).read_to_end(&mut head));
        read.map_err(|error| Fault::of(&error))?;
        let mut members = First { take, fault: None };
        if let Some(container) = containers::recognize(&head) {
            container.open(Body::File(&self.0), &mut Budget::new(Limits::default()), &mut members);
        }
        members.fault.map_or(Ok(()), Err)
    }

    fn has_rest(&self) -> bool {
        true
    }
}

/// Takes the content of a compressed file.
struct First<'a> {
    take: &'a mut dyn FnMut(&mut dyn Read),
    fault: Option<Fault>,
}

impl Members for First<'_> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, _: &mut Budget) -> Step {
        if name.starts_with(b"(") {
            let detail = "there is data behind the compressed archive".to_owned();
            self.fault.get_or_insert(Fault { kind: GapKind::Unsupported, detail });
        } else {
            (self.take)(content);
        }
        Step::Continue
    }

    fn plain(&mut self, content: &mut dyn Read) {
        (self.take)(content);
    }

    /// The name of the file that was compressed, or a comment.
    fn text(&mut self, _: &[u8], _: &[u8]) {}

    fn gap(&mut self, _: &[u8], kind: GapKind, _: u64, detail: &str) {
        self.fault.get_or_insert(Fault { kind, detail: detail.to_owned() });
    }
}
