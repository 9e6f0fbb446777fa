// Command kubelet holds the words that the diagnosis understands against the kubelet's own source.
//
// Each line of ../../data/kubelet-words.jsonl names words as they are written in one file of a Go
// module, and the Kubernetes versions whose file has them. `cargo test` holds the message beside
// them against ours; this command looks whether the source still says so, and in no other version.
// The modules come from the Go module proxy, about 20 MB each, and stay in Go's cache.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The releases that are looked at; k8s.io/client-go has the same numbers with a 0 in front.
var releases = []string{"1.34.4", "1.35.4", "1.36.3", "1.37.2"}

type entry struct {
	Words    string   `json:"words"`
	Module   string   `json:"module"`
	File     string   `json:"file"`
	Versions []string `json:"versions"`
}

func main() {
	if len(os.Args) != 2 {
		fatal(fmt.Errorf("usage: kubelet kubelet-words.jsonl"))
	}
	entries, err := read(os.Args[1])
	fatal(err)
	wrong := 0
	for _, release := range releases {
		for _, entry := range entries {
			says, err := entry.isIn(release)
			fatal(err)
			if says != slices.Contains(entry.Versions, minor(release)) {
				wrong++
				fmt.Printf("%s %s: says %q: %v\n", release, entry.File, entry.Words, says)
			}
		}
	}
	if wrong > 0 {
		fatal(fmt.Errorf("%d of the kubelet's words are not as they were written down", wrong))
	}
	fmt.Printf("%d words of kubelets %s are what their source says\n", len(entries), strings.Join(releases, ", "))
}

func read(path string) ([]entry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var entries []entry
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var next entry
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			return nil, err
		}
		entries = append(entries, next)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return entries, lines.Err()
}

// isIn says whether the file of that release has the words.
func (e entry) isIn(release string) (bool, error) {
	directory, err := source(e.Module, release)
	if err != nil {
		return false, err
	}
	text, err := os.ReadFile(filepath.Join(directory, e.File))
	if err != nil {
		return false, err
	}
	return strings.Contains(string(text), e.Words), nil
}

var directories = map[string]string{}

// source returns where the module of a release lies, and fetches it if it is not in the cache.
func source(module, release string) (string, error) {
	version := "v" + release
	if module != "k8s.io/kubernetes" {
		version = "v0" + strings.TrimPrefix(release, "1")
	}
	name := module + "@" + version
	if known, ok := directories[name]; ok {
		return known, nil
	}
	command := exec.Command("go", "mod", "download", "-json", name)
	command.Dir = os.TempDir()
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w: %s", name, err, out)
	}
	var got struct{ Dir string }
	if err := json.Unmarshal(out, &got); err != nil {
		return "", err
	}
	directories[name] = got.Dir
	return got.Dir, nil
}

// minor returns 1.37 of 1.37.2.
func minor(release string) string {
	return release[:strings.LastIndex(release, ".")]
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
