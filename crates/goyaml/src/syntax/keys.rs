//! Keys without a `?`: only the `:` after one shows that it was a key.
//!
//! The scanner remembers where a key may have begun, one place per flow level, and must not hand
//! out the token that is there before it knows. Tokens are named by their number, counted from
//! the first token of the text.

use std::collections::BTreeMap;

use super::{Mark, SyntaxFailure};

/// A key that has no `:` this many characters after its start is none.
const LONGEST: usize = 1024;

/// A place where a key may have begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct PossibleKey {
    pub(super) token: usize,
    pub(super) mark: Mark,
    /// Whether nothing but a key may be here.
    pub(super) required: bool,
    possible: bool,
}

impl PossibleKey {
    pub(super) fn new(token: usize, mark: Mark, required: bool) -> Self {
        Self { token, mark, required, possible: true }
    }

    /// Forgets the key if the text has moved on too far from it.
    fn refresh(&mut self, now: Mark) -> Result<bool, SyntaxFailure> {
        let gone = self.mark.line < now.line || self.mark.index + LONGEST < now.index;
        if self.possible && gone {
            self.give_up(now)?;
        }
        Ok(self.possible)
    }

    fn give_up(&mut self, now: Mark) -> Result<(), SyntaxFailure> {
        if self.possible && self.required {
            return Err(SyntaxFailure::scanner("could not find expected ':'", now));
        }
        self.possible = false;
        Ok(())
    }
}

/// The possible keys of all open flow levels.
///
/// `levels_by_token` finds them by their token. The server keeps such a table too, and its
/// behaviour for some texts, such as an empty list as a key, depends on when entries leave it.
pub(super) struct PossibleKeys {
    outermost: PossibleKey,
    inner: Vec<PossibleKey>,
    levels_by_token: BTreeMap<usize, usize>,
}

impl PossibleKeys {
    pub(super) fn new() -> Self {
        Self { outermost: nothing(0), inner: vec![], levels_by_token: BTreeMap::new() }
    }

    /// Returns how many flow collections are open.
    pub(super) fn flow_level(&self) -> usize {
        self.inner.len()
    }

    pub(super) fn enter_flow(&mut self, token: usize) {
        self.inner.push(nothing(token));
    }

    pub(super) fn leave_flow(&mut self) {
        if let Some(left) = self.inner.pop() {
            self.levels_by_token.remove(&left.token);
        }
    }

    /// Remembers that a key may begin here.
    pub(super) fn save(&mut self, key: PossibleKey) -> Result<(), SyntaxFailure> {
        self.remove(key.mark)?;
        self.levels_by_token.insert(key.token, self.flow_level());
        *self.innermost() = key;
        Ok(())
    }

    /// Forgets the key of this level: what follows cannot be its `:`.
    pub(super) fn remove(&mut self, now: Mark) -> Result<(), SyntaxFailure> {
        let key = self.innermost();
        if key.possible {
            key.give_up(now)?;
            let token = key.token;
            self.levels_by_token.remove(&token);
        }
        Ok(())
    }

    /// Takes the key of this level, if one may have begun: here is its `:`.
    pub(super) fn take(&mut self, now: Mark) -> Result<Option<PossibleKey>, SyntaxFailure> {
        // `refresh` first: a key that began on an earlier line is none any more, and if one was required
        // there, that is the error and not the `:` here.
        let key = self.innermost();
        if !key.refresh(now)? {
            return Ok(None);
        }
        key.possible = false;
        let key = *key;
        self.levels_by_token.remove(&key.token);
        Ok(Some(key))
    }

    /// Says whether the token with this number may still turn out to begin a key.
    pub(super) fn is_undecided(&mut self, token: usize, now: Mark) -> Result<bool, SyntaxFailure> {
        match self.levels_by_token.get(&token) {
            None => Ok(false),
            Some(0) => self.outermost.refresh(now),
            Some(level) => match self.inner.get_mut(level - 1) {
                None => Ok(false),
                Some(key) => key.refresh(now),
            },
        }
    }

    fn innermost(&mut self) -> &mut PossibleKey {
        self.inner.last_mut().unwrap_or(&mut self.outermost)
    }
}

/// The state of a level on which no key has begun.
fn nothing(token: usize) -> PossibleKey {
    PossibleKey { token, mark: Mark::default(), required: false, possible: false }
}
