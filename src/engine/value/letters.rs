//! Whether letters stand in the order words have them.

/// How often one letter follows another in English words and identifiers, against chance: 6 is as often as by chance,
/// more is more often. A row for the first letter, a column for the second. Counted over the words of the
/// documentation of large public projects, each word weighed by the logarithm of its count.
#[rustfmt::skip]
const FOLLOWS: [&[u8; 26]; 26] = [
    /* a */ b"36763461614867160778544352",
    /* b */ b"86557521755844740674730151",
    /* c */ b"74648437607644841657632040",
    /* d */ b"75569542833644750674643340",
    /* e */ b"64785552412668354887354631",
    /* f */ b"74567833802744842676602350",
    /* g */ b"72439466801647741874633033",
    /* h */ b"83559412803454830657623052",
    /* i */ b"65766660212669751677160405",
    /* j */ b"84559530603042832285845000",
    /* k */ b"74459553824656652387543042",
    /* l */ b"73469432803733840366641070",
    /* m */ b"86449430804564782364621141",
    /* n */ b"73777682615445641378553030",
    /* o */ b"55663561524778660866756321",
    /* p */ b"84548445704733761867632140",
    /* q */ b"02463032400604420555922020",
    /* r */ b"73559451805565751677553050",
    /* s */ b"63638447705554663378744150",
    /* t */ b"73548426801543750776534360",
    /* u */ b"66656650601778470778220302",
    /* v */ b"83549432814454741354331210",
    /* w */ b"84558437804647851774324200",
    /* x */ b"76768724711453381448431641",
    /* y */ b"65657444722577690587335244",
    /* z */ b"75429402702533630253454056",
];

/// Mean of a step, in tenths, below which letters are not words. Of random letters, eight at a time, 87 % lie below; of
/// words, one in a hundred.
const WORDS: usize = 55;

/// Whether the letters of the value, taken in their order, are no words. What is not a letter ends a word.
pub(in crate::engine) fn are_random(value: &[u8]) -> bool {
    let (sum, count) = value
        .windows(2)
        .filter(|pair| pair.iter().all(u8::is_ascii_alphabetic))
        .map(|pair| [pair[0], pair[1]].map(|byte| usize::from(byte.to_ascii_lowercase() - b'a')))
        .fold((0, 0), |(sum, count), [a, b]| (sum + usize::from(FOLLOWS[a][b] - b'0'), count + 1));
    count >= 5 && sum * 10 < count * WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_letters_are_told_from_words() {
        for word in ["dragon", "sunshine", "authentication", "getUserName", "wachtwoord", "motdepasse", "administrator"]
        {
            assert!(!are_random(word.as_bytes()), "{word}");
        }
        for text in ["xkqzpwv", "bvhtqjzm", "qGxzKwPvTj", "fjdkvnxq"] {
            assert!(are_random(text.as_bytes()), "{text}");
        }
    }
}
