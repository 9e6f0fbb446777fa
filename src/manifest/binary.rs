//! Which word of a command line is the API server.

/// Returns the position of the API server among `words`; for hyperkube, of its subcommand.
///
/// What is before it is a wrapper with flags of its own, such as `/go-runner`. A word that
/// only names the server, as a lock file or the value of a flag may, is not followed by a flag.
pub(super) fn binary(words: &[String]) -> Option<usize> {
    let is_flag = |at: usize| words.get(at).is_none_or(|word| word.starts_with('-'));
    let candidates: Vec<usize> = (0..words.len()).filter(|at| is_binary(words, *at)).collect();
    candidates.iter().copied().find(|at| is_flag(at + 1)).or(candidates.first().copied())
}

fn is_binary(words: &[String], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| base_name(&words[before]));
    match base_name(&words[at]) {
        "kube-apiserver" => true,
        "apiserver" => matches!(before, None | Some("hyperkube")),
        _ => false,
    }
}

pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
