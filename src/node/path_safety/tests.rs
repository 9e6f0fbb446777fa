//! Tests of `path_safety`.

use super::*;
use crate::host::Fake;
use crate::owner::Owner;

const PATH: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";

fn machine() -> Fake {
    let fake = Fake::new();
    fake.with(|machine| machine.put(PATH, "", 0o600));
    fake
}

fn findings(fake: &Fake, path: &str, trust: DirectoryTrust) -> Vec<(&'static str, Severity)> {
    let path_check = PathCheck::read(fake, Path::new(path)).unwrap();
    check(&path_check, trust).into_iter().map(|finding| (finding.id, finding.severity)).collect()
}

fn with_directory(owner: Owner, mode: u32) -> Fake {
    let fake = machine();
    fake.set_owner(Path::new("/etc/kubernetes"), owner).unwrap();
    fake.set_mode(Path::new("/etc/kubernetes"), mode).unwrap();
    fake
}

#[test]
fn roots_own_directories_are_fine_also_where_the_path_ends_before_it_begins() {
    assert_eq!(findings(&machine(), PATH, DirectoryTrust::Root), []);
    assert_eq!(findings(&machine(), "/var/log/kubernetes/audit", DirectoryTrust::Root), []);
}

#[test]
fn a_directory_of_another_user_is_refused_but_not_to_its_owner() {
    let fake = with_directory(Owner { uid: 1000, gid: 0 }, 0o755);
    let refused = [("path-owner", Severity::Error)];
    assert_eq!(findings(&fake, PATH, DirectoryTrust::Root), refused);
    assert_eq!(findings(&fake, PATH, DirectoryTrust::User(1001)), refused);
    assert_eq!(findings(&fake, PATH, DirectoryTrust::User(1000)), []);
}

#[test]
fn a_directory_others_may_write_to_is_refused_the_sticky_bit_notwithstanding() {
    for mode in [0o757, 0o1777] {
        let fake = with_directory(Owner::ROOT, mode);
        assert_eq!(
            findings(&fake, PATH, DirectoryTrust::Root),
            [("path-writable", Severity::Error)]
        );
    }
}

#[test]
fn the_directory_at_the_end_may_be_anybodys_but_not_open_to_everybody() {
    let directory = "/etc/kubernetes";
    let fake = with_directory(Owner { uid: 65_534, gid: 0 }, 0o700);
    assert_eq!(findings(&fake, directory, DirectoryTrust::Root), []);
    let fake = with_directory(Owner { uid: 65_534, gid: 0 }, 0o777);
    assert_eq!(
        findings(&fake, directory, DirectoryTrust::Root),
        [("path-writable", Severity::Error)]
    );
}

#[test]
fn a_group_that_may_write_is_said_if_it_is_the_systems_and_refused_otherwise() {
    for (gid, wanted) in [
        (0, None),
        (4, Some(("path-group", Severity::Warning))),
        (1000, Some(("path-writable", Severity::Error))),
    ] {
        let fake = with_directory(Owner { uid: 0, gid }, 0o775);
        assert_eq!(findings(&fake, PATH, DirectoryTrust::Root), Vec::from_iter(wanted), "{gid}");
    }
}

#[test]
fn a_link_on_the_way_and_at_the_end_is_refused() {
    let refused = [("path-symlink", Severity::Error)];
    let fake = machine();
    fake.with(|machine| {
        machine.put_symlink("/etc/k8s", "/etc/kubernetes");
        machine.put_symlink("/etc/kubernetes/manifests/link.yaml", PATH);
    });
    assert_eq!(
        findings(&fake, "/etc/k8s/manifests/kube-apiserver.yaml", DirectoryTrust::Root),
        refused
    );
    assert_eq!(
        findings(&fake, "/etc/kubernetes/manifests/link.yaml", DirectoryTrust::Root),
        refused
    );
}

#[test]
fn a_path_that_is_not_plain_or_the_kernels_is_refused() {
    for (path, id) in [
        ("relative", "path-form"),
        ("/etc/../x", "path-form"),
        ("/etc/a\nb", "path-form"),
        ("/proc/1/x", "path-kernel"),
        ("/dev/stdout", "path-kernel"),
    ] {
        assert_eq!(
            findings(&machine(), path, DirectoryTrust::Root),
            [(id, Severity::Error)],
            "{path}"
        );
    }
}

#[test]
fn a_file_on_the_way_is_refused() {
    let path = format!("{PATH}/log");
    assert_eq!(findings(&machine(), &path, DirectoryTrust::Root), [("path-kind", Severity::Error)]);
}

#[test]
fn an_immutable_file_or_directory_is_refused_before_anything_is_tried() {
    for path in [PATH, "/etc/kubernetes/manifests"] {
        let fake = machine();
        fake.with(|machine| machine.set_immutable(path, true));
        let refused = [("path-immutable", Severity::Error)];
        assert_eq!(findings(&fake, PATH, DirectoryTrust::Root), refused, "{path}");
    }
}

#[test]
fn a_file_system_that_is_mounted_read_only_is_refused_before_anything_is_tried() {
    for path in [PATH, "/etc/kubernetes/audit/policy.yaml"] {
        let fake = machine();
        fake.with(|machine| machine.set_read_only(true));
        let refused = [("path-read-only", Severity::Error)];
        assert_eq!(findings(&fake, path, DirectoryTrust::Root), refused, "{path}");
    }
}

#[test]
fn below_a_root_the_checks_start_below_it() {
    let fake = machine();
    fake.set_mode(Path::new("/"), 0o777).unwrap();
    assert_eq!(findings(&fake, PATH, DirectoryTrust::Root), [("path-writable", Severity::Error)]);
    assert_eq!(findings(&fake, PATH, DirectoryTrust::User(0)), []);
}
