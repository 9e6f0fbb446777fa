// Prints what the real API server library says about audit flags, one JSON object a line.
//
//	go run . > ../../data/flag-runs.jsonl
//
// {"flag","kind","default"} is a row of the flag table, {"args","error"} a command line with the
// error that ends the server, or null. tests/it/flags.rs holds our reading of flags against both.
package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	cliflag "k8s.io/component-base/cli/flag"
)

type row struct {
	Flag    string `json:"flag"`
	Kind    string `json:"kind"`
	Default string `json:"default"`
}

type run struct {
	Args  []string `json:"args"`
	Error *string  `json:"error"`
}

// One command line a line, as words; the first group is that of the runs with a whole server.
const lines = `
--audit-log-path=-
--audit-log-path=- --audit-log-maxage=-1 --audit-log-maxbackup=-2 --audit-log-maxsize=-3 --audit-log-format=text --audit-log-version=audit.k8s.io/v1beta1
--audit-log-path=- --audit-log-maxsize=0
--audit-log-path=- --audit-log-mode=async
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-buffer-size=0
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-max-size=0
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable
--audit-log-path=- --audit-log-truncate-max-event-size=0
--audit-log-path=- --audit-log-truncate-max-batch-size=1
--audit-log-path=- --audit-log-maxage=7d
--audit-log-path=- --audit-log-maxsize=100MB
--audit-log-path=- --audit-log-max-age=7
--audit_log_path=-
--audit-log-path
--audit-log-maxage=-1
--audit-webhook-config-file=ok.yaml --audit-webhook-mode=x --audit-webhook-truncate-max-event-size=-1 --audit-webhook-version=v1
--audit-webhook-config-file=missing.kubeconfig
--audit-webhook-batch-initial-backoff=5s
--audit-webhook-batch-throttle-qps=0 --audit-webhook-config-file=x
--audit-dynamic-configuration
--audit-log-path=- --audit-log-mode=blocking-strict

--audit-log-path=- --audit-webhook-config-file=x --audit-log-version=v1 --audit-webhook-version=v2
--audit-log-path=- --audit-webhook-config-file=x --audit-log-mode=a --audit-webhook-mode=a
--audit-log-path=- --audit-log-maxage=-1 --audit-webhook-config-file=x --audit-webhook-batch-max-size=-5
--audit-log-path=- --audit-log-version=a/b/c
--audit-log-path=- --audit-log-version=
--audit-log-path=- --audit-log-version=/
--audit-log-path=- --audit-log-version=//
--audit-log-path=- --audit-log-version=/audit.k8s.io/v1
--audit-log-path= --audit-log-version=a/b/c
--audit-webhook-version=a/b/c
--audit-webhook-version=nonsense
--audit-log-path=- --audit-log-format=
--audit-log-path=- --audit-log-format=JSON
--audit-log-path=- --audit-log-format=legacy
--audit-log-path=- --audit-log-mode=
--audit-log-path=- --audit-log-mode=Batch --audit-log-batch-buffer-size=0
--audit-log-path=- --audit-log-batch-buffer-size=0
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-buffer-size=-1 --audit-log-batch-max-size=-1
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=1
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=0.1 --audit-log-batch-throttle-burst=1
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=-0
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=-1e7
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=-0.00001234
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=-inf
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable --audit-log-batch-throttle-qps=NaN --audit-log-batch-throttle-burst=0
--audit-log-path=- --audit-log-mode=batch --audit-log-batch-throttle-enable=false --audit-log-batch-throttle-qps=-1
--audit-log-path=- --audit-log-batch-max-wait=-5s
--audit-log-path=- --audit-log-truncate-max-batch-size=102400
--audit-log-path=- --audit-log-truncate-max-batch-size=102399
--audit-log-path=- --audit-log-truncate-enabled --audit-log-truncate-max-event-size=20971520
--audit-log-path=- --audit-log-truncate-max-event-size=-5 --audit-log-truncate-max-batch-size=-10
--audit-log-path=- --audit-log-maxage=1 --audit-log-maxage=-1
--audit-log-path=- --audit-log-maxage=-1 --audit-log-maxage=1
--audit-log-path=- --audit_log-max_age=1
--audit-log-compress=ja
--audit_log_compress
--audit-log-maxage=
--audit-policy-file
--audit_log_maxage
--audit-log-maxage=x --audit-log-maxsize=y
`

// Values that are tried on one flag of each kind.
var values = map[string]string{
	"audit-log-maxage": "1 +1 -1 007 08 0x1f 0X1F 0o17 0O17 0b11 0B2 0x 0b 0_1 1_000 1__0 _1 1_ 0x_1 0_x1 1.0 1e3 7d 9223372036854775807 9223372036854775808 " +
		"-9223372036854775808 -9223372036854775809 99999999999999999999 99999999999999999999x 18446744073709551616 + - -- 0 00 -0 ٣ 1\u00a0 tab\t \"1\" 1\\ ½ ０",
	"audit-log-truncate-max-event-size": "1 0x10 x 102400 9223372036854775808",
	"audit-log-compress":                "1 t T true TRUE True 0 f F false FALSE False yes no on tRue 2 \"true\"",
	"audit-log-batch-throttle-qps":      "1 .5 5. 1e3 1e39 -1e39 1e-50 inf +Inf -infinity infinit nan -nan +nan NAN . e5 1e 1e+ --1 1.2.3 1,5 1d 10/s 3.4028236e38 3.4e38",
	"audit-log-batch-max-wait": "0 -0 +0 00 1 -1 1s -1s +1s 1.5s .5s 5.s . .s -. 1h30m 1m1h 1d 7d 1w 1S 1m30 1.2.3s 1..2s 1s1 1ns 1us 1µs 1μs 1ms 1 1sx 1s- " +
		"9223372036854775807ns 9223372036854775808ns -9223372036854775808ns -9223372036854775809ns 2562047h47m16.854775807s 2562047h47m16.854775808s " +
		"99999999999999999999s 0.99999999999999999999s 0.0000000001s 1.0000000005s 99999999999999999999d 1\u00a0s 1\"s 1\\s 1\x01s 5日 ½s",
}

func main() {
	if err := os.Chdir(os.TempDir()); err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	flags, _ := newFlags()
	flags.VisitAll(func(f *pflag.Flag) {
		out.Encode(row{f.Name, f.Value.Type(), f.DefValue})
	})
	for _, line := range strings.Split(lines, "\n") {
		if args := strings.Fields(line); len(args) > 0 {
			out.Encode(run{args, start(args)})
		}
	}
	flags.VisitAll(func(f *pflag.Flag) {
		for _, value := range strings.Split(values[f.Name], " ") {
			if value != "" {
				args := []string{"--" + f.Name + "=" + value}
				out.Encode(run{args, start(args)})
			}
		}
	})
}

func newFlags() (*pflag.FlagSet, *options.AuditOptions) {
	opts := options.NewAuditOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.SetNormalizeFunc(cliflag.WordSepNormalizeFunc)
	opts.AddFlags(flags)
	return flags, opts
}

// start does what a server does with its audit flags until it would read the policy.
func start(args []string) *string {
	flags, opts := newFlags()
	if err := flags.Parse(args); err != nil {
		return text(err)
	}
	if err := utilerrors.NewAggregate(opts.Validate()); err != nil {
		return text(err)
	}
	if opts.LogOptions.Path == "" || opts.LogOptions.Path == "-" {
		return text(opts.ApplyTo(&server.Config{}))
	}
	return nil
}

func text(err error) *string {
	if err == nil {
		return nil
	}
	message := err.Error()
	return &message
}
