//! Files that hold text in a form of their own: what is in them is found, and damage is survived.

use std::io::Write;

use super::collect::Found;
use super::pack::{self, Stream};
use crate::containers::{Body, recognize};
use crate::model::GapKind;

const WANTED: &[u8] = b"needle-in-a-haystack";

fn zlib(content: &[u8]) -> Vec<u8> {
    Stream::Zlib.pack(content)
}

/// A record of texts.
fn record(texts: &[&[u8]]) -> Vec<u8> {
    let varint =
        |value: usize| if value < 128 { vec![value as u8] } else { vec![0x80 | (value >> 7) as u8, value as u8 & 127] };
    let kinds: Vec<u8> = texts.iter().flat_map(|text| varint(13 + 2 * text.len())).collect();
    [vec![kinds.len() as u8 + 1], kinds, texts.concat()].concat()
}

/// A page of 512 bytes that is the leaf of a table; the second cell goes on in page 3.
fn leaf(start: usize, cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; 512];
    let (mut end, mut at) = (512, start + 8);
    for cell in cells {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        page[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
        at += 2;
    }
    page[start] = 13;
    page[start + 4] = cells.len() as u8;
    page[start + 5..start + 7].copy_from_slice(&(end as u16).to_be_bytes());
    page
}

/// A database of four pages: the schema, a table, an overflow page, a free page.
pub(super) fn sqlite() -> Vec<u8> {
    let schema = record(&[b"table", b"keys", b"keys", b"2", b"CREATE TABLE keys(name, secret)"]);
    // The root page is a number: a record's fourth value is made an integer of one byte.
    let mut schema = schema;
    schema[4] = 1;
    let at = schema.iter().position(|byte| *byte == b'2').unwrap();
    schema[at] = 2;
    let cell = |row: u8, payload: &[u8]| [&[payload.len() as u8, row], payload].concat();
    let mut first = leaf(100, &[cell(1, &schema)]);
    first[..16].copy_from_slice(b"SQLite format 3\0");
    first[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
    first[28..32].copy_from_slice(&4u32.to_be_bytes());
    first[59] = 1;
    let long = record(&[b"long", &[&[b'x'; 470][..], WANTED, b" tail"].concat()]);
    // Payloads of more than 477 bytes keep 39 + (length - 39) % 508 bytes, or 39.
    let spilled = 39 + (long.len() - 39) % 508;
    let local = if spilled <= 477 { spilled } else { 39 };
    let head = [0x80 | (long.len() >> 7) as u8, long.len() as u8 & 127, 2];
    let second = leaf(0, &[cell(1, &record(&[b"short", b"value"])), [&head, &long[..local], &[0, 0, 0, 3]].concat()]);
    let mut third = [&[0, 0, 0, 0], &long[local..]].concat();
    third.resize(512, 0);
    let mut fourth = b"deleted long ago".to_vec();
    fourth.resize(512, 0);
    [first, second, third, fourth].concat()
}

fn pdf() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut stream = |number: usize, dictionary: &str, data: &[u8]| {
        let head = format!("{number} 0 obj\n<< {dictionary} /Length {} >>\nstream\n", data.len());
        bytes.extend([head.as_bytes(), data, b"\nendstream\nendobj\n"].concat());
    };
    stream(4, "/Filter /FlateDecode", &zlib(b"BT [(needle-in) -10 (-a-hay)] TJ (stack) Tj ET"));
    stream(5, "/Type /EmbeddedFile /Filter /FlateDecode", &zlib(&Stream::Gzip.pack(b"attached text")));
    stream(
        6,
        "/Filter [/ASCIIHexDecode /FlateDecode]",
        data_encoding::HEXLOWER.encode(&zlib(b"twice packed")).as_bytes(),
    );
    bytes.extend_from_slice(b"trailer << /Size 7 /Root 1 0 R >>\n%%EOF\n");
    bytes
}

fn png() -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        [&(data.len() as u32).to_be_bytes(), kind, data, &crc32fast::hash(&[kind, data].concat()).to_be_bytes()]
            .concat()
    };
    let text = [b"Comment\0\0".to_vec(), zlib(WANTED)].concat();
    let more = [b"Note\0\x01\0en\0\0".to_vec(), zlib(b"an international text")].concat();
    let parts = [chunk(b"IHDR", &[0; 13]), chunk(b"zTXt", &text), chunk(b"iTXt", &more), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1A\n".to_vec(), parts.concat()].concat()
}

