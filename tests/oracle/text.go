package main

import (
	"math/rand"
	"strings"
)

// exotica are pieces of YAML that parsers disagree about.
var exotica = []string{
	"&a ", "*a", "&a", "*a ", "!!str ", "!!int ", "!!binary ", "!!null", "!!bool ", "!!float ", "!!timestamp ", "!!merge ",
	"! ", "!foo ", "!<x> ", "!!", "!a!b ", "%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG !a! tag:x,\n---\n", "%", "%FOO\n",
	"---\n", "---", "--- ", "...\n", "... ", "\n---\n", "\n...\n", "--- |\n", "--- >\n",
	"<<: *a\n", "<<: ", "<<", "? ", "?", "? a\n: b\n", ": ", ":", " :", "::", " : ", "- ", "-", "- - ", "-\n", "-\t",
	"[", "]", "{", "}", "[]", "{}", "[[", "]]", "{{", "}}", ",", ", ", ",,", "[a, b]", "{a: b}", "{a, b}", "[a: b]", "[? a : b]", "{? a}",
	"[]: x", "{}: x", "[a]: x", "{a: b}: x", "*a : x", "&a : x", "{ ? : }", "[ ? ]", "[:]", "{:}", "{a:b}", "{\"a\":b}", "[\"a\":b]",
	"|", ">", "|-", "|+", ">-", ">+", "|2", ">1-", "|-2", "|0", "|\n", ">\n", "|\n  a\n", ">\n a\n\n b\n  c\n d\n", "|+\n\n\n", "| # c\n", "|x\n",
	"'", "\"", "''", "\"\"", "'a'", "\"a\"", "'a''b'", "\"\\n\"", "\"\\x41\"", "\"\\u263a\"", "\"\\U0001F600\"", "\"\\q\"", "\"\\\n", "'\n\n'", "\"a\n  b\"", "\"\\ud800\"", "\"\\x4\"", "\"\\/\"",
	"#", " #", "# c\n", "a#b", "\t", "\t#", " \t", "\t\n", "  ", "    ", "\n", "\n\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\u00a0", "\ufeff", "\ufeff\ufeff",
	"\x00", "\x01", "\x7f", "\x1b", "\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\ufffe", "\u0080", "é", "日本", "😀",
	"~", "null", "Null", "NULL", "y", "n", "yes", "no", "on", "off", "On", "OFF", "true", "True", "FALSE", "tRue",
	"0", "1", "-1", "+1", "0x1F", "0o17", "017", "08", "0b101", "0b-1", "-0b1", "1_000", "_1", "1e3", "1.5", ".5", "-.5", "1.", "1e400", ".5_0", "._5", "0.1e-7", "1e21", "123456789012345678901", "9223372036854775808", "18446744073709551616", "-9223372036854775809",
	".inf", "-.inf", ".nan", ".NaN", "+.inf", "12:30", "2020-01-01", "2020-13-01", "2001-12-14t21:59:43.10-05:00", "0x", "0b", "0o8", "@a", "`a", "@", "`", "=", "!", "&", "*", "&a &b ", "!!str !!int ", "&a\n", "!!str\n", "a: b: c", "a:\n", "a:\n- b\n", "a:\n  - b\n c\n",
	"aGVsbG8=", "a===",
}

func pick(r *rand.Rand, list []string) string { return list[r.Intn(len(list))] }

// damage changes a text as slips of the hand, bad tools and bad luck do.
func damage(r *rand.Rand, text string, others []string) string {
	for n := 1 + r.Intn(3); n > 0; n-- {
		text = damageOnce(r, text, others)
	}
	return text
}

