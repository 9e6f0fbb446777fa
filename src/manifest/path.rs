//! Absolute paths as text: which is below which.

/// Returns `path` without doubled and trailing slashes, `.` and `..` (Go: `path.Clean`).
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Returns what remains of `path` below `top`: empty if they are the same; `None` if it does not
/// lie there.
pub(super) fn below(path: &str, top: &str) -> Option<String> {
    let (path, top) = (clean(path), clean(top));
    if top == "/" {
        return Some(path.trim_start_matches('/').to_owned());
    }
    let rest = path.strip_prefix(&top)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
}

/// Returns whether `path` is `top` or is below it.
pub(super) fn is_below(path: &str, top: &str) -> bool {
    below(path, top).is_some()
}

/// Returns `path` joined with `rest`, which may be empty.
pub(super) fn join(path: &str, rest: &str) -> String {
    clean(&format!("{path}/{rest}"))
}

/// Returns the absolute paths that a text names, such as both of `--x=/a,/b`.
pub(super) fn named(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || ",=:;\"'`()[]{}<>|&".contains(c);
    text.split(ends).filter(|part| part.starts_with('/'))
}

/// Returns the number of parts of a path, which tells the deeper one of two.
pub(super) fn depth(path: &str) -> usize {
    clean(path).split('/').filter(|part| !part.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_counts_whole_names() {
        assert_eq!(below("/var/log/a", "/var/log/").as_deref(), Some("a"));
        assert_eq!(below("/var/log", "/var//log").as_deref(), Some(""));
        assert_eq!(below("/var/logs", "/var/log"), None);
        assert_eq!(below("/x", "/").as_deref(), Some("x"));
    }

    #[test]
    fn paths_are_found_inside_flags() {
        let found: Vec<_> = named("--a=/x,/y/z --b=file:/w c/d").collect();
        assert_eq!(found, ["/x", "/y/z", "/w"]);
    }
}
