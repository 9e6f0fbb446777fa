//! The kubelet's flags in systemd units and environment files.

/// Returns the value of the last `--name=value` or `--name value` in `text`.
///
/// The text is a unit or an environment file: flags stand anywhere in a line, often after
/// `VARIABLE=` and a quote. Lines that begin with `#` or `;` are comments.
pub(super) fn last_flag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut found = None;
    let mut words = words(text).peekable();
    while let Some(word) = words.next() {
        let Some(flag) = word.find("--").map(|at| &word[at + 2..]) else { continue };
        let (flag, value) = match flag.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (flag, None),
        };
        if flag.replace('_', "-") == name {
            found = value.or_else(|| words.next_if(|next| !next.starts_with('-'))).or(found);
        }
    }
    found
}

/// Returns the files that a unit reads variables from (`EnvironmentFile=`), in order.
pub(super) fn environment_files(unit: &str) -> impl Iterator<Item = &str> {
    unit.lines()
        .filter_map(|line| line.trim().strip_prefix("EnvironmentFile="))
        .map(|path| path.trim_start_matches('-').trim())
        .filter(|path| path.starts_with('/'))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with(['#', ';']))
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || c == '"' || c == '\''))
        .filter(|word| !word.is_empty() && *word != "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_found_in_every_place_a_kubelet_gets_it_from() {
        for text in [
            "KUBELET_EXTRA_ARGS=--config=/x",
            "KUBELET_EXTRA_ARGS=\"--v=2 --config /x --v=3\"",
            "Environment=\"KUBELET_CONFIG_ARGS=--config=/x\"",
            "ExecStart=/usr/bin/kubelet --v=2 \\\n    --config=/x \\\n    --v=3",
            "KUBELET_EXTRA_ARGS='--config=/y --config=/x'",
        ] {
            assert_eq!(last_flag(text, "config"), Some("/x"), "{text}");
        }
        assert_eq!(last_flag("A=--pod_manifest_path=/x", "pod-manifest-path"), Some("/x"));
    }

    #[test]
    fn comments_and_flags_that_only_begin_alike_are_no_match() {
        for text in ["# --config=/x", "; --config=/x", "--config-dir=/x", "--config --v=2", ""] {
            assert_eq!(last_flag(text, "config"), None, "{text}");
        }
    }

    #[test]
    fn environment_files_are_named_with_and_without_the_dash() {
        let unit = "[Service]\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\n\
                    EnvironmentFile=/etc/default/kubelet\nEnvironment=A=/b\n";
        let files: Vec<_> = environment_files(unit).collect();
        assert_eq!(files, ["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet"]);
    }
}
