//! What the codes in a page's strings mean: the ToUnicode maps of the fonts (ISO 32000-2, section 9.10.3).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::token::{Token, Tokens};

/// Codes of one font.
const CODES: usize = 1 << 16;

/// Fonts of one document.
const FONTS: usize = 4096;

/// Fonts of one name that are told apart: every page has its own `F1`.
pub(super) const SAME: usize = 3;

/// The map of one font.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Map {
    /// Bytes of a code.
    width: usize,
    codes: HashMap<u32, String>,
}

impl Map {
    /// Reads a map.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self { width: 1, codes: HashMap::new() };
        let (mut strings, mut list): (Vec<Vec<u8>>, Option<Vec<Vec<u8>>>) = (Vec::new(), None);
        for token in Tokens::new(bytes, 0) {
            match token {
                Token::Hex(text) | Token::Text(text) => list.as_mut().unwrap_or(&mut strings).push(text),
                Token::Open => list = Some(Vec::new()),
                Token::Close => {
                    if let (Some(list), [.., low, _]) = (list.take(), &strings[..]) {
                        let low = code(low);
                        (0u32..).zip(list).for_each(|(at, text)| map.add(low.saturating_add(at), &text, 0));
                        strings.truncate(strings.len() - 2);
                    }
                }
                Token::Word(b"beginbfchar" | b"beginbfrange") => strings.clear(),
                Token::Word(b"begincodespacerange") => strings.clear(),
                Token::Word(b"endcodespacerange") => map.width = strings.first().map_or(1, Vec::len).clamp(1, 4),
                Token::Word(b"endbfchar") => {
                    strings.chunks_exact(2).for_each(|pair| map.add(code(&pair[0]), &pair[1], 0));
                    strings.clear();
                }
                Token::Word(b"endbfrange") => map.ranges(&std::mem::take(&mut strings)),
                _ => {}
            }
        }
        map
    }

    fn ranges(&mut self, strings: &[Vec<u8>]) {
        for [low, high, text] in strings.as_chunks::<3>().0 {
            let low = code(low);
            for at in 0..=code(high).saturating_sub(low).min(CODES as u32) {
                self.add(low.saturating_add(at), text, at);
            }
        }
    }

    /// Notes that a code means this text in UTF-16, its last character counted on.
    fn add(&mut self, code: u32, text: &[u8], plus: u32) {
        if self.codes.len() < CODES {
            let (pairs, _) = text.as_chunks::<2>();
            let mut units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            if let Some(last) = units.last_mut() {
                *last = last.wrapping_add(plus as u16);
            }
            self.codes.insert(code, String::from_utf16_lossy(&units));
        }
    }

    /// Appends what a string says.
    pub(super) fn push(&self, text: &[u8], out: &mut Vec<u8>) {
        for part in text.chunks(self.width.max(1)) {
            match self.codes.get(&code(part)) {
                Some(text) => out.extend_from_slice(text.as_bytes()),
                None if self.width == 1 => out.extend_from_slice(part),
                None => {}
            }
        }
    }
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

/// The maps by the names that pages use.
#[derive(Default)]
pub(super) struct Fonts {
    names: HashMap<Vec<u8>, Vec<usize>>,
    maps: BTreeMap<usize, Map>,
}

impl Fonts {
    /// The maps that the document's dictionaries refer to: `texts` are the parts that are syntax, each with the number
    /// of the object that begins it, and `stream` decodes the stream of an object.
    pub(super) fn read(texts: &[&[u8]], stream: impl Fn(usize) -> Option<Vec<u8>>) -> Self {
        let mut fonts = Self::default();
        let mut known: HashMap<usize, usize> = HashMap::new();
        for text in texts {
            objects(text, |object, map| {
                if known.len() < FONTS {
                    known.insert(object, map);
                }
            });
        }
        let wanted: HashSet<usize> = known.values().copied().collect();
        fonts.maps = wanted.into_iter().filter_map(|number| Some((number, Map::read(&stream(number)?)))).collect();
        for text in texts.iter().filter(|_| !known.is_empty()) {
            references(text, |name, object| {
                let Some(map) = known.get(&object) else { return };
                let maps = fonts.names.entry(name.to_vec()).or_default();
                if maps.len() < SAME && !maps.contains(map) {
                    maps.push(*map);
                }
            });
        }
        fonts
    }

    /// The map of a font of this name: the first, second or third that has the name.
    pub(super) fn get(&self, name: &[u8], which: usize) -> Option<&Map> {
        let maps = self.names.get(name)?;
        self.maps.get(maps.get(which).or(maps.last())?)
    }

    /// How many fonts share a name, at most.
    pub(super) fn most(&self) -> usize {
        self.names.values().map(Vec::len).max().unwrap_or(1).max(1)
    }
}

/// Every font object that has a map: its number, and the map's.
fn objects(text: &[u8], mut found: impl FnMut(usize, usize)) {
    let mut recent: [Option<usize>; 2] = [None; 2];
    let (mut object, mut wanted) = (None, false);
    for token in Tokens::new(text, 0) {
        let number = match &token {
            Token::Word(word) => std::str::from_utf8(word).ok().and_then(|word| word.parse().ok()),
            _ => None,
        };
        match token {
            Token::Word(b"obj") => object = recent[0],
            Token::Name(b"ToUnicode") => wanted = true,
            Token::Word(_) if wanted => {
                wanted = false;
                if let (Some(object), Some(map)) = (object, number) {
                    found(object, map);
                }
            }
            _ => {}
        }
        recent = [recent[1], number];
    }
}

/// Every `/Name 12 0 R`.
fn references(text: &[u8], mut found: impl FnMut(&[u8], usize)) {
    let mut last: Option<(&[u8], Vec<usize>)> = None;
    for token in Tokens::new(text, 0) {
        last = match (token, last) {
            (Token::Name(name), _) => Some((name, Vec::new())),
            (Token::Word(b"R"), Some((name, numbers))) => {
                if let [object, _] = numbers[..] {
                    found(name, object);
                }
                None
            }
            (Token::Word(word), Some((name, mut numbers))) if numbers.len() < 2 => {
                let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                number.map(|number| {
                    numbers.push(number);
                    (name, numbers)
                })
            }
            _ => None,
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_translated() {
        let map = Map::read(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0003> <0020> <0010> <00410042> endbfchar \
              2 beginbfrange <0024> <0026> <0061> <0030> <0031> [<0078> <0079>] endbfrange",
        );
        let mut out = Vec::new();
        map.push(&[0, 0x24, 0, 0x26, 0, 3, 0, 0x10, 0, 0x31, 0, 0x99], &mut out);
        assert_eq!(out, b"ac ABy");
    }

    #[test]
    fn fonts_are_found_by_their_references() {
        let text: &[u8] =
            b"5 0 obj << /Type /Font /ToUnicode 9 0 R >> endobj 6 0 obj << /Font << /F1 5 0 R /F2 7 0 R >> >>";
        let stream = |number| (number == 9).then(|| b"1 beginbfchar <41> <0062> endbfchar".to_vec());
        let fonts = Fonts::read(&[text], stream);
        let mut out = Vec::new();
        fonts.get(b"F1", 0).unwrap().push(b"AB", &mut out);
        assert_eq!(out, b"bB");
        assert!(fonts.get(b"F2", 0).is_none());
    }
}
