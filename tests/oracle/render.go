package main

import (
	"encoding/json"
	"math/rand"
	"regexp"
	"strings"
)

var plainWord = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9/._-]*$`)
var special = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)

// renderYAML writes a value as YAML, in one of its many ways.
func renderYAML(r *rand.Rand, value any) string {
	y := &yamlWriter{r: r, indent: 1 + r.Intn(4), flow: r.Intn(60), dense: chance(r, 50)}
	y.block(value, 0, false)
	text := y.out.String()
	if chance(r, 10) {
		text = pick(r, []string{"---\n", "# a policy\n", "%YAML 1.1\n---\n", "--- # x\n", "\n"}) + text
	}
	if chance(r, 10) {
		text += pick(r, []string{"...\n", "---\n", "---\nfoo: bar\n", "\n# end\n", "--- ]\n"})
	}
	return text
}

type yamlWriter struct {
	r      *rand.Rand
	out    strings.Builder
	indent int
	flow   int
	dense  bool
}

func (y *yamlWriter) scalar(text string) string {
	if plainWord.MatchString(text) && !special.MatchString(text) && chance(y.r, 70) {
		return text
	}
	if strings.ContainsAny(text, "\n'") || chance(y.r, 50) {
		quoted, _ := json.Marshal(text)
		return string(quoted)
	}
	return "'" + text + "'"
}

func (y *yamlWriter) inline(value any) string {
	switch v := value.(type) {
	case raw:
		return string(v)
	case string:
		return y.scalar(v)
	case list:
		var items []string
		for _, item := range v {
			items = append(items, y.inline(item))
		}
		return "[" + strings.Join(items, pick(y.r, []string{", ", ",", " , "})) + "]"
	case *object:
		var fields []string
		for _, f := range v.fields {
			fields = append(fields, y.key(f.name)+": "+y.inline(f.value))
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return "null"
}

func (y *yamlWriter) key(name string) string {
	if plainWord.MatchString(name) || name == "<<" {
		if chance(y.r, 97) {
			return name
		}
	}
	return y.scalar(name)
}

// block writes a value in block style; started says that the first line has its indentation.
func (y *yamlWriter) block(value any, depth int, started bool) {
	pad := strings.Repeat(" ", depth)
	switch v := value.(type) {
	case list:
		for i, item := range v {
			if i > 0 || !started {
				y.out.WriteString(pad)
			}
			y.out.WriteString("- ")
			y.item(item, depth+2)
		}
	case *object:
		for i, f := range v.fields {
			if i > 0 || !started {
				y.out.WriteString(pad)
			}
			y.out.WriteString(y.key(f.name) + ":")
			y.value(f.value, depth)
		}
	default:
		y.out.WriteString(y.inline(value) + "\n")
	}
}

func nested(value any) bool {
	switch v := value.(type) {
	case list:
		return len(v) > 0
	case *object:
		return len(v.fields) > 0
	}
	return false
}

func (y *yamlWriter) item(value any, depth int) {
	if nested(value) && !chance(y.r, y.flow/2) {
		y.block(value, depth, true)
	} else {
		y.out.WriteString(y.inline(value) + y.comment() + "\n")
	}
}

func (y *yamlWriter) value(value any, depth int) {
	if !nested(value) || chance(y.r, y.flow) {
		y.out.WriteString(" " + y.inline(value) + y.comment() + "\n")
		return
	}
	y.out.WriteString(y.comment() + "\n")
	if _, isList := value.(list); isList && y.dense {
		y.block(value, depth, false)
	} else {
		y.block(value, depth+y.indent, false)
	}
}

func (y *yamlWriter) comment() string {
	if chance(y.r, 3) {
		return " # note: this"
	}
	return ""
}

// renderJSON writes a value as JSON.
func renderJSON(r *rand.Rand, value any) string {
	switch v := value.(type) {
	case raw:
		return string(v)
	case string:
		quoted, _ := json.Marshal(v)
		return string(quoted)
	case list:
		var items []string
		for _, item := range v {
			items = append(items, renderJSON(r, item))
		}
		return "[" + strings.Join(items, pick(r, []string{",", ", ", ",\n"})) + "]"
	case *object:
		var fields []string
		for _, f := range v.fields {
			quoted, _ := json.Marshal(f.name)
			fields = append(fields, string(quoted)+pick(r, []string{":", ": "})+renderJSON(r, f.value))
		}
		return "{" + strings.Join(fields, pick(r, []string{",", ", ", ",\n  "})) + "}"
	}
	return "null"
}
