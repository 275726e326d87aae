//! Tokens of PDF's syntax.

/// A token. Names and words are as they stand; strings are decoded.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Name(&'a [u8]),
    Text(Vec<u8>),
    /// A string in hexadecimal digits.
    Hex(Vec<u8>),
    Word(&'a [u8]),
    Open,
    Close,
    DictionaryOpen,
    DictionaryClose,
}

/// Tokens one after the other; what is no token is passed over.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn ahead(&self, ahead: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(ahead))
    }

    fn word(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| is_delimiter(*byte)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A string in parentheses, which may nest.
    fn text(&mut self) -> Vec<u8> {
        let (mut text, mut depth) = (Vec::new(), 1);
        while let Some(byte) = self.byte() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => break,
                b')' => depth -= 1,
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.byte() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' | b'\n' => {}
            b'\r' => self.at += usize::from(self.byte() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.byte() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(code as u8);
            }
            plain => text.push(plain),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += end + 1;
        let digits: Vec<u8> =
            rest[..end].iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|d| d as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
    }
}

/// Whether a byte ends a word.
fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.byte()?;
            let double = self.ahead(b"<<") || self.ahead(b">>");
            match byte {
                b'<' | b'>' if double => self.at += 2,
                b'(' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b')' => self.at += 1,
                _ => {}
            }
            return Some(match byte {
                b'<' if double => Token::DictionaryOpen,
                b'>' if double => Token::DictionaryClose,
                b'(' => Token::Text(self.text()),
                b'<' => Token::Hex(self.hex()),
                b'[' => Token::Open,
                b']' => Token::Close,
                b'/' => Token::Name(self.word()),
                b'%' => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                    continue;
                }
                b'>' | b')' | b'{' | b'}' => continue,
                byte if byte.is_ascii_whitespace() || byte == 0 => {
                    self.at += 1;
                    continue;
                }
                _ => Token::Word(self.word()),
            });
        }
    }
}

/// Tokens of one dictionary that are looked at.
const TOKENS: usize = 20_000;

/// A dictionary as its tokens, the outermost brackets left out, and where it ends.
pub(super) fn dictionary(bytes: &[u8], at: usize) -> Option<(Vec<Token<'_>>, usize)> {
    let mut tokens = Tokens::new(bytes, at);
    if tokens.next()? != Token::DictionaryOpen {
        return None;
    }
    let (mut inside, mut depth) = (Vec::new(), 1);
    while inside.len() < TOKENS {
        let token = tokens.next()?;
        match token {
            Token::DictionaryOpen => depth += 1,
            Token::DictionaryClose if depth == 1 => return Some((inside, tokens.at)),
            Token::DictionaryClose => depth -= 1,
            _ => {}
        }
        inside.push(token);
    }
    None
}

/// The tokens that follow a key of the dictionary itself, up to the end of its value.
pub(super) fn value<'t, 'a>(dictionary: &'t [Token<'a>], key: &[u8]) -> &'t [Token<'a>] {
    let (mut depth, mut start) = (0i32, None);
    for (at, token) in dictionary.iter().enumerate() {
        match token {
            Token::Name(_) if depth == 0 && start.is_some_and(|start| at > start) => {
                return &dictionary[start.unwrap_or(at)..at];
            }
            Token::Name(name) if depth == 0 && start.is_none() && *name == key => start = Some(at + 1),
            Token::Open | Token::DictionaryOpen => depth += 1,
            Token::Close | Token::DictionaryClose => depth -= 1,
            _ => {}
        }
    }
    start.map_or(&[], |start| &dictionary[start..])
}

/// The number that a value is, or the number of the object it refers to.
pub(super) fn number(value: &[Token<'_>]) -> Option<usize> {
    match value.first()? {
        Token::Word(word) => std::str::from_utf8(word).ok()?.parse().ok(),
        _ => None,
    }
}
