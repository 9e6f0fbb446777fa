//! Real manifests, which lie outside of the repository.

use std::env;
use std::path::Path;

use kubectl_audit::host::need::skipped;
use kubectl_audit::manifest::{Manifest, StripPart, strip, transplant};

use crate::manifest::enable::{edits, enabled};
use crate::manifest::{judge, manifests_in, own_manifests, strip::nothing_has_to_be_made};

fn all() -> Vec<(String, Vec<u8>)> {
    let mut manifests = own_manifests();
    match env::var_os("KUBECTL_AUDIT_CORPUS") {
        Some(corpus) => {
            let found = manifests_in(Path::new(&corpus));
            assert!(!found.is_empty(), "no manifest in {}", corpus.display());
            manifests.extend(found);
        }
        None => skipped("corpus"),
    }
    manifests
}

#[test]
fn what_is_enabled_is_right_by_an_independent_judge_and_nothing_but_lines_is_added() {
    let (mut right, mut refused) = (vec![], vec![]);
    for (name, bytes) in all() {
        match enabled(&bytes) {
            Ok((before, after)) => {
                assert_eq!(judge::fault(before.text(), after.text()), None, "{name}");
                right.push(name);
            }
            Err(refusal) => refused.push(format!("{name}: {refusal}: {}", refusal.repair())),
        }
    }
    println!("{} right, {} refused:\n{}", right.len(), refused.len(), refused.join("\n"));
}

#[test]
fn enabling_twice_changes_nothing_more() {
    for (name, bytes) in all() {
        if let Ok((_, after)) = enabled(&bytes) {
            let again = after.edit(&edits(&after)).unwrap();
            assert_eq!(again.text(), after.text(), "{name}");
        }
    }
}

#[test]
fn stripping_gives_back_the_bytes_wherever_nothing_had_to_be_made() {
    let mut exact = 0;
    for (name, bytes) in all() {
        let Ok((before, after)) = enabled(&bytes) else { continue };
        let stripped = strip(&after, StripPart::All).unwrap();
        let was_off = before.flags().iter().all(|flag| !flag.is_audit());
        if was_off && nothing_has_to_be_made(&before) {
            assert_eq!(stripped.text(), before.text(), "{name}");
            exact += 1;
        }
        // A key that was made in block style goes as well.
        if was_off && !before.text().contains(['{', '~']) && !before.text().contains("null") {
            assert_eq!(stripped.text(), before.text(), "{name}");
        }
        assert!(stripped.flags().iter().all(|flag| !flag.is_audit()), "{name}");
        assert_eq!(strip(&stripped, StripPart::All).unwrap().text(), stripped.text(), "{name}");
    }
    assert!(exact >= 10, "only {exact}");
}

#[test]
fn transplanting_the_former_parts_undoes_enabling_byte_for_byte() {
    for (name, bytes) in all() {
        let Ok((before, after)) = enabled(&bytes) else { continue };
        let undone = transplant(&after, &before.audit_parts()).unwrap();
        // A null that was written out is the one thing that is not written again.
        if !before.text().contains("null") {
            assert_eq!(undone.text(), before.text(), "{name}");
        }
        assert_eq!(undone.audit_parts(), before.audit_parts(), "{name}");
    }
}

#[test]
fn transplanting_what_was_stripped_brings_back_what_the_server_reads() {
    for (name, bytes) in all() {
        let Ok(before) = Manifest::parse(&bytes) else { continue };
        let parts = before.audit_parts();
        let restored = transplant(&strip(&before, StripPart::All).unwrap(), &parts).unwrap();
        for flag in before.flags() {
            assert_eq!(restored.flag(&flag.name), before.flag(&flag.name), "{name}");
        }
        assert_eq!(restored.audit_parts().annotation, parts.annotation, "{name}");
        for mount in before.mounts() {
            let seen = restored.seen_at(&mount.mount_path).unwrap();
            assert_eq!(seen.node_path, mount.node_path(), "{name}: {}", mount.mount_path);
        }
    }
}
