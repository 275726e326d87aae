//! The promises of the crate that concern a scan as a whole: every unit is accounted for, the same bytes give the same
//! findings, and nothing is asked of a network but of a registry that was named. (That no secret comes out is held in
//! `canaries.rs`.)

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::common::*;
use proptest::prelude::*;
use tightlip::containers::Limits;
use tightlip::decoders::{Carry, Input, carry_after};
use tightlip::engine::{REACH, Scratch, Window, resolve};
use tightlip::model::{BlobKind, Match, Outcome, Place, Verdict};
use tightlip::pipeline;
use tightlip::reporters::{Format, Style};
use tightlip::sources::{Content, Flow, Source, SourceError, Visitor};

// ---- 1. Nothing unlooked-at passes ---------------------------------------------------------------------------------

/// Units and bytes: scanned, excluded, gaps.
type Sums = [(u64, u64); 3];

fn sums(outcome: &Outcome) -> Sums {
    let sum = &outcome.coverage;
    [sum.scanned, sum.excluded, sum.gaps].map(|tally| (tally.units, tally.bytes))
}

#[test]
fn every_unit_and_byte_is_accounted_for() {
    let large = filler(5 << 20);
    let inner = zip(&[("deep.txt", b"12345")]);
    let archive = tar(&[("a.txt", b"123"), ("empty", b""), ("inner.zip", &inner)]);
    let packed = gzip(b"1234567");
    let cut = &packed[..packed.len() - 6];
    let total = |parts: &[usize]| parts.iter().sum::<usize>() as u64;
    let none = (0, 0);
    let cases: Vec<(&str, Tree, Sums, Verdict)> = vec![
        ("nothing at all", Tree::new(), [none, none, (1, 0)], Verdict::Incomplete),
        ("files", Tree::of("a", "123").file("b/c", "4567"), [(2, 7), none, none], Verdict::Clean),
        // An empty file was looked at to its last byte.
        ("an empty file", Tree::of("a", ""), [(1, 0), none, none], Verdict::Clean),
        ("a hidden file", Tree::of(".env", "123"), [(1, 3), none, none], Verdict::Clean),
        // The ignore file is looked at; what it names is listed, with its bytes where it is a file.
        ("an ignored file", Tree::of(".ignore", "out").file("out", "1234"), [(1, 3), (1, 4), none], Verdict::Clean),
        // Outside of a repository git's ignore file says nothing of what will be shared.
        ("no repository", Tree::of(".gitignore", "out").file("out", "1234"), [(2, 7), none, none], Verdict::Clean),
        // One exclusion stands for all that an ignored folder holds.
        (
            "an ignored folder",
            Tree::of(".ignore", "out").file("out/a", "1234").file("out/b", "1"),
            [(1, 3), (1, 0), none],
            Verdict::Clean,
        ),
        // More than is held whole: cut into windows, counted once.
        ("a large file", Tree::of("large", &large), [(1, large.len() as u64), none, none], Verdict::Clean),
        // The container is a unit, and every member is one.
        (
            "containers in a container",
            Tree::of("a.tar", &archive),
            [(5, total(&[archive.len(), 3, inner.len(), 5])), none, none],
            Verdict::Clean,
        ),
        ("a gzip file", Tree::of("a.gz", &packed), [(2, packed.len() as u64 + 7), none, none], Verdict::Clean),
        (
            "a gzip file that is cut off",
            Tree::of("a.gz", cut),
            [(2, cut.len() as u64 + 7), none, (1, 0)],
            Verdict::Incomplete,
        ),
    ];
    for (what, tree, expected, verdict) in cases {
        let outcome = scan(tree.path());
        assert_eq!(sums(&outcome), expected, "{what}: {:?}", gaps(&outcome));
        assert_eq!(outcome.verdict(), verdict, "{what}");
        assert_eq!(outcome.coverage.gaps.units, outcome.gaps.len() as u64, "{what}: every gap is listed");
        assert_eq!(
            outcome.coverage.excluded.units,
            outcome.exclusions.len() as u64,
            "{what}: every exclusion is listed"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_units_and_special_files_are_gaps() {
    let tree = Tree::of("a", "123");
    std::os::unix::fs::symlink("somewhere/else", tree.path().join("link")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(tree.path().join("socket")).unwrap();
    let outcome = scan(tree.path());
    assert_eq!(sums(&outcome), [(2, 3 + 14), (0, 0), (1, 0)]);
    assert_eq!(gaps(&outcome), ["special-file at socket"]);
}

#[test]
fn what_scanned_nothing_is_never_clean() {
    // A typo in a path or an exclusion too wide must not turn a gate green for ever.
    let everything = "[[exclude]]\npaths = [\"**\"]\nreason = \"too wide\"\n";
    let cases = [
        ("an empty folder", Tree::new(), &[][..]),
        ("only empty folders", Tree::of("a/b/c", ""), &["a/b/d"]),
        (
            "all of it excluded",
            Tree::of("a", "1").file("gate/gate.toml", everything),
            &["a", "--config", "gate/gate.toml"],
        ),
    ];
    for (what, tree, args) in cases {
        fs::create_dir_all(tree.path().join("a/b/d")).unwrap_or_default();
        let output = dir(tree.path(), args);
        assert_eq!(output.status.code(), Some(3), "{what}: {}", all_output(&output));
        assert!(all_output(&output).contains("nothing to scan"), "{what}: {}", all_output(&output));
    }
}

#[test]
fn findings_outrank_gaps_and_every_format_tells_both() {
    let text = format!("password = \"{}\"\n", random(B62, 14, 1));
    let tree = Tree::of("a.txt", text).file("b.gz", &gzip(b"something")[..12]);
    for format in ["text", "json", "sarif"] {
        let output = dir(tree.path(), &["--format", format]);
        let told = all_output(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("generic-password") && told.contains("truncated") && told.contains("b.gz"), "{told}");
    }
    fs::remove_file(tree.path().join("a.txt")).unwrap();
    assert_eq!(dir(tree.path(), &[]).status.code(), Some(3));
    fs::remove_file(tree.path().join("b.gz")).unwrap();
    fs::write(tree.path().join("c"), "clean").unwrap();
    assert_eq!(dir(tree.path(), &[]).status.code(), Some(0));
}

// ---- 3. The same bytes give the same findings ----------------------------------------------------------------------

/// How a source hands a blob on.
#[derive(Clone, Copy, Debug)]
enum Form {
    Whole,
    Streamed,
    /// Through a reader that gives a few bytes at a time, as pipes do.
    Dribbled,
    Opened,
}

/// A source of one blob.
struct One<'a>(&'a [u8], Form);

impl Source for One<'_> {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let place = Place::new(BlobKind::File, b"blob");
        let mut worker = visitor.worker();
        let flow = match self.1 {
            Form::Whole => worker.blob(&place, Content::Bytes(self.0)),
            Form::Streamed => worker.blob(&place, Content::Stream(&mut &self.0[..])),
            Form::Dribbled => worker.blob(&place, Content::Stream(&mut Dribble(self.0))),
            Form::Opened => {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(self.0).unwrap();
                std::io::Seek::rewind(&mut file).unwrap();
                worker.blob(&place, Content::File(file, self.0.len() as u64))
            }
        };
        assert_eq!(flow, Flow::Continue);
        Ok(())
    }
}

struct Dribble<'a>(&'a [u8]);