fn mail() -> Vec<u8> {
    b"From: a@example.com\r\nSubject: =?utf-8?Q?needle-in?= =?utf-8?B?LWEtaGF5c3RhY2s=?=\r\nMIME-Version: 1.0\r\n\
      Content-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n--=_x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
      a plain line\r\na key =3D cut in the mid=\r\ndle\r\n--=_x--\r\n"
        .to_vec()
}

/// A capture of packets: protocol, number of the first byte, payload, and what stands behind it untold.
fn capture(packets: &[(u8, u32, &[u8], &[u8])]) -> Vec<u8> {
    let mut bytes = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0].to_vec();
    for (protocol, number, payload, behind) in packets.iter().copied() {
        let transport = match protocol {
            6 => {
                [&[0x1F, 0x90, 0, 80][..], &number.to_be_bytes(), &[0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0]].concat()
            }
            _ => vec![0x1F, 0x90, 0, 53, 0, 0, 0, 0],
        };
        let total = (20 + transport.len() + payload.len()) as u16;
        let ip = [&[0x45, 0][..], &total.to_be_bytes(), &[0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]]
            .concat();
        let data = [&ip, &transport, payload, behind].concat();
        let length = (data.len() as u32).to_le_bytes();
        bytes.extend([&[0; 8][..], &length, &length, &data].concat());
    }
    bytes
}

fn pcap() -> Vec<u8> {
    capture(&[
        (6, 100, b"needle-in", b""),
        (17, 0, b"a question", b""),
        (6, 100, b"needle-in", b""),
        (6, 109, b"-a-haystack", b""),
        (1, 0, b"an echo", b""),
    ])
}

/// Bytes behind the length that a packet tells, and other bytes under a number that was sent before.
#[test]
fn packets_that_lie_hide_nothing() {
    let found = Found::of(&capture(&[
        (6, 100, b"first words", b"behind the packet"),
        (6, 100, b"other words", b"\0\0\0\0\0\0"),
        (6, 105, b" words and more", b""),
    ]));
    assert_eq!(found.gaps, vec![]);
    let map = found.map();
    assert_eq!(map.get("(other packets)"), Some(&&b"behind the packet\n"[..]));
    let sent = map.get("tcp 10.0.0.1:8080 > 10.0.0.2:80").copied().unwrap_or_default();
    assert_eq!(String::from_utf8_lossy(sent), "first wordsother words and more");
}

/// A part below more levels than anybody needs, and below more than are remembered.
#[test]
fn levels_of_mail_are_decoded_or_told() {
    let mail = |levels: usize| {
        let level = |i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        let levels: String = (0..levels).map(level).collect();
        let part = "Content-Transfer-Encoding: quoted-printable\n\nneedle-in=\n-a-haystack\n";
        format!("From: a\nTo: b\nDate: c\nSubject: d\n{levels}{part}").into_bytes()
    };
    let found = Found::of(&mail(5000));
    assert!(found.holds(WANTED) && found.gaps.is_empty(), "{:?}", found.gaps);
    assert_eq!(Found::of(&mail(100_001)).kinds(), [GapKind::LimitReached]);
}

/// A module of Python 3.12 whose constants are a tuple of strings.
fn pyc() -> Vec<u8> {
    let short = |text: &[u8]| [&[b'z', text.len() as u8], text].concat();
    let mut bytes = [0xCB, 0x0D, b'\r', b'\n', 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, b'c' | 0x80].to_vec();
    bytes.extend_from_slice(&[0; 20]);
    bytes.extend([&[b's', 2, 0, 0, 0, 0x97, 0][..], &[b')', 3], &short(WANTED), b"N", b"{"].concat());
    bytes.extend([short(b"key"), b"i\x01\0\0\0".to_vec(), b"0".to_vec()].concat());
    let names = [&[b')', 1][..], &short(b"PASSWORD")].concat();
    bytes.extend(
        [&names[..], b")\0", b"s\0\0\0\0", &short(b"file.py"), &short(b"<module>"), &short(b"<module>")].concat(),
    );
    bytes.extend_from_slice(b"\x01\0\0\0s\0\0\0\0s\0\0\0\0");
    bytes
}

fn office() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let run = |text: &str| format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let parts = [run("needle-in"), run("-a-hay"), run("stack &amp; co")].concat();
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<w:document xmlns:w=\"{space}\"><w:body><w:p>{parts}</w:p><w:p>{}</w:p></w:body></w:document>",
        run("alone")
    );
    pack::zip(&[("word/document.xml".to_owned(), xml.into_bytes())], zip::CompressionMethod::Deflated)
}

