package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/audit"
)

// writeSchema prints crates/audit-policy/src/policy/schema/kinds.rs: the types of all kinds the server's audit scheme
// knows, as far as their shape shows in error texts.
func writeSchema() {
	w := &schemaWriter{names: map[reflect.Type]string{}}
	known := audit.Scheme.AllKnownTypes()
	var kinds []schema.GroupVersionKind
	for gvk := range known {
		kinds = append(kinds, gvk)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].String() < kinds[j].String() })
	fmt.Print("//! The kinds the server's audit scheme knows, and their types.\n" +
		"//!\n//! Written by `go run . -t schema` in tests/oracle; not to be edited.\n\n" +
		"use super::Type::{Any, Bool, Int, Interface, List, Map, Struct as Of, Text, Time};\n" +
		"use super::VersionScope::{Unversioned, Versioned};\n" +
		"use super::{KindType, Struct, embedded, field, kind};\n\n" +
		"/// Every kind by its group, version and name.\n#[rustfmt::skip]\npub(in crate::policy) static KINDS: &[KindType] = &[\n")
	for _, gvk := range kinds {
		unversioned, _ := audit.Scheme.IsUnversioned(reflect.New(known[gvk]).Interface().(runtime.Object))
		scope := "Versioned"
		if unversioned {
			scope = "Unversioned"
		}
		fmt.Printf("    kind(%s, %q, %q, %q, &%s),\n", scope, gvk.Group, gvk.Version, gvk.Kind, w.structName(known[gvk]))
	}
	fmt.Println("];")
	for len(w.todo) > 0 {
		next := w.todo[0]
		w.todo = w.todo[1:]
		w.writeStruct(next)
	}
}

type schemaWriter struct {
	names map[reflect.Type]string
	todo  []reflect.Type
}

func (w *schemaWriter) structName(t reflect.Type) string {
	if name, ok := w.names[t]; ok {
		return name
	}
	name := constant(t.String())
	w.names[t] = name
	w.todo = append(w.todo, t)
	return name
}

// constant turns v1.ObjectMeta into V1_OBJECT_META.
func constant(name string) string {
	var out strings.Builder
	lower := false
	for _, c := range name {
		switch {
		case c == '.':
			out.WriteByte('_')
			lower = false
			continue
		case c >= 'A' && c <= 'Z' && lower:
			out.WriteByte('_')
		}
		lower = c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		out.WriteString(strings.ToUpper(string(c)))
	}
	return out.String()
}

func (w *schemaWriter) writeStruct(t reflect.Type) {
	fmt.Printf("\n#[rustfmt::skip]\nstatic %s: Struct = Struct { name: %q, go: %q, fields: &[\n", w.names[t], t.Name(), t.String())
	line := ""
	for _, field := range w.fields(t, "") {
		if line != "" && len(line)+len(field) > 112 {
			fmt.Println("   " + line)
			line = ""
		}
		line += " " + field + ","
	}
	fmt.Println("   " + line + "\n] };")
}

func (w *schemaWriter) fields(t reflect.Type, parent string) []string {
	var all []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		name := strings.Split(f.Tag.Get("json"), ",")[0]
		if name == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			if parent != "" {
				panic("embedded twice: " + t.String())
			}
			all = append(all, w.fields(f.Type, f.Name)...)
			continue
		}
		if name == "" {
			name = f.Name
		}
		if parent == "" {
			all = append(all, fmt.Sprintf("field(%q, %s)", name, w.typeOf(f.Type)))
		} else {
			all = append(all, fmt.Sprintf("embedded(%q, %q, %s)", parent, name, w.typeOf(f.Type)))
		}
	}
	return all
}

func (w *schemaWriter) typeOf(t reflect.Type) string {
	pointer := t.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	if _, ok := reflect.New(t).Interface().(json.Unmarshaler); ok {
		if t.Name() == "Time" {
			return "Time"
		}
		return "Any"
	}
	switch t.Kind() {
	case reflect.String:
		return fmt.Sprintf("Text(%q)", t.String())
	case reflect.Bool:
		return fmt.Sprintf("Bool { pointer: %v }", pointer)
	case reflect.Int32, reflect.Int64:
		return fmt.Sprintf("Int { bits: %d }", t.Bits())
	case reflect.Slice:
		return fmt.Sprintf("List(%q, &%s)", t.String(), w.typeOf(t.Elem()))
	case reflect.Map:
		return fmt.Sprintf("Map(%q, &%s)", t.String(), w.typeOf(t.Elem()))
	case reflect.Struct:
		return "Of(&" + w.structName(t) + ")"
	case reflect.Interface:
		return fmt.Sprintf("Interface(%q)", t.String())
	}
	panic("no such type: " + t.String())
}