impl std::io::Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.0.len()).min(4093);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// Every shape of secret, plain and encoded, as lines. Each yields one finding.
fn shapes(seed: u64) -> Vec<String> {
    let token = token(seed);
    let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    vec![
        format!("password = \"{}\"\n", random(B62, 14, seed)),
        format!("at {token} it stands\n"),
        format!("see postgres://app:{}@db.internal/x?ssl=false\n", random(B62, 14, seed + 1)),
        private_key(seed),
        format!("one: {}\n", base64(&format!("a configuration with the key {token} in the middle of it"))),
        format!("two: {}\n", base64(&base64(&format!("a configuration with the key {token} in it")))),
        format!("hex: {}\n", data_encoding::HEXLOWER.encode(format!("the key is {token}, all of it").as_bytes())),
        format!("percent: {}\n", percent(&format!("the key is {token}, all of it"))),
        format!("json: {}\n", token.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<String>()),
        format!("html: {}\n", token.bytes().map(|byte| format!("&#{byte};")).collect::<String>()),
        format!("joined: \"{}\" +\n    \"{}\"\n", &token[..14], &token[14..]),
        format!("continued: {}\\\n{}\n", &token[..14], &token[14..]),
        format!("unicode: {}\u{200b}{}\n", &token[..14], &token[14..]),
        format!("list: [{}]\n", token.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ")),
    ]
}

#[test]
fn every_shape_is_found_alone() {
    for (i, shape) in shapes(77).iter().enumerate() {
        let outcome = scan_source(&One(shape.as_bytes(), Form::Whole), 1, Limits::default());
        assert_eq!(outcome.findings.len(), 1, "shape {i}: {:?}", all_told(&outcome));
    }
}

/// A blob of `n` bytes with every shape near every multiple of the window's core, and elsewhere.
fn large_blob(n: usize) -> Vec<u8> {
    let mut text = filler(n).into_bytes();
    text.truncate(n);
    for (i, shape) in (0..6).flat_map(shapes).enumerate() {
        // The core of a window is 2 MiB: some shapes cross its edge, some end or begin there.
        let edge = (i % 3 + 1) * (2 << 20);
        let at = if i < 27 { edge + i / 3 * 2000 - 9000 - i * 7 } else { i * 97_003 % (n - 4000) };
        let at = text[..at].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        text[at..at + shape.len()].copy_from_slice(shape.as_bytes());
    }
    text
}

#[test]
fn however_a_blob_is_held_its_findings_are_the_same() {
    let text = large_blob(7 << 20);
    let whole = scan_source(&One(&text, Form::Whole), 1, Limits::default());
    assert!(whole.findings.len() >= 40, "{:?}", all_told(&whole));
    for (form, threads) in
        [(Form::Streamed, 1), (Form::Dribbled, 1), (Form::Opened, 1), (Form::Opened, 4), (Form::Whole, 4)]
    {
        let outcome = scan_source(&One(&text, form), threads, Limits::default());
        assert_eq!(all_told(&outcome), all_told(&whole), "{form:?} with {threads} threads");
    }
}

#[test]
fn what_stands_in_filling_is_found_on_its_line() {
    // Windows of one byte alone are not scanned; what stands before, between and behind them is.
    for filling in [0, b'\n', b'A', 0xff] {
        let mut text = vec![filling; 11 << 20];
        for (shape, at) in shapes(5).iter().zip([1 << 20, 5 << 20, (8 << 20) - 20, 10 << 20]) {
            text[at..at + shape.len()].copy_from_slice(shape.as_bytes());
            text[at - 1] = b'\n';
        }
        let whole = scan_source(&One(&text, Form::Whole), 1, Limits::default());
        assert_eq!(whole.findings.len(), 4, "{filling}: {:?}", all_told(&whole));
        for (form, threads) in [(Form::Streamed, 1), (Form::Opened, 2)] {
            let outcome = scan_source(&One(&text, form), threads, Limits::default());
            assert_eq!(all_told(&outcome), all_told(&whole), "{filling}: {form:?}");
        }
    }
}

/// Text whose byte number `edge` has shapes on both sides of it.
fn text_around(edge: usize) -> Vec<u8> {
    let some = |seed| shapes(seed).concat() + &filler(9000 + seed as usize);
    let around = (0..5).map(some).collect::<String>();
    [some(7), filler(edge - around.len() / 2 - some(7).len()), around].concat().into_bytes()
}

#[test]
fn a_large_encoded_blob_is_decoded_all_through() {
    // One run from end to end: its second window begins in the middle of a group, and only the carry knows where.
    let edge = 2 << 20;
    let twice = data_encoding::BASE64.encode(&text_around(edge * 9 / 16));
    let wide = |big_endian| wide(&String::from_utf8_lossy(&text_around(edge / 2)), 2, big_endian);
    let cases = [
        ("base64", data_encoding::BASE64.encode(&text_around(edge * 3 / 4)).into_bytes()),
        ("base64 twice", data_encoding::BASE64.encode(twice.as_bytes()).into_bytes()),
        ("hex", data_encoding::HEXLOWER.encode(&text_around(edge / 2)).into_bytes()),
        ("utf16le", wide(false)),
        ("utf16be, begun one byte late", [&b"\n"[..], &wide(true)].concat()),
    ];
    for (name, encoded) in &cases {
        let whole = scan_source(&One(encoded, Form::Whole), 1, Limits::default());
        assert!(whole.findings.len() >= 40, "{name}: {:?}", all_told(&whole));
        let cut = scan_source(&One(encoded, Form::Opened), 2, Limits::default());
        assert_eq!(all_told(&cut), all_told(&whole), "{name}");
    }
}

/// The settled matches of bytes cut at these places, as a pipeline cuts them.
fn cut_at(bytes: &[u8], cuts: &[usize]) -> Vec<String> {
    let context = 4 * REACH;
    let mut edges: Vec<usize> = cuts.iter().copied().filter(|cut| *cut > 0 && *cut < bytes.len()).collect();
    edges.extend([0, bytes.len()]);
    edges.sort_unstable();
    edges.dedup();
    let (mut scratch, mut matches) = (Scratch::default(), Vec::new());
    let mut before = Input::whole(&bytes[..0]);
    for pair in edges.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let from = start.saturating_sub(context);
        let carry = if start == 0 { Carry::default() } else { carry_after(&before, from - before.base as usize) };
        let input = Input { bytes: &bytes[from..(end + context).min(bytes.len())], base: from as u64, carry };
        let mut found: Vec<Match> = Vec::new();
        engine().scan(&mut scratch, &Window { input, core: start - from..end - from, begins: true }, &mut found);
        let owned = start as u64..end as u64;
        matches.extend(found.into_iter().filter(|found| owned.contains(&found.anchor)).map(|found| (found, ())));
        before = input;
    }
    let settled = resolve(engine().rules(), matches);
    let line = |found: &Match| {
        let rule = &engine().rules().get(found.rule).info.id;
        format!(
            "{rule} {:?} {}..{} {:?} {}",
            found.confidence,
            found.span.start,
            found.span.end,
            found.via,
            found.secret.len()
        )
    };
    settled.iter().map(|(found, ())| line(found)).collect()
}

