//! How mixed the bytes of a value are.

/// Shannon entropy in bits a byte: 0 for one repeated byte, at most 8.
pub(super) fn shannon(value: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let length = value.len() as f64;
    counts.iter().filter(|count| **count > 0).fold(0.0, |sum, count| {
        let share = f64::from(*count) / length;
        sum - share * share.log2()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_entropy_crate() {
        let values: &[&[u8]] = &[b"", b"a", b"aaaa", b"abab", b"hunter2", b"0123456789abcdef", &[0, 255, 7, 7, 7]];
        for value in values {
            let reference = f64::from(::entropy::shannon_entropy(value));
            assert!((shannon(value) - reference).abs() < 1e-4, "{value:?}");
        }
    }
}
