//! Makes the values: the same for the same seed, on every machine.

/// Words that people build passwords of.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "falcon", "summer", "winter", "dragon", "monkey", "orange", "silver", "rocket", "tiger", "banana", "sunshine",
    "coffee", "guitar", "purple", "soccer", "shadow", "maggie", "ginger", "hockey", "turtle", "pepper", "cheese",
    "marina", "thunder", "jasper", "london", "berlin", "madrid", "chelsea", "lakers", "yellow", "cowboy", "diamond",
    "flower", "matrix", "phoenix", "castle", "river", "planet", "harley", "buster", "daniel", "jessica", "michael",
    "nicole", "robert", "family", "freedom", "welcome", "spring", "autumn", "wizard", "zeppelin", "mustang", "corvette",
];

const COMPANIES: &[&str] =
    &["Acme", "Globex", "Initech", "Umbra", "Hooly", "Vandelay", "Soylex", "Cyberd", "Wonka", "Tyrell"];

const USERS: &[&str] =
    &["admin", "root", "app", "svc_backup", "jdoe", "deploy", "scott", "reporting", "m.keller", "bot"];

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const BASE36: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TYPED: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!@*+_.-";

/// Draws values (SplitMix64).
pub struct Filler(u64);

impl Filler {
    pub fn new(name: &str, seed: u64) -> Self {
        let hash = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, hash) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of(&mut self, words: &[&str]) -> String {
        words[self.below(words.len())].to_owned()
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| alphabet.as_bytes()[self.below(alphabet.len())] as char).collect()
    }

    fn length(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// What people choose: eight characters in the median, 2.8 bits each.
    fn password(&mut self) -> String {
        let word = self.of(WORDS);
        match self.below(100) {
            0..22 => {
                let digits = self.length(1, 4);
                word + &self.text(DIGITS, digits)
            }
            22..32 => self.of(COMPANIES) + &(2012 + self.below(14)).to_string() + &self.text("!#$@.", 1),
            32..42 => word + &self.text("!#@._-", 1) + &self.text(DIGITS, 2),
            42..60 => {
                let length = self.length(6, 10);
                self.text(BASE36, length)
            }
            60..75 => {
                let length = self.length(8, 12);
                self.text(BASE62, length)
            }
            75..83 => {
                let length = self.length(8, 14);
                // The first is a letter: a mark there would be one of the shell's.
                self.text(LOWER, 1) + &self.text(TYPED, length)
            }
            83..90 => word.replace('e', "3").replace('a', "@").replace('o', "0") + &self.text(DIGITS, 1),
            90..96 => {
                let length = self.length(6, 9);
                self.text(LOWER, length)
            }
            _ => word,
        }
    }

    /// What is chosen to sign with: mostly random, sometimes words.
    fn long_password(&mut self) -> String {
        match self.below(10) {
            0..3 => [self.of(WORDS), self.of(COMPANIES), self.text(DIGITS, 4), self.of(WORDS)].join("-"),
            3..5 => self.text(HEX, 32),
            _ => {
                let length = self.length(16, 40);
                self.text(BASE62, length)
            }
        }
    }

    /// Bytes with the outer form of a private key: a SEQUENCE of a version and filler (RFC 5958).
    fn key(&mut self) -> Vec<String> {
        let filler = self.text(BASE62, 601);
        let der = [&[0x30, 0x82, 0x02, 0x5c, 2, 1, 0][..], filler.as_bytes()].concat();
        let body = data_encoding::BASE64.encode(&der);
        body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    }

    fn block(&mut self, body: &[String], end: bool) -> String {
        let edge = |word: &str| ["-----", word, " RSA PRIVATE", " KEY-----"].concat();
        let last = if end { vec![edge("END")] } else { Vec::new() };
        [&[edge("BEGIN")], body, &last].concat().join("\n")
    }
}

/// Fills in `«kind»` and `«kind:length»`.
pub fn fill(template: &str, filler: &mut Filler) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, from)) = rest.split_once('«') {
        let (word, after) = from.split_once('»').expect("what is opened is closed");
        out += before;
        out += &value(word, filler);
        rest = after;
    }
    out + rest
}

fn value(word: &str, filler: &mut Filler) -> String {
    let (kind, length) = word.split_once(':').unwrap_or((word, "0"));
    let length = length.parse().expect("a length");
    let key = filler.key();
    match kind {
        "pw" => filler.password(),
        "pwlong" => filler.long_password(),
        "user" => filler.of(USERS),
        "hex" => filler.text(HEX, length),
        "b62" => filler.text(BASE62, length),
        "b64" => filler.text(BASE64, length),
        "b64u" => filler.text(BASE64_URL, length),
        "uuid" => [8, 4, 4, 4, 12].map(|n| filler.text(HEX, n)).join("-"),
        "pem" => filler.block(&key, true),
        "pem-escaped" => filler.block(&key, true).replace('\n', "\\n"),
        "pem-hollow" => filler.block(&["...".to_owned()], true),
        "pem-cut" => filler.block(&key[..3], true),
        "pem-endless" => filler.block(&key, false),
        _ => panic!("nothing makes «{word}»"),
    }
}
