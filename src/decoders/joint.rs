//! Where a value that is wrapped over lines goes on: after the line break, and after what a log puts before each line.

/// How far a joint reaches at most, in bytes.
pub(super) const LONGEST: usize = 300;

/// Most blanks and tabs that a wrapped line is indented by.
const INDENT: usize = 64;

/// Most bytes of one word of a line's dress: a host, a service, the name of a job.
const WORD: usize = 96;

/// Position after the line break at `at`, plain or escaped, the dress of the next line and its indentation.
///
/// Dresses are the time stamps and stream marks of GitHub, GitLab, Jenkins, Docker, Kubernetes (CRI), syslog (RFC 3164
/// and 5424), journalctl, compose and BuildKit, text in brackets, and the marks of quotes and comments. A line of Docker's JSON files
/// ends and begins with JSON of its own.
pub fn joint(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let rest = &rest[..rest.len().min(LONGEST)];
    let length = match rest {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        [b'\\', b'n', ..] => return Some(at + docker(rest).unwrap_or(2 + indent(&rest[2..]))),
        [b'\\', b'r', b'\\', b'n', ..] => return Some(at + 4 + indent(&rest[4..])),
        _ => return None,
    };
    let dress = dress(&rest[length..]);
    Some(at + length + dress + indent(&rest[length + dress..]))
}