/// A stretch of a blob.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let shape = (0usize..9, 0u64..1000).prop_map(|(which, seed)| shapes(seed).swap_remove(which));
    let many = prop::collection::vec(shape, 1..6).prop_map(|shapes| shapes.concat());
    prop_oneof![
        3 => many.clone().prop_map(String::into_bytes),
        2 => (0usize..60_000).prop_map(|n| filler(n).into_bytes()),
        // Longer than a window's context, so that windows begin inside of runs.
        1 => (many.clone(), 100_000usize..200_000)
            .prop_map(|(text, n)| data_encoding::BASE64.encode((filler(n / 2) + &text + &filler(n / 2)).as_bytes()).into_bytes()),
        1 => (many.clone(), 0usize..90_000, 2usize..3, any::<bool>())
            .prop_map(|(text, n, width, big)| wide(&(filler(n) + &text), width * 2 - 2, big)),
        1 => (many, 0usize..60_000).prop_map(|(text, n)| data_encoding::HEXUPPER.encode((filler(n) + &text).as_bytes()).into_bytes()),
        // Bytes that look like the middle of everything.
        1 => prop::collection::vec(prop::sample::select(&b"=\\%u00AQ\"' \n\0-"[..]), 0..3000),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn however_bytes_are_cut_their_matches_are_the_same(
        pieces in prop::collection::vec(piece(), 2..7),
        cuts in prop::collection::vec(0usize..700_000, 1..5),
    ) {
        let bytes = pieces.concat();
        prop_assert_eq!(cut_at(&bytes, &cuts), cut_at(&bytes, &[]));
    }
}

