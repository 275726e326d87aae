//! The rooms of `src/` stand on a ladder, and a room imports only rooms further down. Files inside a room do not import
//! each other in a circle. Both are read from the paths that the sources write: `use` lines, and `crate::…`, `super::…`
//! and `child::…` in between. Tests inside `src/` keep to the ladder too; circles they may close.
#![allow(clippy::unwrap_used)]

mod paths;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tree::{Import, Tree};

/// The ladder, from the top. Rooms on one rung do not import each other.
const LADDER: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["config"],
    &["redact"],
    &["pipeline"],
    &["engine", "sources"],
    &["known"],
    &["rules", "decoders", "containers", "policy", "reporters"],
    &["model"],
];

/// Circles that still stand, each with its cure. The list may only get shorter: no new one, and none that is gone.
const STANDING: &[(&[&str], &str)] = &[];

fn rung(room: &str) -> Option<usize> {
    LADDER.iter().position(|rooms| rooms.contains(&room))
}

/// Every import that climbs the ladder or steps sideways, and every room that is not on it.
fn climbs(tree: &Tree) -> Vec<String> {
    tree.imports().iter().filter_map(climb).collect()
}

fn climb(import: &Import) -> Option<String> {
    let Import { file, line, from, to, .. } = import;
    let (room, wanted) = (from.first()?, to.first().map_or("lib", String::as_str));
    if room == wanted {
        return None;
    }
    let Some(own) = rung(room) else { return Some(format!("{file}:{line}: room `{room}` is not on the ladder")) };
    let Some(theirs) = rung(wanted) else {
        return Some(format!("{file}:{line}: `{room}` imports `{wanted}`, which is not on the ladder"));
    };
    let why = match own.cmp(&theirs) {
        std::cmp::Ordering::Less => return None,
        std::cmp::Ordering::Equal => "on the same rung: neither may know the other",
        std::cmp::Ordering::Greater => "further up the ladder",
    };
    Some(format!("{file}:{line}: `{room}` imports `{wanted}`, which stands {why}"))
}

/// Every set of files that import each other in a circle, with the imports that close it.
fn circles(tree: &Tree) -> BTreeMap<BTreeSet<String>, Vec<String>> {
    let imports: Vec<Import> =
        tree.imports().into_iter().filter(|i| !i.test && !i.relisted && i.from != i.to).collect();
    let mut reach: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for import in &imports {
        reach.entry(&import.from).or_default().insert(&import.to);
    }
    loop {
        let mut grown = false;
        for from in reach.keys().copied().collect::<Vec<_>>() {
            let further: BTreeSet<_> = reach[from].iter().filter_map(|to| reach.get(to)).flatten().copied().collect();
            let known = reach.get_mut(from).unwrap();
            let before = known.len();
            known.extend(further);
            grown |= known.len() > before;
        }
        if !grown {
            break;
        }
    }
    let reaches = |from: &[String], to: &[String]| reach.get(from).is_some_and(|all| all.contains(to));
    let mut circles: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
    for Import { file, line, from, to, .. } in imports.iter().filter(|import| reaches(&import.to, &import.from)) {
        let round = reach.keys().filter(|at| reaches(from, at) && reaches(at, from));
        let files = round.map(|at| tree.file_of(at)).collect();
        let told = circles.entry(files).or_default();
        let import = format!("{file}:{line} imports {}", tree.file_of(to));
        if told.last() != Some(&import) {
            told.push(import);
        }
    }
    circles
}

#[test]
fn no_room_climbs_the_ladder() {
    let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(tree.imports().len() > 300, "the reader sees too little: {} imports", tree.imports().len());
    for rooms in LADDER.iter().flat_map(|rung| rung.iter()) {
        assert!(tree.has(rooms), "`{rooms}` is on the ladder and not in src/");
    }
    let climbs = climbs(&tree);
    let ladder: Vec<_> = LADDER.iter().map(|rooms| rooms.join(" · ")).collect();
    assert!(climbs.is_empty(), "{}\nthe ladder: {}", climbs.join("\n"), ladder.join(" → "));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut circles = circles(&tree);
    for (files, cure) in STANDING {
        let files: BTreeSet<String> = files.iter().map(|file| (*file).to_owned()).collect();
        assert!(circles.remove(&files).is_some(), "{files:?} is no circle any more ({cure}): take it off STANDING");
    }
    let told: Vec<String> = circles
        .iter()
        .map(|(files, imports)| format!("{files:?} stand in a circle:\n  {}", imports.join("\n  ")))
        .collect();
    assert!(told.is_empty(), "{}\nmove what both sides need into a leaf file", told.join("\n"));
}

