package embedded

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const incarnationFile = "incarnation"

// readIncarnation returns the log's name, which is made up when the directory is new.
func readIncarnation(dir string, random io.Reader) (string, error) {
	path := filepath.Join(dir, incarnationFile)
	data, err := os.ReadFile(path)
	if err == nil {
		name := strings.TrimSpace(string(data))
		if len(name) != 32 {
			return "", fmt.Errorf("%s holds %q, not 32 hex digits: remove the directory to begin anew", path, name)
		}
		return name, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if random == nil {
		return "", errors.New("no source of randomness was given")
	}
	var id [16]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return "", err
	}
	name := hex.EncodeToString(id[:])
	// Written beside and moved, so that a crash leaves no half of it.
	if err := os.WriteFile(path+".new", []byte(name+"\n"), 0o600); err != nil {
		return "", err
	}
	return name, os.Rename(path+".new", path)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
