//! Names of namespaces and API groups: DNS labels and subdomains, as the API server checks them.

/// Bytes of the longest DNS subdomain (Go: `validation.DNS1123SubdomainMaxLength`).
const LONGEST_SUBDOMAIN: usize = 253;

/// Returns what keeps a name from being a DNS subdomain (Go: `validation.IsDNS1123Subdomain`).
pub(crate) fn not_a_subdomain(name: &str) -> Vec<String> {
    let mut wrong = vec![];
    if name.len() > LONGEST_SUBDOMAIN {
        wrong.push(format!("must be no more than {LONGEST_SUBDOMAIN} characters"));
    }
    if !name.split('.').all(is_label) {
        wrong.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character (e.g. \
             'example.com', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    wrong
}

/// Says whether a text is a DNS label, of any length.
pub(crate) fn is_label(label: &str) -> bool {
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (first, last) = (label.bytes().next(), label.bytes().last());
    first.is_some_and(is_alphanumeric)
        && last.is_some_and(is_alphanumeric)
        && label.bytes().all(|byte| is_alphanumeric(byte) || byte == b'-')
}
