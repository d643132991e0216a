// Judges what our log says, by the code with which the Go project checks its own log of modules.
// Reads JSON objects from standard input, one after the other, and writes a line for each.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type claim struct {
	VKey, Checkpoint       string
	Origin                 string
	Size, OldSize, Index   int64
	OldRoot, Entry         []byte
	Inclusion, Consistency [][]byte
}

func hashes(given [][]byte) (list []tlog.Hash) {
	for _, one := range given {
		var hash tlog.Hash
		if copy(hash[:], one) != len(hash) {
			return nil
		}
		list = append(list, hash)
	}
	return
}

func judge(c claim) error {
	verifier, err := note.NewVerifier(c.VKey)
	if err != nil {
		return fmt.Errorf("vkey: %w", err)
	}
	opened, err := note.Open([]byte(c.Checkpoint), note.VerifierList(verifier))
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	var origin, root string
	var size int64
	if _, err := fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &size, &root); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if origin != c.Origin || size != c.Size {
		return fmt.Errorf("checkpoint: it is of %s at %d", origin, size)
	}
	tree, err := tlog.ParseHash(root)
	if err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if err := tlog.CheckRecord(hashes(c.Inclusion), size, tree, c.Index, tlog.RecordHash(c.Entry)); err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	var old tlog.Hash
	copy(old[:], c.OldRoot)
	if err := tlog.CheckTree(hashes(c.Consistency), size, tree, c.OldSize, old); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	return nil
}

func main() {
	decoder := json.NewDecoder(os.Stdin)
	for {
		var c claim
		if err := decoder.Decode(&c); err == io.EOF {
			return
		} else if err != nil {
			fmt.Println("json:", err)
			os.Exit(1)
		}
		if err := judge(c); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("accepted")
		}
	}
}
