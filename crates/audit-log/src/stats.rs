//! Counts by key and distributions, in bounded memory.

use std::collections::HashMap;

/// What is counted for one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Events.
    pub count: u64,
    /// Bytes of their lines.
    pub bytes: u64,
    /// By how much the count may be too high.
    pub error: u64,
    /// Durations, if asked for.
    pub latency: Option<Box<Histogram>>,
}

impl Group {
    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        self.error += other.error;
        if let Some(others) = &other.latency {
            self.latency.get_or_insert_default().add(others);
        }
    }
}

/// Counts by key. Beyond a number of keys the rare ones make room, and counts become approximate
/// (Metwally's space-saving, in batches).
#[derive(Debug, Clone)]
pub struct GroupCounts {
    places: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    most: usize,
    /// What keys that made room had at most: the error of a key that comes after them.
    dropped: u64,
}

impl GroupCounts {
    /// Returns no counts, for at most so many keys.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { places: HashMap::new(), groups: vec![], most, dropped: 0 }
    }

    /// Returns the counts of a key, new ones if need be.
    #[inline]
    pub fn of(&mut self, key: &[u8]) -> &mut Group {
        if let Some(place) = self.places.get(key) {
            return &mut self.groups[*place];
        }
        if self.groups.len() >= self.most {
            self.make_room();
        }
        let group = Group { count: self.dropped, error: self.dropped, ..Group::default() };
        self.places.insert(key.to_vec(), self.groups.len());
        self.groups.push(group);
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    /// Says whether counts are approximate.
    #[must_use]
    pub fn approximate(&self) -> bool {
        self.dropped > 0
    }

    /// Adds the counts of another part of the log.
    pub fn add(&mut self, other: Self) {
        let dropped = other.dropped;
        for (key, group) in other.into_groups() {
            self.of(&key).add(&group);
        }
        self.dropped += dropped;
    }

    /// Returns all keys and their counts.
    #[must_use]
    pub fn into_groups(mut self) -> Vec<(Vec<u8>, Group)> {
        let take = |(key, place): (Vec<u8>, usize)| (key, std::mem::take(&mut self.groups[place]));
        self.places.into_iter().map(take).collect()
    }

    /// Drops the rarer half.
    fn make_room(&mut self) {
        let dropped = self.dropped;
        let mut all = std::mem::replace(self, Self::new(self.most)).into_groups();
        all.sort_unstable_by_key(|(_, group)| std::cmp::Reverse(group.count));
        let first = all.get(self.most / 2).map_or(0, |(_, group)| group.count);
        self.dropped = dropped.max(first);
        all.truncate(self.most / 2);
        for (key, group) in all {
            self.places.insert(key, self.groups.len());
            self.groups.push(group);
        }
    }
}

/// Steps of each power of two.
const STEPS: u64 = 64;
const BITS: u32 = 6;

/// A distribution of durations in microseconds, exact to 1.6 %.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Histogram {
    /// Counts one duration.
    #[inline]
    pub fn record(&mut self, micros: u64) {
        let slot = slot(micros);
        if slot >= self.counts.len() {
            self.counts.resize(slot + 1, 0);
        }
        self.counts[slot] += 1;
        self.total += 1;
    }

    /// Adds another distribution.
    pub fn add(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, others) in self.counts.iter_mut().zip(&other.counts) {
            *mine += others;
        }
        self.total += other.total;
    }

    /// How many durations were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Returns the duration that this share (0 to 1) of all is not above; `None` if there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let rank = ((self.total as f64 * share).ceil() as u64).clamp(1, self.total.max(1));
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        })?;
        Some(middle(at))
    }
}

fn slot(micros: u64) -> usize {
    if micros < STEPS {
        return micros as usize;
    }
    let power = 63 - micros.leading_zeros();
    let step = micros >> (power - BITS) & (STEPS - 1);
    ((u64::from(power - BITS) + 1) * STEPS + step) as usize
}

fn middle(slot: usize) -> u64 {
    let slot = slot as u64;
    if slot < STEPS {
        return slot;
    }
    let shift = slot / STEPS - 1;
    let low = (STEPS + slot % STEPS) << shift;
    low + ((1 << shift) - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_two_percent() {
        let mut histogram = Histogram::default();
        let values: Vec<u64> = (0..10_000_u64).map(|n| n * n).collect();
        values.iter().for_each(|value| histogram.record(*value));
        for share in [0.01, 0.5, 0.9, 0.99, 1.0] {
            let exact = values[((10_000.0 * share) as usize).max(1) - 1];
            let got = histogram.quantile(share).unwrap();
            assert!(got.abs_diff(exact) * 50 <= exact.max(50), "{share}: {got} for {exact}");
        }
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn frequent_keys_stay_when_there_are_too_many() {
        let mut groups = GroupCounts::new(1000);
        for n in 0..100_000_u32 {
            groups.of(&n.to_le_bytes()).count += 1;
            groups.of(b"often").count += 1;
        }
        assert!(groups.approximate());
        let all: HashMap<_, _> = groups.into_groups().into_iter().collect();
        assert!(all.len() <= 1000);
        let often = &all[&b"often"[..]];
        assert!(often.count >= 100_000 && often.count - often.error <= 100_000);
    }
}
