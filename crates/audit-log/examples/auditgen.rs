//! Deterministic generator of audit.k8s.io/v1 Event JSON lines as kube-apiserver's log backend writes them.
//! usage: auditgen --size 1GiB [--seed 42] [--nodes 60] [--profile mixed|metadata|full] [--start 2026-11-01] > audit.log
//! Same arguments -> same bytes. No dependencies.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::redundant_closure_for_method_calls,
    clippy::uninlined_format_args,
    clippy::use_self,
    reason = "a generator of test data, dense on purpose"
)]
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};

#[derive(Clone)]
struct Rng(u64);
impl Rng {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E3779B97F4A7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        ((self.next() >> 32).wrapping_mul(n)) >> 32
    }
    fn f(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    fn p(&mut self, p: f64) -> bool {
        self.f() < p
    }
    fn pick<'a, T: ?Sized>(&mut self, v: &[&'a T]) -> &'a T {
        v[self.below(v.len() as u64) as usize]
    }
    /// skewed pick (zipf-like): low indexes much more often
    fn skew(&mut self, n: u64) -> u64 {
        let x = self.f();
        ((x * x * x) * n as f64) as u64
    }
    fn exp(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.f()).ln()
    }
}

/// Go encoding/json string escaping with EscapeHTML (what the apiserver's encoder does)
fn js(out: &mut String, s: &str) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
fn jss(s: &str) -> String {
    let mut o = String::with_capacity(s.len() + 8);
    js(&mut o, s);
    o
}

fn civil(days: i64) -> (i64, u32, u32) {
    let z = days + 719468;
    let era = z.div_euclid(146097);
    let doe = z.rem_euclid(146097);
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    let y = yoe + era * 400;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let m = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    (if m <= 2 { y + 1 } else { y }, m, d)
}
fn ts(us: u64, micro: bool) -> String {
    let s = us / 1_000_000;
    let (y, m, d) = civil((s / 86400) as i64);
    let t = s % 86400;
    if micro {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            y,
            m,
            d,
            t / 3600,
            t / 60 % 60,
            t % 60,
            us % 1_000_000
        )
    } else {
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", y, m, d, t / 3600, t / 60 % 60, t % 60)
    }
}
fn uuid(r: &mut Rng) -> String {
    let a = r.next();
    let b = r.next();
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 50 & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}
fn rs(r: &mut Rng, n: usize) -> String {
    const A: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    (0..n).map(|_| A[r.below(A.len() as u64) as usize] as char).collect()
}
fn b64(r: &mut Rng, n: usize) -> String {
    const A: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut s: String = (0..n / 4 * 4).map(|_| A[r.below(64) as usize] as char).collect();
    s.push_str("==");
    s
}

const NS: &[&str] = &[
    "kube-system",
    "default",
    "payments",
    "checkout",
    "monitoring",
    "ingress-nginx",
    "team-a",
    "team-b",
    "d8-virtualization",
    "cert-manager",
    "argocd",
    "ci-runners",
    "search",
    "ml-training",
];
const APPS: &[&str] = &[
    "api",
    "web",
    "worker",
    "redis",
    "postgres",
    "gateway",
    "billing",
    "frontend",
    "cron-sync",
    "indexer",
    "auth",
    "mailer",
];
const USERS: &[&str] = &[
    "jane@corp.example",
    "kubernetes-admin",
    "bob@corp.example",
    "oidc:анна.иванова@corp.example",
    "CORP\\svc-deploy",
    "ops:müller",
    "admin",
    "dev-7@corp.example",
];
const SAS: &[&str] = &[
    "kube-system:generic-garbage-collector",
    "kube-system:replicaset-controller",
    "kube-system:deployment-controller",
    "kube-system:namespace-controller",
    "kube-system:endpointslice-controller",
    "kube-system:job-controller",
    "kube-system:cronjob-controller",
    "kube-system:node-problem-detector",
    "kube-system:coredns",
    "monitoring:prometheus-k8s",
    "argocd:argocd-application-controller",
    "cert-manager:cert-manager",
    "ingress-nginx:ingress-nginx",
    "ci-runners:runner",
];

struct Req {
    id: String,
    uri: String,
    verb: &'static str,
    user: String,
    imp: Option<String>,
    ip: String,
    agent: String,
    oref: Option<String>,
    level: &'static str,
    req: Option<String>,
    resp: Option<String>,
    code: u32,
    status: String,
    ann: Vec<(String, String)>,
    lat_us: u64,
    watch: bool,
}

struct Gen {
    r: Rng,
    nodes: u64,
    profile: u8,
}

