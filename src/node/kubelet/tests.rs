//! Tests of `kubelet`.

use super::*;
use crate::host::Fake;

/// A machine with these files.
fn machine(files: &[(&str, &str)]) -> Fake {
    let fake = Fake::new();
    fake.with(|machine| {
        for (path, text) in files {
            machine.put(path, text, 0o644);
        }
    });
    fake
}

fn manifests(files: &[(&str, &str)]) -> Option<(String, String)> {
    let said = Kubelet::read(&machine(files)).manifests?;
    Some((said.path.display().to_string(), said.by.display().to_string()))
}

const KUBEADM: (&str, &str) = (
    "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
    "[Service]\nEnvironment=\"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml\"\n\
     EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\n\
     EnvironmentFile=-/etc/default/kubelet\n",
);

#[test]
fn kubeadms_configuration_is_found_with_and_without_a_unit() {
    let config = (CONFIG, "staticPodPath: /etc/kubernetes/manifests\nfileCheckFrequency: 0s\n");
    let wanted = Some(("/etc/kubernetes/manifests".to_owned(), CONFIG.to_owned()));
    assert_eq!(manifests(&[config]), wanted);
    assert_eq!(manifests(&[KUBEADM, config]), wanted);
    assert_eq!(Kubelet::read(&machine(&[config])).recheck, Duration::from_secs(20));
}

#[test]
fn flags_win_over_files_and_the_unit_may_name_other_files() {
    let files = [
        KUBEADM,
        (CONFIG, "staticPodPath: /a\n"),
        ("/etc/systemd/system/kubelet.service.d/20-own.conf", "Environment=X=--config=/own.yaml"),
        ("/own.yaml", "staticPodPath: /own\nfileCheckFrequency: 5s\n"),
    ];
    assert_eq!(manifests(&files), Some(("/own".to_owned(), "/own.yaml".to_owned())));
    assert_eq!(Kubelet::read(&machine(&files)).recheck, Duration::from_secs(5));
    let flag = ("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--pod-manifest-path=/flag");
    let files = [files.as_slice(), &[flag]].concat();
    assert_eq!(manifests(&files), Some(("/flag".to_owned(), flag.0.to_owned())));
}

#[test]
fn a_drop_in_of_the_administrator_hides_the_distributions_of_the_same_name() {
    let files = [
        ("/lib/systemd/system/kubelet.service.d/10.conf", "X=--pod-manifest-path=/lib"),
        ("/etc/systemd/system/kubelet.service.d/10.conf", "X=--v=2"),
        (CONFIG, "staticPodPath: /config\n"),
    ];
    assert_eq!(manifests(&files).unwrap().0, "/config");
}

#[test]
fn files_of_the_configuration_directory_come_after_the_configuration() {
    let files = [
        ("/etc/default/kubelet", "X=--config-dir=/etc/kubelet.d"),
        (CONFIG, "staticPodPath: /main\n"),
        ("/etc/kubelet.d/10.conf", "staticPodPath: /ten\n"),
        ("/etc/kubelet.d/20.conf", "staticPodPath: /twenty\n"),
        ("/etc/kubelet.d/30.yaml", "staticPodPath: /not-read\n"),
    ];
    assert_eq!(manifests(&files).unwrap().0, "/twenty");
}

#[test]
fn the_limits_of_container_logs_are_read_in_every_unit() {
    let log = |text| Kubelet::read(&machine(&[(CONFIG, text)])).container_log;
    assert_eq!(log(""), DEFAULT_LOG);
    let said = log("containerLogMaxSize: 50Mi\ncontainerLogMaxFiles: 9\n");
    assert_eq!(said, ContainerLogLimits { bytes: 50 << 20, files: 9 });
    assert_eq!(bytes("2G"), Some(2_000_000_000));
    assert_eq!(bytes("1e3"), None);
}

#[test]
fn a_directory_that_is_not_watched_is_said() {
    let kubelet = Kubelet::read(&machine(&[(CONFIG, "staticPodPath: /watched\n")]));
    assert_eq!(check(&kubelet, Path::new("/watched/kube-apiserver.yaml")), []);
    let findings = check(&kubelet, Path::new("/etc/kubernetes/manifests/kube-apiserver.yaml"));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert!(findings[0].message.contains("`/watched`"), "{}", findings[0].message);
}

#[test]
fn a_configuration_that_is_no_yaml_is_said() {
    let kubelet = Kubelet::read(&machine(&[(CONFIG, "staticPodPath: [\n")]));
    assert_eq!(kubelet.manifests, None);
    assert_eq!(check(&kubelet, Path::new("/x/y.yaml"))[0].id, "kubelet-config");
}
