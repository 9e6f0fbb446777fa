//! Any bytes: no panic, every span inside the text, and the three readers agree.
#![no_main]

use goyaml::{NodeKind, Node};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let _ = goyaml::decode_with_places(bytes, 256);
        return;
    };
    if let Ok(documents) = goyaml::parse(text) {
        documents.iter().for_each(|document| inside(&document.root, text));
        let first = documents.first().map(goyaml::value_of);
        let whole = goyaml::decode(text);
        match first {
            Some(first) => assert_eq!(first.is_ok(), whole.is_ok()),
            None => assert_eq!(whole, Ok(serde_json::Value::Null)),
        }
    }
});

fn inside(node: &Node, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "{node:?}");
    match &node.kind {
        NodeKind::Sequence { items, .. } => items.iter().for_each(|item| inside(item, text)),
        NodeKind::Mapping { entries, .. } => entries.iter().for_each(|entry| {
            inside(&entry.key, text);
            inside(&entry.value, text);
        }),
        _ => {}
    }
}
