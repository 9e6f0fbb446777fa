//! Selectors in a query: what one requires of an object's name, and whether one can be read.

/// Returns the value a field selector requires a field to have, if it can be read and requires one
/// (Go: `fields.ParseSelector`, `Selector.RequiresExactMatch`).
pub(super) fn required_field(selector: &str, field: &str) -> Option<String> {
    let mut terms = split_terms(selector);
    terms.sort_unstable();
    let mut required = None;
    for term in terms.into_iter().filter(|term| !term.is_empty()) {
        let (name, rest) = term.split_at(term.find('=')?);
        let value = unescape(rest.strip_prefix("==").unwrap_or(&rest[1..]))?;
        if name == field && required.is_none() {
            required = Some(value);
        }
    }
    required
}

/// Splits at the commas that no backslash escapes.
fn split_terms(selector: &str) -> Vec<&str> {
    let mut escaped = false;
    let at_comma = |c| {
        let splits = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    };
    selector.split(at_comma).collect()
}

/// Undoes `\\`, `\,` and `\=`; `None` if there is another escape, or a comma or an equals sign
/// without one.
fn unescape(value: &str) -> Option<String> {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => chars.next().filter(|c| matches!(c, '\\' | ',' | '='))?,
            ',' | '=' => return None,
            c => c,
        });
    }
    Some(text)
}

/// Says whether a text is a label selector (Go: `labels.Parse`).
pub(super) fn is_label_selector(selector: &str) -> bool {
    let mut tokens = Tokens { rest: selector.as_bytes() };
    loop {
        if tokens.peek() == SelectorToken::End {
            return true;
        }
        if !tokens.requirement() {
            return false;
        }
        match tokens.next() {
            SelectorToken::End => return true,
            SelectorToken::Comma
                if matches!(tokens.peek(), SelectorToken::Word(_) | SelectorToken::Not) => {}
            _ => return false,
        }
    }
}

/// A token of a label selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SelectorToken<'a> {
    End,
    Comma,
    Not,
    Open,
    Close,
    Equal,
    NotEqual,
    Greater,
    Less,
    /// Also `in` and `notin`, which are operators only after a key.
    Word(&'a [u8]),
}

#[derive(Clone, Copy)]
struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    fn peek(&self) -> SelectorToken<'a> {
        Self { rest: self.rest }.next()
    }

    /// A NUL ends a word, and the selector if it is before one.
    fn next(&mut self) -> SelectorToken<'a> {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let (token, rest) = match self.rest {
            [] | [0, ..] => (SelectorToken::End, &[][..]),
            [b'=', b'=', rest @ ..] | [b'=', rest @ ..] => (SelectorToken::Equal, rest),
            [b'!', b'=', rest @ ..] => (SelectorToken::NotEqual, rest),
            [b'!', rest @ ..] => (SelectorToken::Not, rest),
            [b',', rest @ ..] => (SelectorToken::Comma, rest),
            [b'(', rest @ ..] => (SelectorToken::Open, rest),
            [b')', rest @ ..] => (SelectorToken::Close, rest),
            [b'>', rest @ ..] => (SelectorToken::Greater, rest),
            [b'<', rest @ ..] => (SelectorToken::Less, rest),
            text => {
                let ends = |byte: &u8| b"=!(),>< \t\r\n\0".contains(byte);
                let end = text.iter().position(ends).unwrap_or(text.len());
                let (word, rest) = text.split_at(end);
                (SelectorToken::Word(word), rest.strip_prefix(b"\0").unwrap_or(rest))
            }
        };
        self.rest = rest;
        token
    }

    fn requirement(&mut self) -> bool {
        let mut first = self.next();
        let negated = first == SelectorToken::Not;
        if negated {
            first = self.next();
        }
        if !matches!(first, SelectorToken::Word(key) if is_label_key(key)) {
            return false;
        }
        if negated || matches!(self.peek(), SelectorToken::End | SelectorToken::Comma) {
            return true;
        }
        match self.next() {
            SelectorToken::Word(b"in" | b"notin") => {
                self.next() == SelectorToken::Open && self.values()
            }
            SelectorToken::Equal | SelectorToken::NotEqual => self.value(is_label_value),
            SelectorToken::Greater | SelectorToken::Less => self.value(is_label_int),
            _ => false,
        }
    }

    /// One value, which is empty if the requirement is over.
    fn value(&mut self, is_right: fn(&[u8]) -> bool) -> bool {
        match self.peek() {
            SelectorToken::End | SelectorToken::Comma => is_right(b""),
            SelectorToken::Word(value) => {
                self.next();
                is_right(value)
            }
            _ => false,
        }
    }

    /// The values up to the closing bracket; between commas there may be nothing.
    fn values(&mut self) -> bool {
        loop {
            match self.next() {
                SelectorToken::Close => return true,
                SelectorToken::Comma => {}
                SelectorToken::Word(value) if is_label_value(value) => {
                    if !matches!(self.peek(), SelectorToken::Comma | SelectorToken::Close) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }
}

/// Go: `content.IsLabelKey`.
fn is_label_key(key: &[u8]) -> bool {
    let mut parts = key.split(|byte| *byte == b'/');
    let (prefix, name) = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => (None, name),
        (Some(prefix), Some(name), None) => (Some(prefix), name),
        _ => return false,
    };
    !name.is_empty() && is_label_value(name) && prefix.is_none_or(is_subdomain)
}

/// Go: `content.IsLabelValue`.
fn is_label_value(value: &[u8]) -> bool {
    let ends_well = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    value.len() <= 63
        && ends_well(value.first())
        && ends_well(value.last())
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

fn is_label_int(value: &[u8]) -> bool {
    is_label_value(value) && str::from_utf8(value).is_ok_and(|text| text.parse::<i64>().is_ok())
}

fn is_subdomain(name: &[u8]) -> bool {
    str::from_utf8(name).is_ok_and(|name| super::names::not_a_subdomain(name).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_selector_may_require_one_value() {
        let name = |selector: &str| required_field(selector, "metadata.name");
        assert_eq!(name("metadata.name=a").as_deref(), Some("a"));
        assert_eq!(name("spec.x!=b,metadata.name==a\\,b").as_deref(), Some("a,b"));
        for selector in ["", "metadata.name!=a", "metadata.name=a,x", "metadata.name=a=b", "a=\\x"]
        {
            assert_eq!(name(selector), None, "{selector}");
        }
    }

    #[test]
    fn label_selectors_are_read_as_the_server_reads_them() {
        for good in [
            "",
            " ",
            "a",
            "!a",
            "a=b, c!=d",
            "a in (b,,c)",
            "a in ()",
            "x.y/a notin(in)",
            "a>1",
            "a=",
        ] {
            assert!(is_label_selector(good), "{good}");
        }
        for bad in
            [",", "a,", "a b", "a=b=c", "a in b", "a in (b", "-a", "a=_", "!a=b", "a>x", "a/b/c"]
        {
            assert!(!is_label_selector(bad), "{bad}");
        }
    }
}