/// A made-up tree that is sound: re-exports lead to the leaf they come from, tests may look where they like in a room,
/// and what is written in comments and strings is not an import.
const SOUND: &[(&str, &str)] = &[
    ("lib.rs", "pub mod cli; pub mod config; pub mod engine; pub mod model;"),
    ("main.rs", "fn main() { tightlip::cli::run() }"),
    ("cli/mod.rs", "//! crate::main\nmod run;\npub use run::run;"),
    (
        "cli/run.rs",
        "use crate::{config::Options, model::{self, Secret as S}};\n#[cfg(test)]\nmod tests { use super::*; }",
    ),
    (
        "config/mod.rs",
        "mod file;\nmod options;\n#[cfg(test)] mod tests;\npub use options::Options;\npub const N: u8 = 1;",
    ),
    (
        "config/file.rs",
        "use super::Options;\nconst TEXT: &str = r#\"crate::cli::run\"#; // crate::cli\n/* crate::cli */",
    ),
    ("config/options.rs", "use crate::model::Secret;\nfn f<'a>(c: char) -> bool { c == '\"' || c == '{' }"),
    ("config/tests.rs", "use super::{N, Options, file};"),
    ("engine/mod.rs", "mod scan;\nmod scratch;\npub use scan::scan;"),
    ("engine/scan.rs", "use super::scratch;\nfn f() { crate::model::Secret::new() }"),
    ("engine/scratch.rs", "#[cfg(test)]\nmod tests { use super::super::scan; use crate::model::Secret; }"),
    ("model/mod.rs", "mod secret;\npub use secret::Secret;"),
    ("model/secret.rs", "pub struct Secret;"),
];

/// The sound tree with one file written otherwise.
fn with(file: &str, text: &str) -> Tree {
    Tree::new(SOUND.iter().map(|(name, sound)| (*name, if *name == file { text } else { *sound })))
}

#[test]
fn the_checker_passes_a_sound_tree() {
    let tree = with("", "");
    assert_eq!(climbs(&tree), Vec::<String>::new());
    assert!(circles(&tree).is_empty(), "{:?}", circles(&tree));
}

#[test]
fn the_checker_sees_every_way_to_climb() {
    let cases = [
        (
            "engine/scan.rs",
            "\nuse crate::cli::run;",
            "src/engine/scan.rs:2: `engine` imports `cli`, which stands further up",
        ),
        (
            "model/secret.rs",
            "use crate::{\n  model,\n  engine::scan};",
            "src/model/secret.rs:3: `model` imports `engine`",
        ),
        ("model/secret.rs", "fn f() { crate::config::Options::new() }", "`model` imports `config`"),
        ("model/mod.rs", "use super::engine::scan;", "`model` imports `engine`"),
        ("model/mod.rs", "mod tests { use super::super::engine; }", "`model` imports `engine`"),
        (
            "engine/scratch.rs",
            "mod tests { mod deep { fn f() { super::super::super::super::cli::run() } } }",
            "imports `cli`",
        ),
        ("engine/scan.rs", "#[cfg(test)] mod tests { use crate::sources::Dir; }", "neither may know the other"),
        ("model/secret.rs", "use crate::VERSION;", "`model` imports `lib`, which is not on the ladder"),
    ];
    let sources = ("sources/mod.rs", "pub struct Dir;");
    for (file, text, told) in cases {
        let files = SOUND.iter().map(|(name, sound)| (*name, if *name == file { text } else { *sound }));
        let climbs = climbs(&Tree::new(files.chain([sources])));
        assert!(climbs.len() == 1 && climbs[0].contains(told), "{file} {text}: {climbs:?}");
    }
    let attic = Tree::new(SOUND.iter().copied().chain([("attic/mod.rs", "use crate::model::Secret;")]));
    assert_eq!(climbs(&attic), ["src/attic/mod.rs:1: room `attic` is not on the ladder"]);
}

#[test]
fn the_checker_sees_every_way_to_close_a_circle() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("engine/scratch.rs", "use super::scan;", &["src/engine/scan.rs", "src/engine/scratch.rs"]),
        ("engine/scratch.rs", "use super::scan as look;", &["src/engine/scan.rs", "src/engine/scratch.rs"]),
        ("engine/scratch.rs", "fn f() { crate::engine::scan(1) }", &["src/engine/scan.rs", "src/engine/scratch.rs"]),
        ("config/mod.rs", "mod file;\npub struct Options(file::File);", &["src/config/file.rs", "src/config/mod.rs"]),
    ];
    for (file, text, files) in cases {
        let circles = circles(&with(file, text));
        let expected: BTreeSet<String> = files.iter().map(|file| (*file).to_owned()).collect();
        assert!(circles.len() == 1 && circles.contains_key(&expected), "{file} {text}: {circles:?}");
    }
}