pub(super) fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("sqlite", sqlite()),
        ("pdf", pdf()),
        ("png", png()),
        ("mail", mail()),
        ("pcap", pcap()),
        ("pyc", pyc()),
        ("office", office()),
    ]
}

#[test]
fn what_they_hold_is_found_in_every_form() {
    for (name, bytes) in all() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let packed = Stream::Zstd.pack(&bytes);
        let forms = [
            Found::of(&bytes),
            Found::opened(&bytes, Body::File(&file)),
            Found::opened(&bytes, Body::Stream(&mut bytes.as_slice())),
            Found::of(&packed),
        ];
        for found in forms {
            assert_eq!(found.gaps, vec![], "{name}");
            assert!(found.holds(WANTED), "{name}: {:?}", found.leaves);
        }
    }
}

#[test]
fn texts_beside_the_needle() {
    let cases: &[(&str, &[u8], &[u8])] = &[
        ("sqlite", b"keys", b"name: short\nsecret: value\n"),
        ("sqlite", b"(free and unused space)", b"deleted long ago"),
        ("pdf", b"attachment 5!", b"attached text"),
        ("pdf", b"object 6", b"twice packed"),
        ("png", b"iTXt Note", b"an international text"),
        ("mail", b"(decoded text)", b"Subject: needle-in-a-haystack\na key = cut in the middle\n"),
        ("pcap", b"tcp 10.0.0.1:8080 > 10.0.0.2:80", b"needle-in-a-haystack"),
        ("pcap", b"udp 10.0.0.1:8080 > 10.0.0.2:53", b"a question"),
        ("pyc", b"(constants)", b"needle-in-a-haystack\nkey\nPASSWORD\n"),
        ("office", b"word/document.xml!(joined text)", b"needle-in-a-haystack & co\n"),
    ];
    for (format, address, content) in cases {
        let bytes = all().into_iter().find(|(name, _)| name == format).unwrap().1;
        let found = Found::of(&bytes);
        let address = std::str::from_utf8(address).unwrap();
        let leaf = found.map().get(address).copied().unwrap_or_default().to_vec();
        let held = memchr::memmem::find(&leaf, content).is_some();
        assert!(held, "{format} {address}: {:?}", String::from_utf8_lossy(&leaf));
    }
    let text = Found::of(&mail());
    assert_eq!(text.plain, vec![(String::new(), mail())]);
}

#[test]
fn cut_or_changed_anywhere_they_are_survived() {
    for (name, bytes) in all() {
        for end in 0..bytes.len() {
            let found = Found::opened(&bytes, Body::Bytes(&bytes[..end]));
            let plain = found.plain.iter().any(|(_, plain)| plain.starts_with(&bytes[..end]));
            let told = !found.gaps.is_empty() || plain || found.holds(WANTED) || name == "pcap";
            assert!(told, "{name} cut at {end}");
            for flip in [0xFF, 0x01] {
                let mut broken = bytes.clone();
                broken[end] ^= flip;
                let found = Found::opened(&bytes, Body::Bytes(&broken));
                assert!(found.gaps.len() < 8, "{name} {end}: {:?}", found.gaps);
            }
        }
    }
}

#[test]
fn ordinary_texts_are_no_documents() {
    let texts: [&[u8]; 6] = [
        b"From here on it is plain text\nand nothing else\n",
        b"Subject: a note\n\nThat is all\n",
        b"<?xml version=\"1.0\"?>\n<project/>\n",
        b"To: do\n- Date: tomorrow\n",
        b"%!PS-Adobe-3.0\n",
        b"\xCB\x0D\r\n and so on, for more than sixteen",
    ];
    for text in texts {
        assert!(recognize(text).is_none(), "{:?}", String::from_utf8_lossy(text));
    }
}

/// Spreadsheets written without an XML declaration, their strings in the cells.
#[test]
fn a_cell_of_several_runs_is_one_line() {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let cell = "<c t=\"inlineStr\"><is><r><t>needle-in</t></r><r><rPr><b/></rPr><t>-a-haystack</t></r></is></c>";
    let xml = format!("<worksheet xmlns=\"{space}\"><sheetData><row>{cell}</row></sheetData></worksheet>");
    let found = Found::of(xml.as_bytes());
    assert_eq!(found.map().get("(joined text)"), Some(&&b"needle-in-a-haystack\n"[..]));
}

#[test]
fn an_encrypted_document_is_a_gap() {
    let bytes = [pdf(), b"trailer << /Encrypt 9 0 R >>".to_vec()].concat();
    assert_eq!(Found::of(&bytes).kinds(), [GapKind::Encrypted]);
}
