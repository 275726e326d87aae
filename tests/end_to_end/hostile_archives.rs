//! Archives that resist: bombs, lies and cuts end as gaps with their full address, in little memory and time, and whatever
//! wraps the bytes, the findings are those of the bytes.
#[allow(dead_code, unreachable_pub)]
#[path = "../../src/containers/tests/pack.rs"]
mod pack;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::*;
use ::zip::CompressionMethod;
use pack::{Entry, STREAMS, Stream};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

/// Everything that wraps one file in another.
#[derive(Clone, Copy, Debug)]
enum Wrap {
    Stream(usize),
    Tar,
    Zip(bool),
    ZipStreamed,
    Cpio(bool),
    Rpm(usize),
    SevenZ(bool),
    Ar,
}

impl Wrap {
    fn pack(self, content: Vec<u8>) -> Vec<u8> {
        let entries = |content| [("inside".to_owned(), content)];
        let method = |packed| if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        match self {
            Self::Stream(which) => STREAMS[which].pack(&content),
            Self::Tar => pack::tar(&entries(content)),
            Self::Zip(packed) => pack::zip(&entries(content), method(packed)),
            Self::ZipStreamed => pack::zip_streamed(&entries(content), method(true)),
            Self::Cpio(newc) => pack::cpio(&entries(content), newc),
            Self::Rpm(which) => pack::rpm(b"text", &STREAMS[which].pack(&pack::cpio(&entries(content), true))),
            Self::SevenZ(packed) => pack::sevenz(&entries(content), packed),
            Self::Ar => ar(&[("debian-binary", b"2.0\n"), ("inside", &content)]),
        }
    }
}

fn wraps() -> impl Strategy<Value = Wrap> {
    prop_oneof![
        (0..STREAMS.len()).prop_map(Wrap::Stream),
        Just(Wrap::Tar),
        any::<bool>().prop_map(Wrap::Zip),
        Just(Wrap::ZipStreamed),
        any::<bool>().prop_map(Wrap::Cpio),
        (0..STREAMS.len()).prop_map(Wrap::Rpm),
        any::<bool>().prop_map(Wrap::SevenZ),
        Just(Wrap::Ar),
    ]
}

fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<Entry> = members.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
    pack::ar(&entries)
}

/// Text with secrets of several shapes.
fn content(seed: u64) -> Vec<u8> {
    let encoded = data_encoding::BASE64.encode(format!("a {} in base64, {}", token(seed + 1), filler(90)).as_bytes());
    let parts = [filler(300), token(seed), "\n".into(), private_key(seed), encoded, filler(2000), token(seed + 2)];
    parts.concat().into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_same_bytes_give_the_same_findings(seed in 1..1000u64, wraps in vec(wraps(), 1..4)) {
        let bytes = content(seed);
        let plain = scan(Tree::of("it", &bytes).path());
        prop_assert_eq!(plain.findings.len(), 4);
        let packed = wraps.iter().fold(bytes, |bytes, wrap| wrap.pack(bytes));
        let outcome = scan(Tree::of("it", packed).path());
        prop_assert_eq!(gaps(&outcome), Vec::<String>::new());
        prop_assert_eq!(all_told(&outcome), all_told(&plain));
    }
}

/// How the command ended on one file.
struct Ended {
    status: Option<i32>,
    report: Value,
    peak: u64,
    time: Duration,
}

impl Ended {
    fn gaps(&self) -> Vec<String> {
        let gaps = self.report["gaps"].as_array().unwrap().iter();
        gaps.map(|gap| format!("{} {}", gap["path"].as_str().unwrap(), gap["kind"].as_str().unwrap())).collect()
    }
}