impl Gen {
    fn u_node(&mut self, n: u64) -> String {
        format!(
            r#"{{"username":"system:node:node-{n:03}","groups":["system:nodes","system:authenticated"],"extra":{{"authentication.kubernetes.io/credential-id":["X509SHA256={:064x}"]}}}}"#,
            (n as u128 + 1).wrapping_mul(0x9E3779B97F4A7C15F39CC0605CEDC834)
        )
    }
    fn u_sa(&mut self, sa: &str) -> String {
        let (ns, name) = sa.split_once(':').unwrap();
        let mut h: u64 = 1469598103934665603;
        for b in sa.bytes() {
            h = (h ^ b as u64).wrapping_mul(1099511628211);
        }
        let mut x = Rng(h);
        let uid = uuid(&mut x);
        let pod = format!("{}-{}-{}", name, rs(&mut x, 9), rs(&mut x, 5));
        let node = x.below(self.nodes);
        format!(
            r#"{{"username":"system:serviceaccount:{ns}:{name}","uid":"{uid}","groups":["system:serviceaccounts","system:serviceaccounts:{ns}","system:authenticated"],"extra":{{"authentication.kubernetes.io/credential-id":["JTI={}"],"authentication.kubernetes.io/node-name":["node-{node:03}"],"authentication.kubernetes.io/node-uid":["{}"],"authentication.kubernetes.io/pod-name":["{pod}"],"authentication.kubernetes.io/pod-uid":["{}"]}}}}"#,
            uuid(&mut x),
            uuid(&mut x),
            uuid(&mut x)
        )
    }
    fn u_user(&mut self, u: &str) -> String {
        format!(
            r#"{{"username":{},"groups":["{}","system:authenticated"],"extra":{{"authentication.kubernetes.io/credential-id":["X509SHA256={:032x}{:032x}"]}}}}"#,
            jss(u),
            if u.contains("admin") { "kubeadm:cluster-admins" } else { "oidc:developers" },
            (u.len() as u128).wrapping_mul(0x9E3779B97F4A7C15F39CC0605CEDC834) % (1 << 120),
            77u128 * u.len() as u128
        )
    }
    fn meta(&mut self, name: &str, ns: &str, app: &str, now: u64, managed: usize) -> String {
        let mut s = String::with_capacity(800);
        let _ = write!(
            s,
            r#"{{"name":"{name}","namespace":"{ns}","uid":"{}","resourceVersion":"{}","creationTimestamp":"{}","labels":{{"app.kubernetes.io/name":"{app}","app.kubernetes.io/part-of":"shop","pod-template-hash":"{}"}}"#,
            uuid(&mut self.r),
            100_000_000 + now / 1_000_000 % 100_000_000,
            ts(now - 86_400_000_000, false),
            rs(&mut self.r, 10)
        );
        if managed > 0 {
            s.push_str(r#","managedFields":["#);
            for i in 0..managed {
                if i > 0 {
                    s.push(',');
                }
                let _ = write!(
                    s,
                    r#"{{"manager":"{}","operation":"{}","apiVersion":"apps/v1","time":"{}","fieldsType":"FieldsV1","fieldsV1":{{"f:metadata":{{"f:annotations":{{".":{{}},"f:kubectl.kubernetes.io/last-applied-configuration":{{}}}},"f:labels":{{".":{{}},"f:app.kubernetes.io/name":{{}}}}}},"f:spec":{{"f:progressDeadlineSeconds":{{}},"f:replicas":{{}},"f:revisionHistoryLimit":{{}},"f:selector":{{}},"f:strategy":{{"f:rollingUpdate":{{".":{{}},"f:maxSurge":{{}},"f:maxUnavailable":{{}}}},"f:type":{{}}}},"f:template":{{"f:spec":{{"f:containers":{{"k:{{\"name\":\"{app}\"}}":{{".":{{}},"f:image":{{}},"f:imagePullPolicy":{{}},"f:name":{{}},"f:ports":{{".":{{}},"k:{{\"containerPort\":8080,\"protocol\":\"TCP\"}}":{{".":{{}},"f:containerPort":{{}},"f:protocol":{{}}}}}},"f:resources":{{}},"f:terminationMessagePath":{{}}}}}},"f:dnsPolicy":{{}},"f:restartPolicy":{{}}}}}}}}}}}}"#,
                    ["kubectl-client-side-apply", "kube-controller-manager", "argocd-controller"]
                        [i % 3],
                    ["Update", "Apply"][i % 2],
                    ts(now - 3_600_000_000, false)
                );
            }
            s.push(']');
        }
        s.push('}');
        s
    }
    fn podspec(&mut self, app: &str) -> String {
        let mut env = String::new();
        for i in 0..4 + self.r.below(10) {
            if i > 0 {
                env.push(',');
            }
            let _ = write!(
                env,
                r#"{{"name":"CFG_{i}_{}","value":{}}}"#,
                rs(&mut self.r, 6).to_uppercase(),
                jss(self.r.clone().pick(&[
                    "true",
                    "postgres://db.payments.svc:5432/app?sslmode=require&pool=10",
                    "/etc/app/config.yaml",
                    "a<b && c>d",
                    "многоязычный текст ✓",
                    "line1\nline2\t\"quoted\"",
                    "8080"
                ]))
            );
            self.r.next();
        }
        format!(
            r#"{{"volumes":[{{"name":"kube-api-access-{}","projected":{{"sources":[{{"serviceAccountToken":{{"expirationSeconds":3607,"path":"token"}}}},{{"configMap":{{"name":"kube-root-ca.crt","items":[{{"key":"ca.crt","path":"ca.crt"}}]}}}}],"defaultMode":420}}}}],"containers":[{{"name":"{app}","image":"registry.corp.example/shop/{app}:v1.{}.{}@sha256:{:064x}","ports":[{{"containerPort":8080,"protocol":"TCP"}}],"env":[{env}],"resources":{{"limits":{{"cpu":"1","memory":"512Mi"}},"requests":{{"cpu":"100m","memory":"128Mi"}}}},"volumeMounts":[{{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}}],"livenessProbe":{{"httpGet":{{"path":"/healthz","port":8080,"scheme":"HTTP"}},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent","securityContext":{{"runAsNonRoot":true,"allowPrivilegeEscalation":false}}}}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"{app}","securityContext":{{}},"schedulerName":"default-scheduler","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}}"#,
            rs(&mut self.r, 5),
            self.r.below(40),
            self.r.below(20),
            self.r.next() as u128 * self.r.next() as u128
        )
    }
    fn deploy(&mut self, name: &str, ns: &str, app: &str, now: u64, resp: bool) -> String {
        let spec = self.podspec(app);
        let md = self.meta(name, ns, app, now, if resp { 3 } else { 0 });
        let last = format!(
            "{{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{{\"annotations\":{{}},\"name\":\"{name}\",\"namespace\":\"{ns}\"}},\"spec\":{{\"replicas\":3,\"template\":{{\"spec\":{spec}}}}}}}\n"
        );
        format!(
            r#"{{"kind":"Deployment","apiVersion":"apps/v1","metadata":{},"annotations":{{"deployment.kubernetes.io/revision":"{}","kubectl.kubernetes.io/last-applied-configuration":{}}}}},"spec":{{"replicas":{},"selector":{{"matchLabels":{{"app.kubernetes.io/name":"{app}"}}}},"template":{{"metadata":{{"creationTimestamp":null,"labels":{{"app.kubernetes.io/name":"{app}"}}}},"spec":{spec}}},"strategy":{{"type":"RollingUpdate","rollingUpdate":{{"maxUnavailable":"25%","maxSurge":"25%"}}}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600}},"status":{{"observedGeneration":{},"replicas":3,"updatedReplicas":3,"readyReplicas":3,"availableReplicas":3,"conditions":[{{"type":"Available","status":"True","lastUpdateTime":"{}","reason":"MinimumReplicasAvailable","message":"Deployment has minimum availability."}}]}}}}"#,
            &md[..md.len() - 1],
            self.r.below(90),
            jss(&last),
            1 + self.r.below(9),
            self.r.below(90),
            ts(now - 5_000_000, false)
        )
    }
    fn pod(&mut self, name: &str, ns: &str, app: &str, now: u64) -> String {
        let m = self.meta(name, ns, app, now, 2);
        let spec = self.podspec(app);
        let n = self.r.below(self.nodes);
        format!(
            r#"{{"kind":"Pod","apiVersion":"v1","metadata":{m},"spec":{spec},"status":{{"phase":"Running","conditions":[{{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}}],"hostIP":"10.0.{n}.4","podIP":"10.244.{n}.{1}","startTime":"{0}","containerStatuses":[{{"name":"{app}","state":{{"running":{{"startedAt":"{0}"}}}},"lastState":{{}},"ready":true,"restartCount":0,"image":"registry.corp.example/shop/{app}:v1","containerID":"containerd://{2:064x}"}}],"qosClass":"Burstable"}}}}"#,
            ts(now - 9_000_000, false),
            self.r.below(250),
            self.r.next() as u128 * self.r.next() as u128
        )
    }
    fn node_patch(&mut self, n: u64, now: u64) -> String {
        let t = ts(now, false);
        let mut s = format!(
            r#"{{"status":{{"$setElementOrder/conditions":[{{"type":"MemoryPressure"}},{{"type":"DiskPressure"}},{{"type":"PIDPressure"}},{{"type":"Ready"}}],"conditions":["#
        );
        for (i, c) in ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].iter().enumerate()
        {
            if i > 0 {
                s.push(',');
            }
            let _ = write!(s, r#"{{"lastHeartbeatTime":"{t}","type":"{c}"}}"#);
        }
        s.push(']');
        if self.r.p(0.25) {
            s.push_str(r#","images":["#);
            self.images(&mut s, n);
            s.push(']');
        }
        s.push_str("}}");
        s
    }
    /// The images of a node, as a node names them in its status.
    fn images(&mut self, s: &mut String, n: u64) {
        for i in 0..50 {
            if i > 0 {
                s.push(',');
            }
            let _ = write!(
                s,
                r#"{{"names":["registry.corp.example/shop/{}@sha256:{:064x}","registry.corp.example/shop/{}:v1.{i}.0"],"sizeBytes":{}}}"#,
                APPS[i % 12],
                (n as u128 + 1) * (i as u128 + 3) * 0x9E3779B97F4A7C15F39CC060,
                APPS[i % 12],
                1_000_000 + self.r.below(900_000_000)
            );
        }
    }
    fn node_full(&mut self, n: u64, now: u64) -> String {
        let mut s = format!(
            r#"{{"kind":"Node","apiVersion":"v1","metadata":{{"name":"node-{n:03}","uid":"{}","labels":{{"kubernetes.io/arch":"amd64","kubernetes.io/hostname":"node-{n:03}","topology.kubernetes.io/zone":"z{}"}}}},"spec":{{"podCIDR":"10.244.{n}.0/24"}},"status":{{"capacity":{{"cpu":"16","memory":"65806732Ki","pods":"110"}},"images":["#,
            uuid(&mut self.r),
            n % 3
        );
        self.images(&mut s, n);
        let _ = write!(
            s,
            r#"],"nodeInfo":{{"kubeletVersion":"v1.37.2","osImage":"Debian GNU/Linux 12 (bookworm)","containerRuntimeVersion":"containerd://2.1.4"}},"conditions":[{{"type":"Ready","status":"True","lastHeartbeatTime":"{}"}}]}}}}"#,
            ts(now, false)
        );
        s
    }
    fn lease(&mut self, name: &str, ns: &str, now: u64) -> String {
        format!(
            r#"{{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{{"name":"{name}","namespace":"{ns}","uid":"{}","resourceVersion":"{}","creationTimestamp":"2026-01-11T10:11:12Z"}},"spec":{{"holderIdentity":"{name}","leaseDurationSeconds":40,"renewTime":"{}"}}}}"#,
            uuid(&mut self.r),
            5_000_000 + self.r.below(99_999_999),
            ts(now, true)
        )
    }
    fn oref(res: &str, ns: &str, name: &str, group: &str, ver: &str, sub: &str) -> String {
        let mut s = format!(r#"{{"resource":"{res}""#);
        if !ns.is_empty() {
            let _ = write!(s, r#","namespace":"{ns}""#);
        }
        if !name.is_empty() {
            let _ = write!(s, r#","name":"{name}""#);
        }
        if !group.is_empty() {
            let _ = write!(s, r#","apiGroup":"{group}""#);
        }
        let _ = write!(s, r#","apiVersion":"{ver}""#);
        if !sub.is_empty() {
            let _ = write!(s, r#","subresource":"{sub}""#);
        }
        s.push('}');
        s
    }
    fn path(group: &str, ver: &str, ns: &str, res: &str, name: &str, sub: &str) -> String {
        let mut s =
            if group.is_empty() { format!("/api/{ver}") } else { format!("/apis/{group}/{ver}") };
        if !ns.is_empty() {
            let _ = write!(s, "/namespaces/{ns}");
        }
        let _ = write!(s, "/{res}");
        if !name.is_empty() {
            let _ = write!(s, "/{name}");
        }
        if !sub.is_empty() {
            let _ = write!(s, "/{sub}");
        }
        s
    }
    fn level(&self, want: &'static str) -> &'static str {
        match self.profile {
            1 => "Metadata",
            2 => "RequestResponse",
            _ => want,
        }
    }

    fn request(&mut self, now: u64) -> Req {
        let k = self.r.below(1000);
        let n = self.r.below(self.nodes);
        let ns = NS[self.r.skew(NS.len() as u64) as usize];
        let app = self.r.pick(APPS);
        let podname = format!("{app}-{}-{}", rs(&mut self.r.clone(), 9), rs(&mut self.r, 5));
        let kubelet = "kubelet/v1.37.2 (linux/amd64) kubernetes/a1b2c3d".to_string();
        let kcm = "kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/a1b2c3d/system:serviceaccount".to_string();
        let nodeip = format!("10.0.{n}.4");
        let mut q = Req {
            id: uuid(&mut self.r),
            uri: String::new(),
            verb: "get",
            user: String::new(),
            imp: None,
            ip: nodeip,
            agent: kubelet,
            oref: None,
            level: "Metadata",
            req: None,
            resp: None,
            code: 200,
            status: String::new(),
            ann: vec![
                ("authorization.k8s.io/decision".into(), "allow".into()),
                ("authorization.k8s.io/reason".into(), "".into()),
            ],
            lat_us: 800 + self.r.exp(4000.0) as u64,
            watch: false,
        };
        macro_rules! set {
            ($verb:expr, $g:expr, $v:expr, $ns:expr, $res:expr, $name:expr, $sub:expr, $qs:expr) => {{
                q.verb = $verb;
                q.uri = Self::path($g, $v, $ns, $res, $name, $sub) + $qs;
                q.oref = Some(Self::oref($res, $ns, $name, $g, $v, $sub));
            }};
        }
        match k {
            0..=219 => {
                q.user = self.u_node(n);
                let nm = format!("node-{n:03}");
                set!(
                    "update",
                    "coordination.k8s.io",
                    "v1",
                    "kube-node-lease",
                    "leases",
                    &nm,
                    "",
                    "?timeout=10s"
                );
                q.level = self.level("Metadata");
                if q.level == "RequestResponse" {
                    q.req = Some(self.lease(&nm, "kube-node-lease", now));
                    q.resp = q.req.clone();
                }
            }
            220..=359 => {
                let who = self.r.pick(&["kube-scheduler", "kube-controller-manager"]);
                q.user =
                    format!(r#"{{"username":"system:{who}","groups":["system:authenticated"]}}"#);
                q.agent = format!("{who}/v1.37.2 (linux/amd64) kubernetes/a1b2c3d/leader-election");
                q.ip = "10.0.0.2".into();
                let v = if self.r.p(0.5) { "get" } else { "update" };
                set!(
                    v,
                    "coordination.k8s.io",
                    "v1",
                    "kube-system",
                    "leases",
                    who,
                    "",
                    "?timeout=5s"
                );
                q.ann[1].1 = format!(
                    "RBAC: allowed by ClusterRoleBinding \"system:{who}\" of ClusterRole \"system:{who}\" to User \"system:{who}\""
                );
            }
            360..=409 => {
                q.user = self.u_node(n);
                let nm = format!("node-{n:03}");
                set!("get", "", "v1", "", "nodes", &nm, "", "?resourceVersion=0&timeout=10s");
                q.level = self.level("Request");
            }
            410..=444 => {
                q.user = self.u_node(n);
                let nm = format!("node-{n:03}");
                set!("patch", "", "v1", "", "nodes", &nm, "status", "?timeout=10s");
                let lv = if self.r.p(0.8) { "Request" } else { "RequestResponse" };
                q.level = self.level(lv);
                q.req = Some(self.node_patch(n, now));
                if self.r.p(0.6) {
                    q.resp = Some(self.node_full(n, now));
                }
            }
            445..=489 => {
                q.user = self.u_node(n);
                set!("patch", "", "v1", ns, "pods", &podname, "status", "");
                let lv = if self.r.p(0.7) { "Request" } else { "RequestResponse" };
                q.level = self.level(lv);
                q.req = Some(format!(
                    r#"{{"metadata":{{"uid":"{}"}},"status":{{"$setElementOrder/conditions":[{{"type":"PodReadyToStartContainers"}},{{"type":"Initialized"}},{{"type":"Ready"}}],"conditions":[{{"lastTransitionTime":"{1}","status":"True","type":"Ready"}}],"containerStatuses":[{{"containerID":"containerd://{2:064x}","image":"registry.corp.example/shop/{app}:v1","ready":true,"restartCount":{3},"state":{{"running":{{"startedAt":"{1}"}}}}}}]}}}}"#,
                    uuid(&mut self.r),
                    ts(now, false),
                    self.r.next(),
                    self.r.below(4)
                ));
                q.resp = Some(self.pod(&podname, ns, app, now));
            }
            490..=529 => {
                q.user = self.u_node(n);
                let r = self.r.pick(&["configmaps", "secrets"]);
                set!(
                    "watch",
                    "",
                    "v1",
                    ns,
                    r,
                    "",
                    "",
                    &format!(
                        "?allowWatchBookmarks=true&fieldSelector=metadata.name%3D{app}-config&resourceVersion={}&timeout=7m{}s&timeoutSeconds={}&watch=true",
                        self.r.below(900000000),
                        self.r.below(60),
                        400 + self.r.below(100)
                    )
                );
                q.level = self.level("Metadata");
                q.watch = true;
            }
            530..=574 => {
                let sa = self.r.pick(SAS);
                q.user = self.u_sa(sa);
                q.agent = kcm;
                let (g, v, r) = [
                    ("", "v1", "pods"),
                    ("apps", "v1", "replicasets"),
                    ("", "v1", "endpoints"),
                    ("batch", "v1", "jobs"),
                    ("discovery.k8s.io", "v1", "endpointslices"),
                ][self.r.below(5) as usize];
                let verb = if self.r.p(0.5) {
                    "list"
                } else {
                    q.watch = true;
                    "watch"
                };
                set!(verb, g, v, "", r, "", "", "?limit=500&resourceVersion=0");
                q.level = self.level("Request");
                q.ann[1].1 = format!(
                    "RBAC: allowed by ClusterRoleBinding \"system:controller:{0}\" of ClusterRole \"system:controller:{0}\" to ServiceAccount \"{0}/{1}\"",
                    sa.split_once(':').unwrap().1,
                    sa.split_once(':').unwrap().0
                );
                if r == "endpoints" {
                    q.ann.push(("k8s.io/deprecated".into(), "true".into()));
                }
                q.lat_us += self.r.exp(40000.0) as u64;
            }
            575..=644 => {
                let sa = self.r.pick(SAS);
                q.user = self.u_sa(sa);
                q.agent = "Go-http-client/2.0".into();
                let r = self.r.pick(&["configmaps", "secrets"]);
                let nm = format!("{app}-config");
                set!("get", "", "v1", ns, r, &nm, "", "");
                q.level = self.level("Metadata");
                q.ann[1].1 = format!(
                    "RBAC: allowed by RoleBinding \"{app}/{ns}\" of Role \"{app}\" to ServiceAccount \"{app}/{ns}\""
                );
            }
            645..=674 => {
                q.user = self.u_node(n);
                set!("create", "authentication.k8s.io", "v1", "", "tokenreviews", "", "", "");
                q.level = self.level("Metadata");
                q.code = 201;
            }
            675..=704 => {
                // SubjectAccessReview: bodies hold "user"/"verb"/"resource" keys (traps for grep-like tools)
                let sa = self.r.pick(SAS);
                q.user = self.u_sa(sa);
                let u = USERS[self.r.skew(8) as usize];
                let vb = self.r.pick(&["get", "list", "delete", "create"]);
                set!(
                    "create",
                    "authorization.k8s.io",
                    "v1",
                    "",
                    "subjectaccessreviews",
                    "",
                    "",
                    "?timeout=10s"
                );
                q.level = self.level("RequestResponse");
                q.code = 201;
                let spec = format!(
                    r#"{{"resourceAttributes":{{"namespace":"{ns}","verb":"{vb}","group":"apps","resource":"deployments"}},"user":{0},"username":{0},"groups":["system:authenticated"]}}"#,
                    jss(u)
                );
                q.req = Some(format!(
                    r#"{{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{{"creationTimestamp":null}},"spec":{spec},"status":{{"allowed":false}}}}"#
                ));
                q.resp = Some(format!(
                    r#"{{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{{"creationTimestamp":null}},"spec":{spec},"status":{{"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding \"admins\""}}}}"#
                ));
            }
            705..=724 => {
                q.user = self.u_node(n);
                set!("create", "", "v1", ns, "serviceaccounts", app, "token", "");
                q.level = self.level("Metadata");
                q.code = 201;
            }
            725..=769 => {
                let sa = self.r.pick(SAS);
                q.user = self.u_sa(sa);
                q.agent = kcm;
                set!(
                    if self.r.p(0.7) { "create" } else { "patch" },
                    "events.k8s.io",
                    "v1",
                    ns,
                    "events",
                    "",
                    "",
                    ""
                );
                q.level = self.level("Metadata");
                q.code = 201;
            }
            770..=799 => {
                let sa = "kube-system:endpointslice-controller";
                q.user = self.u_sa(sa);
                q.agent = kcm;
                let nm = format!("{app}-{}", rs(&mut self.r, 5));
                set!("update", "discovery.k8s.io", "v1", ns, "endpointslices", &nm, "", "");
                q.level = self.level("RequestResponse");
                let mut b = format!(
                    r#"{{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{},"addressType":"IPv4","endpoints":["#,
                    self.meta(&nm, ns, app, now, 1)
                );
                for i in 0..2 + self.r.below(12) {
                    if i > 0 {
                        b.push(',');
                    }
                    let m = self.r.below(self.nodes);
                    let _ = write!(
                        b,
                        r#"{{"addresses":["10.244.{m}.{}"],"conditions":{{"ready":true,"serving":true,"terminating":false}},"targetRef":{{"kind":"Pod","namespace":"{ns}","name":"{app}-{}","uid":"{}"}},"nodeName":"node-{m:03}","zone":"z{}"}}"#,
                        i + 2,
                        rs(&mut self.r, 5),
                        uuid(&mut self.r),
                        m % 3
                    );
                }
                b.push_str(r#"],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}"#);
                q.resp = Some(b.clone());
                q.req = Some(b);
                if self.r.p(0.05) {
                    q.code = 409;
                }
            }
            800..=859 => {
                let a = self.r.pick(&[
                    "/healthz",
                    "/readyz",
                    "/livez?exclude=etcd&verbose",
                    "/metrics",
                    "/version",
                    "/openapi/v3",
                    "/apis",
                    "/",
                ]);
                q.uri = a.into();
                q.verb = "get";
                if self.r.p(0.6) {
                    q.user =
                        r#"{"username":"system:anonymous","groups":["system:unauthenticated"]}"#
                            .into();
                    q.agent = "kube-probe/1.37".into();
                } else {
                    q.user = self.u_sa("monitoring:prometheus-k8s");
                    q.agent = "Prometheus/3.5.0".into();
                }
                q.ann[1].1 = "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole \"system:public-info-viewer\" to Group \"system:unauthenticated\"".into();
                q.lat_us = 100 + self.r.exp(300.0) as u64;
            }
            860..=899 => {
                let sa = self.r.pick(&SAS[..8]);
                q.user = self.u_sa(sa);
                q.agent = kcm;
                let d = format!("{app}-{}", rs(&mut self.r, 9));
                match self.r.below(5) {
                    0 => {
                        set!("create", "", "v1", ns, "pods", "", "", "");
                        q.code = 201;
                        q.req = Some(self.pod(&d, ns, app, now));
                        q.resp = Some(self.pod(&d, ns, app, now));
                        q.ann.push((
                            "pod-security.kubernetes.io/enforce-policy".into(),
                            "baseline:latest".into(),
                        ));
                    }
                    1 => {
                        set!("delete", "", "v1", ns, "pods", &podname, "", "");
                        q.req = Some(r#"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":30,"preconditions":{"uid":"7f5e0f4a-7a02-4a3f-8f8d-0d0f3fd3c0a1"},"propagationPolicy":"Background"}"#.into());
                        q.resp = Some(self.pod(&podname, ns, app, now));
                    }
                    2 => {
                        set!("update", "apps", "v1", ns, "deployments", app, "status", "");
                        q.req = Some(self.deploy(app, ns, app, now, true));
                        q.resp = Some(self.deploy(app, ns, app, now, true));
                    }
                    3 => {
                        set!("update", "apps", "v1", ns, "replicasets", &d, "", "");
                        q.req = Some(self.deploy(&d, ns, app, now, true));
                        q.resp = Some(self.deploy(&d, ns, app, now, true));
                    }
                    _ => {
                        set!("deletecollection", "", "v1", ns, "pods", "", "", "");
                        q.req = Some(r#"{"kind":"DeleteOptions","apiVersion":"v1"}"#.into());
                    }
                }
                q.level = self.level("RequestResponse");
                q.lat_us += self.r.exp(12000.0) as u64;
            }
            900..=909 => {
                q.user = self.u_sa("argocd:argocd-application-controller");
                q.agent = "argocd-application-controller/v3.1.0".into();
                set!(
                    "patch",
                    "argoproj.io",
                    "v1alpha1",
                    "argocd",
                    "applications",
                    app,
                    "",
                    "?fieldManager=argocd&force=true"
                );
                q.level = self.level("Metadata");
            }
            910..=917 => {
                // custom resource with unicode and escapes at RequestResponse
                q.user = self.u_sa("argocd:argocd-application-controller");
                set!("update", "shop.corp.example", "v1alpha1", ns, "promotions", app, "", "");
                q.level = self.level("RequestResponse");
                let t = format!(
                    "Скидка 50% — «лето» 🏖️ \"{}\" \\ path C:\\tmp\\x <b>&nbsp;</b>\u{2028}\n\ttab",
                    app
                );
                let b = format!(
                    r#"{{"kind":"Promotion","apiVersion":"shop.corp.example/v1alpha1","metadata":{{"name":"{app}","annotations":{{"описание":{0},"audit-sample":{1}}}}},"spec":{{"text":{0},"blob":"{2}"}}}}"#,
                    jss(&t),
                    jss(
                        r#"{"kind":"Event","verb":"delete","user":{"username":"jane@corp.example"},"objectRef":{"resource":"secrets"}}"#
                    ),
                    b64(&mut self.r, 2000)
                );
                q.resp = Some(b.clone());
                q.req = Some(b);
            }
            918..=920 => {
                let u = USERS[self.r.skew(8) as usize];
                q.user = self.u_user(u);
                q.agent = "kubectl/v1.37.0 (linux/amd64) kubernetes/d1e2f3a".into();
                q.ip = format!("192.168.{}.{}", self.r.below(4), self.r.below(250));
                let s = self.r.pick(&["exec", "exec", "exec", "attach", "portforward"]);
                let v = if self.r.p(0.5) { "get" } else { "create" };
                set!(
                    v,
                    "",
                    "v1",
                    ns,
                    "pods",
                    &podname,
                    s,
                    "?command=sh&command=-c&command=cat+%2Fetc%2Fpasswd&container=app&stdin=true&stdout=true&tty=true"
                );
                q.level = self.level("Request");
                q.code = 101;
                q.lat_us = 1_000_000 + self.r.exp(90_000_000.0) as u64;
                q.watch = self.r.p(0.5);
            }
            921..=980 => {
                let u = USERS[self.r.skew(8) as usize];
                q.user = self.u_user(u);
                q.agent = self
                    .r
                    .pick(&[
                        "kubectl/v1.37.0 (linux/amd64) kubernetes/d1e2f3a",
                        "kubectl/v1.35.1 (darwin/arm64) kubernetes/77aa231",
                        "Lens/2026.3.1",
                        "k9s/v0.50.4 (linux/amd64) kubernetes/$Format",
                        "Helm/3.19.0",
                    ])
                    .into();
                q.ip = format!("192.168.{}.{}", self.r.below(4), self.r.below(250));
                q.ann[1].1 = "RBAC: allowed by ClusterRoleBinding \"kubeadm:cluster-admins\" of ClusterRole \"cluster-admin\" to Group \"kubeadm:cluster-admins\"".into();
                if self.r.p(0.08) {
                    q.imp = Some(format!(
                        r#"{{"username":"system:serviceaccount:{ns}:{app}","groups":["system:serviceaccounts","system:authenticated"]}}"#
                    ));
                }
                match self.r.below(20) {
                    0..=6 => {
                        let (g, r) = [
                            ("", "pods"),
                            ("apps", "deployments"),
                            ("", "nodes"),
                            ("", "services"),
                            ("", "secrets"),
                            ("batch", "cronjobs"),
                        ][self.r.below(6) as usize];
                        let nn = if r == "nodes" { "" } else { ns };
                        set!("list", g, "v1", nn, r, "", "", "?limit=500");
                        q.level = self.level(if r == "secrets" { "Metadata" } else { "Request" });
                        q.lat_us += self.r.exp(60000.0) as u64;
                    }
                    7..=11 => {
                        set!("get", "apps", "v1", ns, "deployments", app, "", "");
                        q.level = self.level("Request");
                    }
                    12..=14 => {
                        set!(
                            "patch",
                            "apps",
                            "v1",
                            ns,
                            "deployments",
                            app,
                            "",
                            "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict"
                        );
                        q.req = Some(self.deploy(app, ns, app, now, false));
                        q.resp = Some(self.deploy(app, ns, app, now, true));
                        q.level = self.level("RequestResponse");
                        q.ann.push(("mutation.webhook.admission.k8s.io/round_0_index_0".into(), r#"{"configuration":"sidecar-injector","webhook":"inject.mesh.example","mutated":false}"#.into()));
                    }
                    15 => {
                        let r = self.r.pick(&["pods", "configmaps", "secrets", "services"]);
                        let nm = format!("{app}-{}", rs(&mut self.r, 5));
                        set!("delete", "", "v1", ns, r, &nm, "", "");
                        if r == "pods" || r == "services" {
                            q.level = self.level("RequestResponse");
                            q.req = Some(r#"{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}"#.into());
                            q.resp = Some(self.pod(&nm, ns, app, now));
                        } else {
                            q.level = self.level("Metadata");
                        }
                    }
                    16 => {
                        set!(
                            "create",
                            "rbac.authorization.k8s.io",
                            "v1",
                            ns,
                            "rolebindings",
                            "",
                            "",
                            "?fieldManager=kubectl-create"
                        );
                        q.code = 201;
                        q.level = self.level("RequestResponse");
                        let b = format!(
                            r#"{{"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{{"name":"{app}-view"}},"subjects":[{{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"jane@corp.example"}}],"roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}}}}"#
                        );
                        q.resp = Some(b.clone());
                        q.req = Some(b);
                    }
                    17 => {
                        set!("get", "policy", "v1beta1", ns, "poddisruptionbudgets", app, "", "");
                        q.level = self.level("Request");
                        q.ann.push(("k8s.io/deprecated".into(), "true".into()));
                        q.ann.push(("k8s.io/removed-release".into(), "1.25".into()));
                    }
                    18 => {
                        set!(
                            "get",
                            "",
                            "v1",
                            ns,
                            "pods",
                            &podname,
                            "log",
                            "?container=app&follow=true&tailLines=100"
                        );
                        q.level = self.level("Request");
                        q.lat_us = 1_000_000 + self.r.exp(30_000_000.0) as u64;
                    }
                    _ => {
                        set!("update", "apps", "v1", ns, "deployments", app, "scale", "");
                        q.level = self.level("RequestResponse");
                        q.req = Some(format!(
                            r#"{{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{{"name":"{app}","namespace":"{ns}"}},"spec":{{"replicas":{}}}}}"#,
                            self.r.below(9)
                        ));
                        q.resp = q.req.clone();
                    }
                }
            }
            _ => {
                // failures
                let sa = SAS[self.r.below(SAS.len() as u64) as usize];
                q.user = self.u_sa(sa);
                q.level = self.level("Metadata");
                q.agent = "python-requests/2.32".into();
                match self.r.below(10) {
                    0..=3 => {
                        set!("get", "", "v1", ns, "secrets", app, "", "");
                        q.code = 403;
                        q.ann[0].1 = "forbid".into();
                        q.ann[1].1 = "".into();
                        q.status = format!(
                            r#""status":"Failure","message":{},"reason":"Forbidden","details":{{"name":"{app}","kind":"secrets"}},"#,
                            jss(&format!(
                                "secrets \"{app}\" is forbidden: User \"system:serviceaccount:{sa}\" cannot get resource \"secrets\" in API group \"\" in the namespace \"{ns}\""
                            ))
                        );
                    }
                    4..=6 => {
                        set!("get", "apps", "v1", ns, "deployments", app, "", "");
                        q.code = 404;
                        q.status = format!(
                            r#""status":"Failure","message":"deployments.apps \"{app}\" not found","reason":"NotFound","details":{{"name":"{app}","group":"apps","kind":"deployments"}},"#
                        );
                    }
                    7 => {
                        q.user = r#"{}"#.into();
                        q.ann.clear();
                        set!("list", "", "v1", "", "pods", "", "", "?limit=500");
                        q.code = 401;
                        q.status = r#""status":"Failure","message":"Unauthorized","reason":"Unauthorized","#.into();
                        q.ip = format!("203.0.113.{}", self.r.below(250));
                        q.agent = "curl/8.9.1".into();
                    }
                    8 => {
                        set!("create", "", "v1", ns, "pods", podname.as_str(), "eviction", "");
                        q.code = 429;
                        q.status = r#""status":"Failure","message":"Cannot evict pod as it would violate the pod's disruption budget.","reason":"TooManyRequests","details":{"causes":[{"reason":"DisruptionBudget","message":"The disruption budget needs 1 healthy pods and has 1 currently"}]},"#.into();
                    }
                    _ => {
                        set!("list", "", "v1", "", "pods", "", "", "");
                        q.code = if self.r.p(0.5) { 500 } else { 504 };
                        q.lat_us = 34_000_000 + self.r.below(30_000_000);
                        q.status = r#""status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","#.into();
                        q.ann.push(("apiserver.latency.k8s.io/etcd".into(), "33.9981s".into()));
                        q.ann.push(("apiserver.latency.k8s.io/total".into(), "34.0007s".into()));
                    }
                }
            }
        }
        match q.level {
            "Metadata" => {
                q.req = None;
                q.resp = None;
            }
            "Request" => {
                q.resp = None;
            }
            _ => {}
        }
        if q.watch {
            q.lat_us = q.lat_us.max(1_000_000 + self.r.below(540_000_000));
        }
        q.ann.sort();
        q
    }
}

fn event(q: &Req, stage: &str, recv: u64, at: u64) -> String {
    let mut s = String::with_capacity(
        1200 + q.req.as_ref().map_or(0, |x| x.len()) + q.resp.as_ref().map_or(0, |x| x.len()),
    );
    let done = stage != "RequestReceived";
    let _ = write!(
        s,
        r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"{}","auditID":"{}","stage":"{stage}","requestURI":"#,
        q.level, q.id
    );
    js(&mut s, &q.uri);
    let _ = write!(s, r#","verb":"{}","user":{}"#, q.verb, q.user);
    if let Some(i) = &q.imp {
        let _ = write!(s, r#","impersonatedUser":{i}"#);
    }
    let _ = write!(s, r#","sourceIPs":["{}"],"userAgent":"#, q.ip);
    js(&mut s, &q.agent);
    if let Some(o) = &q.oref {
        let _ = write!(s, r#","objectRef":{o}"#);
    }
    if done {
        if stage == "Panic" {
            s.push_str(r#","responseStatus":{"metadata":{},"status":"Failure","message":"APIServer panic'd: runtime error: invalid memory address or nil pointer dereference","reason":"InternalError","code":500}"#);
        } else {
            let _ =
                write!(s, r#","responseStatus":{{"metadata":{{}},{}"code":{}}}"#, q.status, q.code);
        }
        if let Some(b) = &q.req {
            s.push_str(r#","requestObject":"#);
            s.push_str(b);
        }
        if stage == "ResponseComplete" {
            if let Some(b) = &q.resp {
                s.push_str(r#","responseObject":"#);
                s.push_str(b);
            }
        }
    }
    let _ = write!(
        s,
        r#","requestReceivedTimestamp":"{}","stageTimestamp":"{}""#,
        ts(recv, true),
        ts(at, true)
    );
    if done && !q.ann.is_empty() {
        s.push_str(r#","annotations":{"#);
        for (i, (k, v)) in q.ann.iter().enumerate() {
            if i > 0 {
                s.push(',');
            }
            js(&mut s, k);
            s.push(':');
            js(&mut s, v);
        }
        s.push('}');
    }
    s.push_str("}\n");
    s
}

fn main() {
    let a: Vec<String> = std::env::args().collect();
    let get = |k: &str, d: &str| {
        a.iter().position(|x| x == k).and_then(|i| a.get(i + 1).cloned()).unwrap_or(d.into())
    };
    let sz = get("--size", "100MiB");
    let size: u64 = if let Some(x) = sz.strip_suffix("GiB") {
        x.parse::<u64>().unwrap() << 30
    } else if let Some(x) = sz.strip_suffix("MiB") {
        x.parse::<u64>().unwrap() << 20
    } else {
        sz.parse().unwrap()
    };
    let mut g = Gen {
        r: Rng(get("--seed", "42").parse().unwrap()),
        nodes: get("--nodes", "60").parse().unwrap(),
        profile: match get("--profile", "mixed").as_str() {
            "metadata" => 1,
            "full" => 2,
            _ => 0,
        },
    };
    let mut now: u64 = 1_793_491_200_000_000; // 2026-11-01T00:00:00Z
    let rr: f64 = get("--received", "0.12").parse().unwrap(); // share of requests that also log RequestReceived
    let mut heap: BinaryHeap<Reverse<(u64, u64, String)>> = BinaryHeap::new();
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let (mut done, mut seq, mut nreq) = (0u64, 0u64, 0u64);
    'o: loop {
        now += 1 + g.r.exp(6000.0) as u64;
        nreq += 1; // ~165 requests/s
        let q = g.request(now);
        let mut push = |at: u64, l: String| {
            seq += 1;
            heap.push(Reverse((at, seq, l)));
        };
        if g.r.p(rr) {
            push(now, event(&q, "RequestReceived", now, now));
        }
        if q.watch {
            let st = now + 500 + g.r.below(3000);
            push(st, event(&q, "ResponseStarted", now, st));
        }
        let end = now + q.lat_us;
        push(
            end,
            event(
                &q,
                if nreq % 150_001 == 150_000 { "Panic" } else { "ResponseComplete" },
                now,
                end,
            ),
        );
        while let Some(Reverse((t, _, _))) = heap.peek() {
            if *t > now {
                break;
            }
            let Reverse((_, _, l)) = heap.pop().unwrap();
            if done + l.len() as u64 > size {
                break 'o;
            }
            if out.write_all(l.as_bytes()).is_err() {
                return;
            }
            done += l.len() as u64;
        }
    }
    out.flush().unwrap();
}
