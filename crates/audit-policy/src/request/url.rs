//! Request URIs as Go's HTTP server takes them apart.

use std::borrow::Cow;

/// A path with its query (Go: `url.ParseRequestURI`).
#[derive(Debug)]
pub(super) struct Url<'a> {
    /// The path as it is written.
    raw_path: &'a str,
    /// The path without escapes.
    pub(super) path: Cow<'a, str>,
    query: Option<&'a str>,
}

/// A text is no request URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{uri}` is no request URI")]
pub struct UrlError {
    /// The text.
    pub uri: String,
}

impl<'a> Url<'a> {
    /// Takes apart a URI that begins with its path.
    ///
    /// # Errors
    ///
    /// Fails for a text that does not begin with `/`, has control characters, or bad escapes in its
    /// path.
    pub(super) fn parse(uri: &'a str) -> Result<Self, UrlError> {
        let bad = || UrlError { uri: uri.to_owned() };
        if !uri.starts_with('/') || uri.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(bad());
        }
        let (raw_path, query) = match uri.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (uri, None),
        };
        let path = unescape(raw_path).ok_or_else(bad)?;
        Ok(Self { raw_path, path, query })
    }

    /// Returns the first value of a parameter. What Go cannot read of a query it skips.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.query?.split('&').filter(|pair| !pair.contains(';') && !pair.is_empty()).find_map(
            |pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                let key = unescape(&key.replace('+', " "))?.into_owned();
                let value = unescape(&value.replace('+', " "))?.into_owned();
                (key == name).then_some(value)
            },
        )
    }

    /// Returns the URL as Go writes it: escaped again if it was written with characters that ought
    /// to be escaped.
    pub(super) fn written(&self) -> String {
        let valid = self.raw_path.bytes().all(|byte| may_stand_in_path(byte) || is_tolerated(byte));
        let mut text = if valid { self.raw_path.to_owned() } else { escape(&self.path) };
        if let Some(query) = self.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }
}

/// Undoes percent escapes; `None` if one is broken.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = tail else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push((digit(*high)? << 4 | digit(*low)?) as u8);
        rest = tail;
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

fn escape(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            byte if may_stand_in_path(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn may_stand_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte)
}

/// What Go leaves as it is, though it would not write it so itself.
fn is_tolerated(byte: u8) -> bool {
    b"!'()*[]%".contains(&byte)
}