#[test]
fn encodings_inside_each_other_keep_their_alignment() {
    // A window that begins inside of a run begins inside of the run within it as well.
    let line = |seed| token(seed) + "\n";
    let text = filler(60_000) + &line(1) + &filler(90_000) + &line(2) + &filler(120_000) + &line(3);
    let base64 = |text: &[u8]| data_encoding::BASE64.encode(text);
    for prefix in ["", "xy: "] {
        for (what, inner) in
            [("base64", base64(text.as_bytes())), ("hex", data_encoding::HEXLOWER.encode(text.as_bytes()))]
        {
            let bytes = [prefix, &base64([prefix, &inner].concat().as_bytes())].concat().into_bytes();
            let whole = cut_at(&bytes, &[]);
            assert_eq!(whole.len(), 3, "{prefix:?}, {what} in base64: {whole:?}");
            for cut in [bytes.len() / 3 + 1, bytes.len() / 2 + 2] {
                assert_eq!(cut_at(&bytes, &[cut]), whole, "{prefix:?}, {what} in base64, cut at {cut}");
            }
        }
    }
}

#[test]
fn a_secret_is_the_same_on_both_sides_of_every_cut() {
    // Every byte of every shape is an edge once.
    let before = filler(200_000);
    for (which, shape) in shapes(5).iter().enumerate() {
        let bytes = [&before, shape.as_str(), &filler(1000)].concat().into_bytes();
        let whole = cut_at(&bytes, &[]);
        assert_eq!(whole.len(), 1, "shape {which}");
        let step = if which == 3 { 13 } else { 5 };
        for cut in (before.len().saturating_sub(3)..before.len() + shape.len() + 3).step_by(step) {
            // What comes before the cut is known to be alike: only the two windows around it are scanned.
            let tail = &bytes[before.len() - 40_000..];
            let at = cut - (before.len() - 40_000);
            assert_eq!(cut_at(tail, &[at]), cut_at(tail, &[]), "shape {which} cut at {cut}");
        }
    }
}