/// `tightlip bundle FILE` as a process of its own, with the most memory it ever had.
fn bundle(folder: &Path, name: &str, more: &[&str]) -> Ended {
    let begun = Instant::now();
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(BINARY);
    command.current_dir(folder).args(["bundle", "--format", "json", "--rules"]).arg(pack()).args(more).arg(name);
    command.stdout(out.reopen().unwrap()).stderr(Stdio::null()).env_remove("TIGHTLIP_KEY");
    let mut child = command.spawn().unwrap();
    let (mut peak, status) = (0, format!("/proc/{}/status", child.id()));
    let ended = loop {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let high = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = high.and_then(|high| high.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = kib.unwrap_or(0).max(peak);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = std::fs::read(out.path()).unwrap();
    let report = serde_json::from_slice(&text).unwrap_or_else(|_| panic!("{name}: no report: {ended}"));
    Ended { status: ended.code(), report, peak, time: begun.elapsed() }
}

/// MiB that no bundle may take.
const MEMORY: u64 = 200;

/// Every bomb with the address and kind of its gap; where there is none, all of it is looked at.
#[test]
fn bombs_end_in_little_memory_and_time() {
    let zeros = |mib: usize| vec![0; mib << 20];
    let mut deep = content(1);
    (0..40).for_each(|_| deep = Stream::Gzip.pack(&deep));
    let mut zips = pack::zip(&[("0".to_owned(), zeros(1))], CompressionMethod::Deflated);
    for _ in 0..5 {
        let entries: Vec<Entry> = (0..12).map(|i| (format!("{i}.zip"), zips.clone())).collect();
        zips = pack::zip(&entries, CompressionMethod::Deflated);
    }
    let many: Vec<Entry> = (0..30_000).map(|i| (format!("m{i}"), Vec::new())).collect();
    let lie = |at: usize, with: &[u8], mut bytes: Vec<u8>| {
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    let one = [("one".to_owned(), content(2))];
    let within = |bytes: Vec<u8>| pack::tar(&[("in/it".to_owned(), bytes)]);
    let bombs: Vec<(&str, Vec<u8>, Option<String>)> = vec![
        ("deep.gz", deep, Some(format!("deep.gz{} limit-reached", "!".repeat(16)))),
        ("zips.zip", zips, Some("!0.zip!0.zip".into())),
        ("zeros.xz", Stream::Xz.pack(&zeros(80)), Some("zeros.xz! limit-reached".into())),
        ("zeros.zst", Stream::Zstd.pack(&zeros(80)), Some("zeros.zst! limit-reached".into())),
        ("zeros.bz2", within(Stream::Bzip2.pack(&zeros(80))), Some("zeros.bz2!in/it! limit-reached".into())),
        ("zeros.gz", Stream::Gzip.pack(&zeros(80)), Some("zeros.gz! limit-reached".into())),
        ("zeros.lz4", Stream::Lz4.pack(&zeros(80)), Some("zeros.lz4! limit-reached".into())),
        ("many.tar", Stream::Gzip.pack(&pack::tar(&many)), Some("many.tar!m".into())),
        ("many.zip", pack::zip(&many, CompressionMethod::Stored), Some("many.zip!m".into())),
        ("lie.tar", cut_entry(), Some("lie.tar!one truncated".into())),
        ("lie.cpio", lie(54, b"FFFFFFF0", pack::cpio(&one, true)), Some("lie.cpio!link truncated".into())),
        ("lie.7z", repeated_files(), Some("lie.7z corrupt".into())),
        ("lie.ar", endless_name(), None),
        ("lie.pcap", lying_packet(), Some("lie.pcap corrupt".into())),
        ("lie.rpm", lie(106, &[0xFF; 4], pack::rpm(b"text", b"payload")), Some("lie.rpm!(signature) truncated".into())),
    ];
    let limits = "[limits]\nmembers = 20_000\nbytes = \"60MiB\"\ntime-seconds = 100\n";
    let mut tree = Tree::of("limits.toml", limits);
    for (name, bytes, _) in &bombs {
        tree = tree.file(name, bytes);
    }
    for (name, _, gap) in bombs {
        let ended = bundle(tree.path(), name, &["--config", "limits.toml"]);
        let gaps = ended.gaps();
        let told = gap.as_ref().is_none_or(|gap| gaps.iter().any(|told| told.contains(gap.as_str())));
        assert!(told && gaps.is_empty() == gap.is_none(), "{name}: {gaps:?}");
        assert!(matches!(ended.status, Some(1 | 3)) == gap.is_some(), "{name}: {:?}", ended.status);
        assert!(ended.peak > 0 && ended.peak >> 10 < MEMORY, "{name}: {} MiB", ended.peak >> 10);
        assert!(ended.time < Duration::from_secs(200), "{name}: {:?}", ended.time);
    }
}

/// A tar whose entry says that it has a terabyte.
fn cut_entry() -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("one").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    [header.as_bytes().as_slice(), &content(2)].concat()
}

/// An ar whose entries share one name of eight megabytes.
fn endless_name() -> Vec<u8> {
    let mut bytes = ar(&[("//", &vec![b'N'; 8 << 20])]);
    bytes.extend(ar(&[("/0", b"")])[8..].repeat(300));
    bytes
}

/// A 7z that says in each seven bytes of its header that its folder holds a million files.
fn repeated_files() -> Vec<u8> {
    let number = |value: u64| [&[0xFF], &value.to_le_bytes()[..]].concat();
    let again = [&[8, 13][..], &number(1 << 20), &[0]].concat().repeat(1000);
    let header = [&[1, 4, 6, 0, 1, 9, 1, 0, 7, 11, 1, 0, 1, 1, 0, 12, 0, 0][..], &again, &[0, 0]].concat();
    let sum = crc32fast::hash(&header).to_le_bytes();
    let start = [&0u64.to_le_bytes()[..], &(header.len() as u64).to_le_bytes(), &sum].concat();
    [b"7z\xBC\xAF\x27\x1C\0\x04", &crc32fast::hash(&start).to_le_bytes()[..], &start, &header].concat()
}

fn lying_packet() -> Vec<u8> {
    let head = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];
    [&head[..], &[0; 8], &[0xFF; 4], &[9, 0, 0, 0], &content(3)].concat()
}

/// Twelve thousand gaps in one archive: all are counted, the first are listed, and a manifest names each.
#[test]
fn a_flood_of_gaps_is_counted_and_not_listed() {
    let many: Vec<Entry> = (0..12_000).map(|i| (format!("m{i}"), b"x".to_vec())).collect();
    let mut bytes = pack::zip(&many, CompressionMethod::Stored);
    for (head, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let finder = memchr::memmem::Finder::new(head);
        let places: Vec<usize> = finder.find_iter(&bytes).collect();
        places.into_iter().for_each(|place| bytes[place + at] |= 1);
    }
    let tree = Tree::of("a.zip", bytes);
    let ended = bundle(tree.path(), "a.zip", &[]);
    assert_eq!((ended.gaps().len(), ended.status), (10_001, Some(3)));
    assert!(ended.report.to_string().contains("2000 more places in it could not be looked at"));
    assert_eq!(ended.report["coverage"]["gaps"]["units"], 12_000);
    let ended = bundle(tree.path(), "a.zip", &["--manifest", "manifest.jsonl"]);
    assert_eq!(ended.gaps().len(), 12_000);
}

/// The address of the issue: what is in the deepest member is found there, and what is broken is a gap there.
#[test]
fn addresses_lead_through_every_container() {
    let step = format!("step 3\nthe token is {}\n", token(7));
    let run = zip(&[("step-3.txt", step.as_bytes()), ("step-4.txt.gz", &gzip(&content(4))[..400])]);
    let tree =
        Tree::of("bundle.tar.zst", Stream::Zstd.pack(&tar(&[("logs/run.zip", &run), ("last.txt", &content(5))])));
    let ended = bundle(tree.path(), "bundle.tar.zst", &["--manifest", "manifest.jsonl"]);
    let paths: Vec<&str> =
        ended.report["findings"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"bundle.tar.zst!logs/run.zip!step-3.txt"), "{paths:?}");
    assert_eq!(paths.iter().filter(|path| path.ends_with("!last.txt")).count(), 4, "{paths:?}");
    assert_eq!(ended.gaps(), ["bundle.tar.zst!logs/run.zip!step-4.txt.gz! truncated"]);
    assert_eq!(ended.status, Some(1));
    let manifest = std::fs::read_to_string(tree.path().join("manifest.jsonl")).unwrap();
    let lines: Vec<Value> = manifest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["path"] == "bundle.tar.zst!logs/run.zip!step-3.txt").unwrap();
    use sha2::{Digest as _, Sha256};
    assert_eq!(line["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(step.as_bytes())));
    assert_eq!((&line["bytes"], &line["ended"]), (&step.len().into(), &"scanned".into()));
    let of = |path: &str| lines.iter().filter(|line| line["path"] == path).count();
    for path in ["bundle.tar.zst", "bundle.tar.zst!logs/run.zip", "bundle.tar.zst!last.txt"] {
        assert_eq!(of(path), 1, "{path}: {manifest}");
    }
}

/// What a picture, a mail, a capture and a package hide.
#[test]
fn hidden_places_are_looked_at() {
    let token = |seed: u64| token(700 + seed);
    let chunk = |kind: &[u8], data: &[u8]| {
        let sum = crc32fast::hash(&[kind, data].concat());
        [&(data.len() as u32).to_be_bytes(), kind, data, &sum.to_be_bytes()].concat()
    };
    let zlib = |text: String| {
        let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(text.as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    let png = |chunks: &[Vec<u8>]| {
        let parts = [chunk(b"IHDR", &[0; 13]), chunks.concat(), chunk(b"IEND", b"")];
        [b"\x89PNG\r\n\x1A\n".to_vec(), parts.concat()].concat()
    };
    // EXIF (TIFF inside): ImageDescription as ASCII, UserComment with its eight bytes of code.
    let exif = |text: &str| [b"Exif\0\0II*\0\x08\0\0\0ASCII\0\0\0", text.as_bytes(), b"\0"].concat();
    let jpeg = |segment: &[u8]| {
        [b"\xFF\xD8\xFF\xE1", &(segment.len() as u16 + 2).to_be_bytes()[..], segment, b"\xFF\xDA\0\0\xFF\xD9"].concat()
    };
    let webp = |kind: &[u8], data: &[u8]| {
        let size = (data.len() as u32).to_le_bytes();
        [b"RIFF\0\x01\0\0WEBP", kind, &size, data].concat()
    };
    let levels = |count: usize| {
        let open: String =
            (0..count).map(|i| format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n")).collect();
        let whole = token(9);
        let (start, end) = whole.split_at(20);
        let quoted = format!("Content-Transfer-Encoding: quoted-printable\r\n\r\nit is {start}=\r\n{end} now\r\n");
        format!("From: a\r\nTo: b\r\nDate: c\r\nSubject: d\r\n{open}{quoted}--b0--\r\n").into_bytes()
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("text.png", png(&[chunk(b"tEXt", format!("Comment\0{}", token(1)).as_bytes())])),
        ("ztxt.png", png(&[chunk(b"zTXt", &[b"Comment\0\0", &zlib(token(2))[..]].concat())])),
        ("itxt.png", png(&[chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", &zlib(token(3))[..]].concat())])),
        ("exif.png", png(&[chunk(b"eXIf", &exif(&token(4)))])),
        ("behind.png", [png(&[]), zip(&[("a", token(5).as_bytes())])].concat()),
        ("exif.jpg", jpeg(&exif(&token(6)))),
        ("xmp.jpg", jpeg(format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{}</x:xmpmeta>", token(7)).as_bytes())),
        ("exif.webp", webp(b"EXIF", &exif(&token(8)))),
        ("levels.eml", levels(3000)),
        (
            "a.deb",
            ar(&[
                ("debian-binary", b"2.0\n"),
                ("data.tar.xz", &Stream::Xz.pack(&tar(&[("etc/a", token(10).as_bytes())]))),
            ]),
        ),
        (
            "library.ar",
            ar(&[("a.deb/", &ar(&[("control.tar.gz", &gzip(&tar(&[("control", token(11).as_bytes())])))]))]),
        ),
        ("behind.zip", [zip(&[("a", b"nothing")]), token(12).into_bytes()].concat()),
        ("before.zip", [token(13).into_bytes(), zip(&[("a", b"nothing")])].concat()),
        ("unlisted.zip", [zip(&[("hidden", token(14).as_bytes())]), zip(&[("a", b"nothing")])].concat()),
    ];
    let mut tree = Tree::new();
    for (name, bytes) in &files {
        tree = tree.file(name, bytes);
    }
    let outcome = scan(tree.path());
    let found = |name: &str| outcome.findings.iter().any(|finding| finding.place.path.starts_with(name.as_bytes()));
    let missed: Vec<&str> = files.iter().map(|(name, _)| *name).filter(|name| !found(name)).collect();
    assert_eq!(missed, Vec::<&str>::new(), "{:?}", gaps(&outcome));
    assert_eq!(gaps(&outcome), Vec::<String>::new());
}
