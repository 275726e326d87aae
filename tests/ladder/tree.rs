//! The files of a crate, and which of them import which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::paths::{self, Source, Written};

/// The path of a module: `["engine", "scan"]`. The library's root is empty, the binary's is `["main"]`.
pub(crate) type Module = Vec<String>;

/// The crate's name, by which `main.rs` calls the library.
const CRATE: &str = "tightlip";

/// One file's mention of another.
#[derive(Debug)]
pub(crate) struct Import {
    /// The file, from the crate's root.
    pub(crate) file: String,
    /// Line number, from 1.
    pub(crate) line: usize,
    /// The file's module.
    pub(crate) from: Module,
    /// The module that the named thing lives in, re-exports followed.
    pub(crate) to: Module,
    /// Whether only tests do it.
    pub(crate) test: bool,
    /// Whether it is a line of a `mod.rs` that lists what its children offer.
    pub(crate) relisted: bool,
}

/// The sources of a crate.
pub(crate) struct Tree {
    files: BTreeMap<Module, (String, Source)>,
    /// Modules that exist for tests alone.
    tests: BTreeSet<Module>,
}

impl Tree {
    /// Reads every `.rs` file under a folder.
    pub(crate) fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        gather(src, "", &mut files);
        Self::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Takes files by their names under `src/`.
    pub(crate) fn new<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let files: BTreeMap<_, _> =
            files.map(|(name, text)| (module(name), (format!("src/{name}"), paths::read(text)))).collect();
        let children = |(at, (_, source)): (&Module, &(String, Source))| {
            source.test_children.iter().map(|name| joined(at, name)).collect::<Vec<_>>()
        };
        let tests = files.iter().flat_map(children).collect();
        Self { files, tests }
    }

    /// Whether there is such a room.
    pub(crate) fn has(&self, room: &str) -> bool {
        self.files.contains_key(&vec![room.to_owned()])
    }

    /// The file of a module.
    pub(crate) fn file_of(&self, module: &[String]) -> String {
        self.files.get(module).map_or_else(|| module.join("::"), |(file, _)| file.clone())
    }

    /// Every mention of a module of the crate.
    pub(crate) fn imports(&self) -> Vec<Import> {
        self.files
            .iter()
            .flat_map(|(from, (file, source))| source.paths.iter().filter_map(|w| self.import(from, file, w)))
            .collect()
    }

    fn import(&self, from: &Module, file: &str, written: &Written) -> Option<Import> {
        let to = self.home(&self.absolute(from, written)?, 8);
        let under_tests = (0..=from.len()).any(|n| self.tests.contains(&from[..n]));
        let child = to.len() > from.len() && to.starts_with(from);
        Some(Import {
            file: file.to_owned(),
            line: written.line,
            from: from.clone(),
            to,
            test: written.test || under_tests,
            relisted: written.public && child,
        })
    }

    /// The path from the crate's root; `None` for other crates and for names of the file itself.
    fn absolute(&self, from: &Module, written: &Written) -> Option<Module> {
        let (first, mut rest) = written.segments.split_first()?;
        let mut at: Module = from.iter().chain(&written.inside).cloned().collect();
        match first.as_str() {
            "crate" | CRATE => at.clear(),
            "self" => {}
            "super" => {
                at.pop();
                while rest.first().is_some_and(|next| next == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            child if self.files.contains_key(&joined(from, child)) => at = joined(from, child),
            name => at = self.imported(from, name)?,
        }
        at.extend(rest.iter().cloned());
        Some(at)
    }

    /// What a name of the file stands for, if a module was imported under it.
    fn imported(&self, from: &Module, name: &str) -> Option<Module> {
        let written = self.files.get(from)?.1.paths.iter().find(|w| w.name.as_deref() == Some(name))?;
        let rooted = matches!(written.segments[0].as_str(), "crate" | "super" | "self");
        let target = rooted.then(|| self.absolute(from, written))??;
        self.files.contains_key(&target).then_some(target)
    }

    /// The module that the thing at a path lives in: as deep as there are files, then along re-exports.
    fn home(&self, path: &[String], patience: usize) -> Module {
        let depth = (0..=path.len()).rev().find(|n| self.files.contains_key(&path[..*n])).unwrap_or(0);
        let (module, rest) = path.split_at(depth);
        let Some(((_, source), name)) = self.files.get(module).zip(rest.first()) else { return module.to_vec() };
        let brought_in = source.paths.iter().find(|w| !w.test && w.name.as_deref() == Some(name.as_str()));
        let further = brought_in.and_then(|written| self.absolute(&module.to_vec(), written));
        match further {
            Some(further) if patience > 0 && further != path => self.home(&further, patience - 1),
            _ => module.to_vec(),
        }
    }
}

fn joined(module: &[String], name: &str) -> Module {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn module(name: &str) -> Module {
    let bare = name.trim_end_matches(".rs").trim_end_matches("/mod");
    if bare == "lib" { Module::new() } else { bare.split('/').map(str::to_owned).collect() }
}

fn gather(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), files);
        } else if name.ends_with(".rs") {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}