#[test]
fn packing_changes_the_place_and_nothing_else() {
    let content = shapes(9).concat() + &filler(3000) + &shapes(10).concat();
    let content = content.as_bytes();
    let inner = zip(&[("a.txt", content)]);
    let plain = scan(Tree::of("a.txt", content).path());
    assert_eq!(plain.findings.len(), 2 * shapes(0).len());
    let packed: &[(&str, Vec<u8>)] = &[
        ("a.txt.gz", gzip(content)),
        ("a.tar", tar(&[("a.txt", content)])),
        ("a.tgz", gzip(&tar(&[("a.txt", content)]))),
        ("a.zip", inner.clone()),
        ("b.zip", zip(&[("inner/a.zip", &inner)])),
        // A name says nothing of what a file is.
        ("photo.jpeg", tar(&[("b.zip", &zip(&[("a.gz", &gzip(content))]))])),
    ];
    for (name, bytes) in packed {
        let outcome = scan(Tree::of(name, bytes).path());
        assert_eq!(all_told(&outcome), all_told(&plain), "{name}");
        assert!(outcome.gaps.is_empty(), "{name}: {:?}", gaps(&outcome));
        assert!(outcome.findings.iter().all(|finding| finding.place.path.starts_with(name.as_bytes())));
    }
}

/// A tree with something of everything that a report lists.
fn busy_tree(order: impl Iterator<Item = u64>) -> Tree {
    let mut tree = Tree::of(".gitignore", "*.log\n");
    for i in order {
        tree = tree.file(&format!("dir{}/file{i}.txt", i % 7), shapes(i % 5).concat());
        tree = tree.file(&format!("dir{}/file{i}.log", i % 7), "ignored");
        tree = tree.file(&format!("dir{}/broken{i}.gz", i % 7), &gzip(b"nothing")[..15]);
    }
    tree.file("large.txt", large_blob(7 << 20))
}

