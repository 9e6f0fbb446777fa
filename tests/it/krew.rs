//! The krew manifest: what krew refuses, and what its index asks for.

use serde_json::Value;

fn text<'a>(manifest: &'a Value, pointer: &str) -> &'a str {
    manifest.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn the_krew_manifest_holds_what_krew_and_its_index_ask_for() {
    let manifest = goyaml::decode(include_str!("../../krew/audit.yaml")).unwrap();
    let at = |pointer| text(&manifest, pointer);
    assert_eq!(at("/apiVersion"), "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(at("/kind"), "Plugin");
    assert_eq!(at("/metadata/name"), "audit", "the file name");
    assert!((1..=50).contains(&at("/spec/shortDescription").len()));
    assert!(at("/spec/description").lines().all(|line| line.len() <= 80));
    let platform =
        |pointer: &str| text(&manifest, &format!("/spec/platforms/0{pointer}")).to_owned();
    assert_eq!(platform("/bin"), env!("CARGO_PKG_NAME"));
    assert_eq!(platform("/sha256").len(), 64);
    assert_eq!(platform("/selector/matchLabels/os"), "linux");
    assert_eq!(platform("/selector/matchLabels/arch"), "amd64");
}

#[test]
fn everything_the_packaging_fills_in_stands_there_to_be_filled_in() {
    let text = include_str!("../../krew/audit.yaml");
    assert_eq!(text.matches("v0.0.0").count(), 3, "version, and twice in the address");
    assert_eq!(text.matches(&"0".repeat(64)).count(), 1);
    let repository = env!("CARGO_PKG_REPOSITORY");
    assert!(text.contains(&format!("uri: {repository}/releases/download/v0.0.0/")));
    assert!(text.contains(&format!("homepage: {repository}\n")));
}
