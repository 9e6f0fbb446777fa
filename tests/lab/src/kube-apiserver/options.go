// Its flags: those of the library are real, the others are read with their type and ignored.

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/metrics"
	"k8s.io/component-base/version/verflag"
)

type options struct {
	run      *genericoptions.ServerRunOptions
	etcd     *genericoptions.EtcdOptions
	serving  *genericoptions.SecureServingOptionsWithLoopback
	audit    *genericoptions.AuditOptions
	features *genericoptions.FeatureOptions
	egress   *genericoptions.EgressSelectorOptions
	traces   *genericoptions.TracingOptions
	enable   *genericoptions.APIEnablementOptions
	metrics  *metrics.Options
	logs     *logs.Options

	anonymousAuth                 bool
	clientCA, tokenFile           string
	saKeys, saIssuers             []string
	saSigningKey                  string
	authzModes                    []string
	enablePlugins, disablePlugins []string
	mustExist                     []*fileFlag
}

type fileFlag struct {
	name string
	val  *string
}

// admission plugin names kube-apiserver knows (order irrelevant here)
var knownPlugins = strings.Fields(`AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning

CertificateSubjectRestriction ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds
DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration ImagePolicyWebhook LimitPodHardAntiAffinityTopology LimitRanger
MutatingAdmissionPolicy MutatingAdmissionWebhook NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeDeclaredFeatureValidator NodeRestriction
OwnerReferencesPermissionEnforcement PersistentVolumeClaimResize PodNodeSelector PodSecurity PodTolerationRestriction PodTopologyLabels Priority
ResourceQuota RuntimeClass ServiceAccount StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy ValidatingAdmissionWebhook`)

func newOptions() *options {
	sso := genericoptions.NewSecureServingOptions()
	sso.BindPort = 6443
	sso.Required = true
	sso.ServerCert.CertDirectory = "/var/run/kubernetes"
	return &options{
		run:           genericoptions.NewServerRunOptions(),
		etcd:          genericoptions.NewEtcdOptions(storagebackend.NewDefaultConfig("/registry", nil)),
		serving:       sso.WithLoopback(),
		audit:         genericoptions.NewAuditOptions(),
		features:      genericoptions.NewFeatureOptions(),
		egress:        genericoptions.NewEgressSelectorOptions(),
		traces:        genericoptions.NewTracingOptions(),
		enable:        genericoptions.NewAPIEnablementOptions(),
		metrics:       metrics.NewOptions(),
		logs:          logs.NewOptions(),
		anonymousAuth: true,
		authzModes:    []string{"AlwaysAllow"},
	}
}

func (o *options) addFlags(fs *pflag.FlagSet) {
	o.run.AddUniversalFlags(fs)
	o.etcd.AddFlags(fs)
	o.serving.AddFlags(fs)
	o.audit.AddFlags(fs)
	o.features.AddFlags(fs)
	o.egress.AddFlags(fs)
	o.traces.AddFlags(fs)
	o.enable.AddFlags(fs)
	o.metrics.AddFlags(fs)
	logsapi.AddFlags(o.logs, fs)
	verflag.AddFlags(fs)

	fs.BoolVar(&o.anonymousAuth, "anonymous-auth", true, "")
	fs.StringVar(&o.clientCA, "client-ca-file", "", "")
	fs.StringVar(&o.tokenFile, "token-auth-file", "", "")
	fs.StringArrayVar(&o.saKeys, "service-account-key-file", nil, "")
	fs.StringArrayVar(&o.saIssuers, "service-account-issuer", nil, "")
	fs.StringVar(&o.saSigningKey, "service-account-signing-key-file", "", "")
	fs.StringSliceVar(&o.authzModes, "authorization-mode", o.authzModes, "")
	fs.StringSliceVar(&o.enablePlugins, "enable-admission-plugins", nil, "")
	fs.StringSliceVar(&o.disablePlugins, "disable-admission-plugins", nil, "")

	file := func(n string) { v := fs.String(n, "", ""); o.mustExist = append(o.mustExist, &fileFlag{n, v}) }
	for _, n := range strings.Fields(`kubelet-client-certificate kubelet-client-key kubelet-certificate-authority proxy-client-cert-file
proxy-client-key-file requestheader-client-ca-file admission-control-config-file authentication-config authorization-config
authorization-policy-file authorization-webhook-config-file authentication-token-webhook-config-file oidc-ca-file peer-ca-file`) {
		file(n)
	}
	for _, n := range strings.Fields(`service-cluster-ip-range service-node-port-range endpoint-reconciler-type service-account-jwks-uri
service-account-signing-endpoint peer-advertise-ip peer-advertise-port authentication-token-webhook-version authorization-webhook-version
oidc-issuer-url oidc-client-id oidc-username-claim oidc-username-prefix oidc-groups-claim oidc-groups-prefix`) {
		fs.String(n, "", "")
	}
	for _, n := range strings.Fields(`allow-privileged enable-aggregator-routing enable-bootstrap-token-auth service-account-lookup
service-account-extend-token-expiration aggregator-reject-forwarding-redirects enable-logs-handler`) {
		fs.Bool(n, false, "")
	}
	for _, n := range strings.Fields(`apiserver-count kubernetes-service-node-port kubelet-port kubelet-read-only-port max-connection-bytes-per-sec`) {
		fs.Int64(n, 0, "")
	}
	for _, n := range strings.Fields(`event-ttl kubelet-timeout service-account-max-token-expiration authentication-token-webhook-cache-ttl
authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
coordinated-leadership-lease-duration coordinated-leadership-renew-deadline coordinated-leadership-retry-period`) {
		fs.Duration(n, 0, "")
	}
	for _, n := range strings.Fields(`kubelet-preferred-address-types api-audiences oidc-signing-algs requestheader-username-headers
requestheader-uid-headers requestheader-group-headers requestheader-extra-headers-prefix requestheader-allowed-names`) {
		fs.StringSlice(n, nil, "")
	}
	fs.StringToString("oidc-required-claim", nil, "")
}

func (o *options) validate() []error {
	var errs []error
	errs = append(errs, o.run.Validate()...)
	errs = append(errs, o.etcd.Validate()...)
	errs = append(errs, o.serving.Validate()...)
	if len(o.saIssuers) == 0 || o.saIssuers[0] == "" {
		errs = append(errs, errors.New("service-account-issuer is a required flag"))
	}
	if len(o.saKeys) == 0 && o.saSigningKey == "" {
		errs = append(errs, errors.New("either `--service-account-key-file` or `--service-account-signing-key-file` must be set"))
	}
	known := map[string]bool{}
	for _, p := range knownPlugins {
		known[p] = true
	}
	for _, p := range o.enablePlugins {
		if !known[p] {
			errs = append(errs, fmt.Errorf("enable-admission-plugins plugin %q is unknown", p))
		}
	}
	for _, p := range o.disablePlugins {
		if !known[p] {
			errs = append(errs, fmt.Errorf("disable-admission-plugins plugin %q is unknown", p))
		}
	}
	for _, m := range o.authzModes {
		switch m {
		case "AlwaysAllow", "AlwaysDeny", "ABAC", "Webhook", "RBAC", "Node":
		default:
			errs = append(errs, fmt.Errorf("authorization-mode %q is not a valid mode", m))
		}
	}
	errs = append(errs, o.audit.Validate()...)
	errs = append(errs, o.egress.Validate()...)
	errs = append(errs, o.traces.Validate()...)
	errs = append(errs, o.features.Validate()...)
	errs = append(errs, o.enable.Validate(nil)...)
	errs = append(errs, o.metrics.Validate()...)
	return errs
}