fn indent(rest: &[u8]) -> usize {
    rest.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// `…\n","stream":"stdout","time":"…"}` and `{"log":"…` of the next line.
fn docker(rest: &[u8]) -> Option<usize> {
    let tail = rest.get(2..)?.strip_prefix(b"\",\"")?;
    let end = memchr::memchr(b'\n', tail)?;
    let (own, next) = (tail[..end].strip_suffix(b"}")?, tail[end + 1..].strip_prefix(b"{\"log\":\"")?);
    let held = memchr::memmem::find(own, b"\"time\":").or(memchr::memmem::find(own, b"stream\":"));
    held.map(|_| rest.len() - next.len())
}

/// Length of what a log puts before a line.
fn dress(line: &[u8]) -> usize {
    let stamped = |skip: usize| stamp(&line[skip..]).map(|length| skip + length);
    let whole = match line.first() {
        Some(b'0'..=b'9') => stamp(line),
        Some(b'[') => bracket(line),
        Some(b'<') => priority(line),
        Some(b'#') => build_step(line).or(Some(blank(line, 1))),
        Some(b'>' | b'|' | b'*') => Some(blank(line, 1)),
        Some(b'/') if line.starts_with(b"//") => Some(blank(line, 2)),
        Some(byte) if byte.is_ascii_alphanumeric() => {
            job(line).and_then(stamped).or_else(|| syslog(line)).or_else(|| service(line))
        }
        _ => None,
    };
    whole.unwrap_or(0)
}

/// `length` and the blank after it, or nothing when there is none.
fn blank(line: &[u8], length: usize) -> usize {
    if line.get(length) == Some(&b' ') { length + 1 } else { 0 }
}

/// Whether `text` has the shape: `0` is any digit, everything else itself.
fn fits(text: &[u8], shape: &[u8]) -> bool {
    let fit = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    text.len() >= shape.len() && text.iter().zip(shape).all(fit)
}

fn digits(text: &[u8]) -> usize {
    text.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count()
}

/// A time of day, with or without its date (RFC 3339), what a runtime writes behind it, and the blanks that follow.
fn stamp(line: &[u8]) -> Option<usize> {
    let mut at = clock(line)?;
    let blanks = indent(&line[at..]);
    if blanks == 0 {
        return None;
    }
    at += blanks.min(2);
    // Kubernetes: `stdout F `; GitLab: `00O `, `01E+`.
    let mark = &line[at..];
    let streams: [&[u8]; 4] = [b"stdout F ", b"stderr F ", b"stdout P ", b"stderr P "];
    if streams.iter().any(|stream| mark.starts_with(stream)) {
        return Some(at + 9);
    }
    // `journalctl -o short-iso`, whose zone has no colon.
    let time = &line[..at - blanks.min(2)];
    let is_journal = time.last_chunk().is_some_and(|zone: &[u8; 5]| fits(zone, b"+0000") || fits(zone, b"-0000"));
    match mark {
        // No text begins with `0` in base64: its first byte would not be ASCII.
        [b'0', b, b'O' | b'E', b' ' | b'+', ..] if b.is_ascii_hexdigit() => Some(at + 4),
        _ if is_journal => Some(at + tag(mark).unwrap_or(0)),
        _ => Some(at),
    }
}

/// Length of a time, without anything behind it.
fn clock(line: &[u8]) -> Option<usize> {
    let date = if fits(line, b"0000-00-00") && matches!(line.get(10), Some(b'T' | b' ')) { 11 } else { 0 };
    if !fits(&line[date..], b"00:00:00") {
        return None;
    }
    let mut at = date + 8;
    if matches!(line.get(at), Some(b'.' | b',')) {
        at += 1 + digits(&line[at + 1..]);
    }
    let zone = &line[at..];
    if zone.starts_with(b"Z") {
        at += 1;
    } else if fits(zone, b"+00:00") || fits(zone, b"-00:00") {
        at += 6;
    } else if fits(zone, b"+0000") || fits(zone, b"-0000") {
        at += 5;
    }
    Some(at)
}

/// `[2026-09-01T10:00:00.000Z] `, `[build 12:30:01] `
fn bracket(line: &[u8]) -> Option<usize> {
    let end = line.iter().take(WORD).position(|byte| matches!(byte, b']' | b'\n'))?;
    (line[end] == b']').then(|| blank(line, end + 1))
}

/// `<34>1 2026-09-01T10:00:00Z host app 12 ID - ` (RFC 5424), `<34>Sep  1 10:00:00 host app: ` (RFC 3164)
fn priority(line: &[u8]) -> Option<usize> {
    let end = 1 + digits(&line[1..]);
    let rest = line.get(end..)?.strip_prefix(b">")?;
    let skip = line.len() - rest.len();
    let Some(modern) = rest.strip_prefix(b"1 ") else { return syslog(rest).map(|length| skip + length) };
    let mut at = line.len() - modern.len();
    at += stamp(modern)?;
    // Host, application, process, message, data.
    for _ in 0..5 {
        at += word(&line[at..])? + 1;
    }
    Some(at)
}

/// Length of a word that a blank follows.
fn word(line: &[u8]) -> Option<usize> {
    let length = line.iter().take(WORD).position(|byte| matches!(byte, b' ' | b'\n'))?;
    (length > 0 && line[length] == b' ').then_some(length)
}

/// `Sep  1 10:00:00 host app[12]: `
fn syslog(line: &[u8]) -> Option<usize> {
    let months = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let month = line.get(..4)?;
    months.chunks(4).find(|known| known[..3] == month[..3] && month[3] == b' ')?;
    let day = line.get(4..7)?;
    let two = matches!(day[0], b' ' | b'0'..=b'3') && day[1].is_ascii_digit() && day[2] == b' ';
    let mut at = 7 + two.then(|| clock(&line[7..]))?? + 1;
    at += tag(line.get(at..)?)?;
    Some(at)
}

/// `host app[12]: `
fn tag(line: &[u8]) -> Option<usize> {
    let host = word(line)? + 1;
    let tag = word(&line[host..])?;
    line[host..host + tag].ends_with(b":").then_some(host + tag + 1)
}

/// `web-1  | `, whose name has the characters that Docker lets a container have: the last group of a wrapped value, with
/// its padding and a bar behind it, is none.
fn service(line: &[u8]) -> Option<usize> {
    let length = word(line)?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if !line[..length].iter().all(is_name) {
        return None;
    }
    let at = length + indent(&line[length..]);
    (line.get(at) == Some(&b'|')).then(|| blank(line, at + 1))
}

/// `build\tRun tests\t` before a stamp: what `gh run view --log` writes.
fn job(line: &[u8]) -> Option<usize> {
    let tab = |line: &[u8]| line.iter().take(WORD).position(|byte| matches!(byte, b'\t' | b'\n'));
    let first = tab(line).filter(|at| line[*at] == b'\t')? + 1;
    let second = tab(&line[first..]).filter(|at| line[first + at] == b'\t')?;
    Some(first + second + 1)
}

/// `#12 3.456 `
fn build_step(line: &[u8]) -> Option<usize> {
    let at = 1 + digits(&line[1..]);
    let rest = line.get(at..)?.strip_prefix(b" ")?;
    let whole = digits(rest);
    let part = rest.get(whole..)?.strip_prefix(b".")?;
    let end = at + 1 + whole + 1 + digits(part);
    (at > 1 && whole > 0 && line.get(end) == Some(&b' ')).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dresses_end_where_the_text_begins() {
        let stamp = "2026-09-01T10:00:00.0000000Z ";
        let dresses = [
            "\n",
            "\r\n",
            "\\n",
            "\\r\\n",
            "\n    ",
            "\\n\t",
            &format!("\n{stamp}"),
            &format!("\n{stamp}stdout F "),
            &format!("\n{stamp}00O "),
            &format!("\n{stamp}01E+"),
            &format!("\nbuild\tRun tests\t{stamp}"),
            &format!("\n<34>1 {stamp}host app 12 ID - "),
            "\n[2026-09-01T10:00:00.000Z] ",
            "\n[build 12:30:01]   ",
            "\n12:30:01  ",
            "\n2026-09-01 12:30:01,123 ",
            "\n2026-09-01T12:30:01+02:00 ",
            "\nSep  1 10:00:00 host app[12]: ",
            "\n2026-09-01T10:00:00+0000 host app[12]: ",
            "\n<13>Sep 11 10:00:00 host app: ",
            "\nweb-1  | ",
            "\n#12 3.456 ",
            "\n# ",
            "\n// ",
            "\n> ",
            "\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T10:00:00.1Z\"}\n{\"log\":\"",
        ];
        for dress in dresses {
            let text = ["AAAA", dress, "BBBB and more"].concat();
            assert_eq!(joint(text.as_bytes(), 4), Some(4 + dress.len()), "{dress:?}");
            // Of a text that ends within its dress no more is told than there is.
            for end in 0..text.len() {
                assert!(joint(&text.as_bytes()[..end], 4).is_none_or(|at| at <= end), "{dress:?} {end}");
            }
        }
        for plain in ["AAAA BBBB", "AAAA", "AAAA\\t", "AAAA="] {
            assert_eq!(joint(plain.as_bytes(), 4), None, "{plain}");
        }
        assert_eq!(joint(b"AAAA\nSeptember BBBB", 4), Some(5));
        assert_eq!(joint(b"AAAA\n12:30 BBBB", 4), Some(5));
        assert_eq!(joint(b"AAAA\nBB== | CCCC", 4), Some(5));
    }
}