fn rendered(outcome: &Outcome) -> Vec<Vec<u8>> {
    Format::ALL.iter().map(|format| pipeline::render(outcome, engine(), *format, Style::default())).collect()
}

#[test]
fn threads_order_and_runs_change_no_byte_of_a_report() {
    let tree = busy_tree(0..20);
    let first = rendered(&scan_with(tree.path(), 1, Limits::default()));
    assert!(first.iter().all(|report| report.len() > 1000));
    for threads in [2, 9] {
        assert_eq!(rendered(&scan_with(tree.path(), threads, Limits::default())), first, "{threads} threads");
    }
    let other = busy_tree((0..20).rev());
    assert_eq!(rendered(&scan_with(other.path(), 3, Limits::default())), first, "created in another order");
}

#[test]
fn the_command_writes_the_same_bytes_at_every_run() {
    // No key is given: each run makes its own, and no byte of a report may come from it.
    let tree = busy_tree(0..4);
    for format in ["text", "json", "sarif"] {
        let run = |threads: &str| dir(tree.path(), &["--format", format, "--threads", threads]).stdout;
        let first = run("1");
        assert_eq!(run("5"), first, "{format}");
    }
}

// ---- 4. Offline ----------------------------------------------------------------------------------------------------

/// Crates that open sockets, or that nothing is built without that does.
const NETWORK: &[&str] = &[
    "async-io",
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hickory-resolver",
    "hyper",
    "isahc",
    "mio",
    "minreq",
    "native-tls",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "ureq",
];

/// Those that are built in, for one file.
const BUILT_IN: &[&str] = &["rustls", "ureq"];

/// The file that opens sockets, and what leads to it.
const CLIENT: &str = "src/sources/image/registry/http.rs";

/// The file that speaks to an engine on this machine, by a socket in the file system.
const ENGINE: &str = "src/sources/image/engine.rs";

/// Every source, by its path from the root.
fn sources(root: &Path) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn one_file_opens_sockets_and_is_led_to_by_registries_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock: toml::Table = fs::read_to_string(root.join("Cargo.lock")).unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let name = |package: &toml::Value| package["name"].as_str().unwrap().to_owned();
    assert!(packages.iter().any(|package| name(package) == "gix"), "the lock file was read");
    for network in NETWORK {
        let is_there = packages.iter().any(|package| name(package) == *network);
        assert_eq!(is_there, BUILT_IN.contains(network), "{network} in Cargo.lock");
    }
    let uses_client = |package: &&toml::Value| {
        package
            .get("dependencies")
            .is_some_and(|all| all.as_array().unwrap().iter().any(|on| on.as_str() == Some("ureq")))
    };
    assert_eq!(packages.iter().filter(uses_client).map(name).collect::<Vec<_>>(), ["tightlip"]);

    // The names of things in HTTP, and addresses as texts, open nothing.
    let harmless = ["ureq::http", "std::net::IpAddr", "std::net::Ipv6Addr"];
    for (file, text) in sources(root) {
        let text = harmless.iter().fold(text, |text, word| text.replace(word, ""));
        for word in ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "std::net"] {
            let is_engine = file == ENGINE && word == "UnixStream";
            assert!(!text.contains(word) || is_engine, "{file}: {word}");
        }
        assert!(!text.contains("ureq") || file == CLIENT, "{file}: ureq");
    }
    let who = |word: &str| {
        let naming = sources(root).into_iter().filter(|(_, text)| text.contains(word));
        naming.map(|(file, _)| file).collect::<Vec<_>>()
    };
    assert_eq!(who("Http::new("), ["src/sources/image/registry.rs"]);
    assert_eq!(who("Registry::new("), ["src/cli/registry.rs"]);
    assert_eq!(who("Registries::new("), ["src/cli/image.rs", "src/cli/preflight.rs"]);
}
