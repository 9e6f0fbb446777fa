//! A table of a policy's words that finds one in a few nanoseconds.
//!
//! Words of policies and requests are short: the first and the last eight bytes and the length
//! tell almost all of them apart, and all that are no longer than sixteen bytes.

/// Maps words to numbers. A word that is not in it has number 0.
#[derive(Debug, Clone)]
pub(super) struct Table {
    slots: Vec<TableSlot>,
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct TableSlot {
    print: Fingerprint,
    /// 0 marks a free slot.
    number: u32,
}

/// What a word is compared by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fingerprint {
    first: u64,
    last: u64,
    length: usize,
}

impl Fingerprint {
    fn of(word: &[u8]) -> Self {
        let length = word.len();
        let (first, last) =
            if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
                (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
            } else if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            } else {
                (word.iter().fold(0, |print, byte| print << 8 | u64::from(*byte)), 0)
            };
        Self { first, last, length }
    }

    /// Whether words with the same print are the same.
    fn is_whole(self) -> bool {
        self.length <= 16
    }

    fn hash(self) -> usize {
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed =
            (self.first ^ self.last.rotate_left(29) ^ self.length as u64).wrapping_mul(SPREAD);
        (mixed >> 32) as usize
    }
}

impl Table {
    /// Numbers the words from 1 in the order in which they come first.
    pub(super) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut distinct: Vec<String> = vec![];
        let mut seen = std::collections::HashSet::new();
        for word in words {
            if seen.insert(word) {
                distinct.push(word.to_owned());
            }
        }
        let size = (distinct.len() * 2 + 1).next_power_of_two();
        let mut table = Self { slots: vec![TableSlot::default(); size], words: distinct };
        for index in 0..table.words.len() {
            let print = Fingerprint::of(table.words[index].as_bytes());
            let mut at = print.hash() & (size - 1);
            while table.slots[at].number != 0 {
                at = (at + 1) & (size - 1);
            }
            table.slots[at] = TableSlot { print, number: index as u32 + 1 };
        }
        table
    }

    /// Returns the number of words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns the number of a word, or 0.
    pub(super) fn number(&self, word: &[u8]) -> usize {
        let print = Fingerprint::of(word);
        let mask = self.slots.len() - 1;
        let mut at = print.hash() & mask;
        loop {
            let slot = &self.slots[at];
            let number = slot.number as usize;
            if number == 0
                || (slot.print == print
                    && (print.is_whole() || self.words[number - 1].as_bytes() == word))
            {
                return number;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_length_and_others_are_not() {
        let words: Vec<String> =
            (0..40).map(|length| "abcdefghij".repeat(4)[..length].to_owned()).collect();
        let table = Table::new(words.iter().map(String::as_str));
        for (index, word) in words.iter().enumerate() {
            assert_eq!(table.number(word.as_bytes()), index + 1, "{word}");
            assert_eq!(table.number(format!("{word}x").as_bytes()), 0);
        }
        let long = Table::new(["aaaaaaaaXaaaaaaaa"]);
        assert_eq!(long.number(b"aaaaaaaaYaaaaaaaa"), 0);
        assert_eq!(Table::new([]).number(b""), 0);
    }
}
