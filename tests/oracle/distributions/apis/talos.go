package main

import (
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
)

type mode struct{}

func (mode) String() string        { return "metal" }
func (mode) RequiresInstall() bool { return false }
func (mode) InContainer() bool     { return false }

// checkTalos applies a patch to the configuration that Talos generates for a control-plane node, and validates it.
func checkTalos(patch []byte) error {
	input, err := generate.NewInput("prod", "https://10.0.0.1:6443", "1.34.0")
	if err != nil {
		return err
	}
	config, err := input.Config(machine.TypeControlPlane)
	if err != nil {
		return err
	}
	loaded, err := configpatcher.LoadPatch(patch)
	if err != nil {
		return err
	}
	out, err := configpatcher.Apply(configpatcher.WithConfig(config), []configpatcher.Patch{loaded})
	if err != nil {
		return err
	}
	patched, err := out.Config()
	if err != nil {
		return err
	}
	_, err = patched.Validate(mode{})
	return err
}
