// Command kube-apiserver is a server on the real audit stack, flags, filters and serving of k8s.io/apiserver, with storage in memory.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/group"
	"k8s.io/apiserver/pkg/authentication/request/anonymous"
	"k8s.io/apiserver/pkg/authentication/request/bearertoken"
	"k8s.io/apiserver/pkg/authentication/request/union"
	"k8s.io/apiserver/pkg/authentication/request/x509"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/component-base/cli"
	cliflag "k8s.io/component-base/cli/flag"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/version/verflag"
	"k8s.io/klog/v2"
	netutils "k8s.io/utils/net"
)

func main() {
	utilruntime.Must(logsapi.AddFeatureGates(utilfeature.DefaultMutableFeatureGate))
	o := newOptions()
	cmd := &cobra.Command{
		Use:          "kube-apiserver",
		SilenceUsage: true,
		Args: func(cmd *cobra.Command, args []string) error {
			for _, a := range args {
				if len(a) > 0 {
					return fmt.Errorf("%q does not take any arguments, got %q", cmd.CommandPath(), args)
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			verflag.PrintAndExitIfRequested()
			if err := logsapi.ValidateAndApply(o.logs, utilfeature.DefaultFeatureGate); err != nil {
				return err
			}
			cliflag.PrintFlags(cmd.Flags())
			if err := o.run.Complete(); err != nil {
				return err
			}
			if err := o.run.DefaultAdvertiseAddress(o.serving.SecureServingOptions); err != nil {
				return err
			}
			if err := o.serving.MaybeDefaultWithSelfSignedCerts(o.run.AdvertiseAddress.String(), []string{"kubernetes.default.svc", "kubernetes.default", "kubernetes"}, []net.IP{netutils.ParseIPSloppy("127.0.0.1")}); err != nil {
				return fmt.Errorf("error creating self-signed certificates: %v", err)
			}
			if errs := o.validate(); len(errs) != 0 {
				return utilerrors.NewAggregate(errs)
			}
			return run(genericapiserver.SetupSignalContext(), o)
		},
	}
	o.addFlags(cmd.Flags())
	os.Exit(cli.Run(cmd))
}

func run(ctx context.Context, o *options) error {
	klog.InfoS("LAB kube-apiserver (k8s.io/apiserver library build, in-memory storage; NOT a real kube-apiserver)")
	sch, codecs := newScheme()
	c := genericapiserver.NewConfig(codecs)
	if err := o.run.ApplyTo(c); err != nil {
		return err
	}
	if err := o.serving.ApplyTo(&c.SecureServing, &c.LoopbackClientConfig); err != nil {
		return err
	}
	for _, f := range o.mustExist {
		if *f.val != "" {
			if _, err := os.Stat(*f.val); err != nil {
				return fmt.Errorf("--%s: %w", f.name, err)
			}
		}
	}
	for _, f := range append(append([]string{}, o.saKeys...), o.saSigningKey, o.etcd.StorageConfig.Transport.CertFile, o.etcd.StorageConfig.Transport.KeyFile, o.etcd.StorageConfig.Transport.TrustedCAFile) {
		if f != "" {
			if _, err := os.ReadFile(f); err != nil {
				return err
			}
		}
	}
	o.features.EnablePriorityAndFairness = false
	client, err := kubernetes.NewForConfig(c.LoopbackClientConfig)
	if err != nil {
		return err
	}
	inf := informers.NewSharedInformerFactory(client, 10*time.Minute)
	if err := o.features.ApplyTo(c, client, inf); err != nil {
		return err
	}
	if err := o.egress.ApplyTo(c); err != nil {
		return err
	}
	if err := o.traces.ApplyTo(c.EgressSelector, c); err != nil {
		return err
	}
	// authentication
	var auth []authenticator.Request
	if o.clientCA != "" {
		ca, err := dynamiccertificates.NewDynamicCAContentFromFile("client-ca-bundle", o.clientCA)
		if err != nil {
			return err
		}
		c.SecureServing.ClientCA = ca
		auth = append(auth, x509.NewDynamic(ca.VerifyOptions, x509.CommonNameUserConversion))
	}
	if o.tokenFile != "" {
		t, err := tokenfile.NewCSV(o.tokenFile)
		if err != nil {
			return err
		}
		auth = append(auth, bearertoken.New(t))
	}
	var a authenticator.Request
	if len(auth) > 0 {
		a = group.NewAuthenticatedGroupAdder(union.New(auth...))
		if o.anonymousAuth {
			a = union.NewFailOnError(a, anonymous.NewAuthenticator(nil))
		}
	} else {
		a = anonymous.NewAuthenticator([]apiserver.AnonymousAuthCondition{})
	}
	c.Authentication.Authenticator = a
	c.Authorization.Authorizer = authorizer.AuthorizerFunc(authz{allowAll: o.authzModes[0] == "AlwaysAllow"}.Authorize)
	// the real audit stack; in kube-apiserver this is applied last in BuildGenericConfig, too
	if lastErr := o.audit.ApplyTo(c); lastErr != nil {
		return lastErr
	}
	c.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(definitions(sch), openapinamer.NewDefinitionNamer(sch))
	c.OpenAPIV3Config.Info.Title = "Kubernetes (lab)"
	s, err := c.Complete(inf).New("kube-apiserver", genericapiserver.NewEmptyDelegate())
	if err != nil {
		return err
	}
	if err := installAPIs(s, sch, codecs); err != nil {
		return err
	}
	klog.InfoS("lab: etcd not contacted", "servers", o.etcd.StorageConfig.Transport.ServerList)
	return s.PrepareRun().RunWithContext(ctx)
}
