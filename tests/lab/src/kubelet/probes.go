// Start-up, readiness and liveness probes.

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

var hc = &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}

func probeOnce(pr *corev1.Probe, ct *corev1.Container) error {
	h := pr.HTTPGet
	if h == nil {
		return nil
	}
	host := h.Host
	if host == "" {
		host = "127.0.0.1"
	}
	port := h.Port.String()
	for _, p := range ct.Ports {
		if p.Name == port {
			port = fmt.Sprint(p.ContainerPort)
		}
	}
	sch := strings.ToLower(string(h.Scheme))
	if sch == "" {
		sch = "http"
	}
	resp, err := hc.Get(sch + "://" + net.JoinHostPort(host, port) + h.Path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode >= 400 {
		return fmt.Errorf("HTTP probe failed with statuscode: %d", resp.StatusCode)
	}
	return nil
}

func (r *runner) probe(ps *podState, ct *corev1.Container) {
	do := func(kind string, pr *corev1.Probe, fail func(), ok func()) {
		if pr == nil {
			ok()
			return
		}
		if time.Since(ps.startedAt) < time.Duration(pr.InitialDelaySeconds)*time.Second/time.Duration(*probeDiv) || time.Now().Before(ps.nextProbe[kind]) {
			return
		}
		per, th := pr.PeriodSeconds, int(pr.FailureThreshold)
		if per == 0 {
			per = 10
		}
		if th == 0 {
			th = 3
		}
		ps.nextProbe[kind] = time.Now().Add(time.Duration(per) * time.Second / time.Duration(*probeDiv))
		if err := probeOnce(pr, ct); err != nil {
			ps.fails[kind]++
			r.ev(ps.Name, "Warning", "Unhealthy", fmt.Sprintf("%s probe failed: %v", kind, err))
			if ps.fails[kind] >= th {
				fail()
			}
			return
		}
		ps.fails[kind] = 0
		ok()
	}
	restart := func() {
		r.ev(ps.Name, "Normal", "Killing", fmt.Sprintf("Container %s failed probe, will be restarted", ct.Name))
		_, _ = r.rt.StopContainer(context.Background(), &cri.StopContainerRequest{ContainerId: ps.Container, Timeout: 30})
	}
	if !ps.Started {
		do("Startup", ct.StartupProbe, restart, func() { ps.Started = true })
		if !ps.Started {
			return
		}
	}
	do("Readiness", ct.ReadinessProbe, func() { ps.Ready = false }, func() { ps.Ready = true })
	do("Liveness", ct.LivenessProbe, restart, func() {})
}