func damageOnce(r *rand.Rand, text string, others []string) string {
	lines := strings.SplitAfter(text, "\n")
	line := r.Intn(len(lines))
	at := 0
	if len(text) > 0 {
		at = r.Intn(len(text) + 1)
	}
	switch r.Intn(22) {
	case 0: // lose a byte
		if at < len(text) {
			return text[:at] + text[at+1:]
		}
	case 1: // a byte of any kind
		return text[:at] + string([]byte{byte(r.Intn(256))}) + text[at:]
	case 2, 3, 4, 5: // something exotic
		return text[:at] + pick(r, exotica) + text[at:]
	case 6: // in front of a line
		lines[line] = pick(r, exotica) + lines[line]
		return strings.Join(lines, "")
	case 7: // at the end of a line
		lines[line] = strings.TrimSuffix(lines[line], "\n") + pick(r, exotica) + "\n"
		return strings.Join(lines, "")
	case 8: // lose a line
		return strings.Join(append(append([]string{}, lines[:line]...), lines[line+1:]...), "")
	case 9: // a line twice
		lines[line] += lines[line]
		return strings.Join(lines, "")
	case 10: // two lines swapped
		other := r.Intn(len(lines))
		lines[line], lines[other] = lines[other], lines[line]
		return strings.Join(lines, "")
	case 11: // indentation
		lines[line] = strings.Repeat(" ", r.Intn(8)) + strings.TrimLeft(lines[line], " ")
		return strings.Join(lines, "")
	case 12: // one column more or less
		if strings.HasPrefix(lines[line], " ") && r.Intn(2) == 0 {
			lines[line] = lines[line][1:]
		} else {
			lines[line] = " " + lines[line]
		}
		return strings.Join(lines, "")
	case 13: // cut off
		return text[:at]
	case 14: // a scalar replaced
		return replaceWord(r, text)
	case 15: // a piece moved
		to := at + r.Intn(20)
		if to > len(text) {
			to = len(text)
		}
		piece := text[at:to]
		rest := text[:at] + text[to:]
		spot := r.Intn(len(rest) + 1)
		return rest[:spot] + piece + rest[spot:]
	case 16: // a piece of another text
		other := pick(r, others)
		if len(other) > 0 {
			from := r.Intn(len(other))
			to := from + r.Intn(60)
			if to > len(other) {
				to = len(other)
			}
			return text[:at] + other[from:to] + text[at:]
		}
	case 17: // line ends
		switch r.Intn(4) {
		case 0:
			return strings.ReplaceAll(text, "\n", "\r\n")
		case 1:
			return strings.ReplaceAll(text, "\n", "\r")
		case 2:
			return "\ufeff" + text
		default:
			return strings.TrimRight(text, "\n")
		}
	case 18: // an indicator lost or changed
		return changeIndicator(r, text)
	case 19: // padding, so that what follows crosses the edge of a buffer
		return text[:at] + pick(r, []string{" ", "\n", "#", "a", "\n# c"}) + strings.Repeat(pick(r, []string{" ", "x", "# ", "\n"}), r.Intn(700)) + text[at:]
	case 20: // an anchor and its alias
		words := strings.Fields(text)
		if len(words) > 2 {
			first, second := pick(r, words), pick(r, words)
			text = strings.Replace(text, first, "&a "+first, 1)
			return strings.Replace(text, second, "*a", 1)
		}
	case 21: // several documents
		return text[:at] + pick(r, []string{"\n---\n", "\n...\n", "\n--- \n", "\n---", "\n... #\n", "---\n"}) + text[at:]
	}
	return text
}

func replaceWord(r *rand.Rand, text string) string {
	words := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \n\t,[]{}\"'", c) })
	if len(words) == 0 {
		return pick(r, exotica)
	}
	word := pick(r, words)
	at := strings.LastIndex(text, word)
	return text[:at] + pick(r, exotica) + text[at+len(word):]
}

func changeIndicator(r *rand.Rand, text string) string {
	var places []int
	for i, c := range []byte(text) {
		if strings.IndexByte(":-,[]{}\"'#", c) >= 0 {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return text
	}
	at := places[r.Intn(len(places))]
	new := pick(r, []string{"", ":", "-", ",", "[", "]", "{", "}", "\"", "'", "#", " ", "\n", "?", "|", ">", "&", "*", "!", "%", "@", "`"})
	return text[:at] + new + text[at+1:]
}
