package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceFile writes a file beside and moves it, so that a crash leaves the old one or the new one, never a part.
func replaceFile(path string, data []byte) error {
	beside := path + ".new"
	if err := os.WriteFile(beside, data, 0o600); err != nil {
		return err
	}
	if err := syncFile(beside); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// syncFile writes a file or a directory through to the disk, whoever wrote to it.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncer writes the segments of a log through to the disk.
type syncer struct {
	dir   string
	sizes map[string]int64 // of each segment when it was last written through
}

// run writes through what has grown since the last call, and the directories that have new files.
func (s *syncer) run() error {
	dirs := make(map[string]bool)
	now := make(map[string]int64, len(s.sizes))
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".dat") && !strings.HasSuffix(path, ".log") {
			return gone(err)
		}
		info, err := e.Info()
		if err != nil {
			return gone(err)
		}
		before, known := s.sizes[path]
		now[path] = info.Size()
		if known && before == info.Size() {
			return nil
		}
		if !known {
			dirs[filepath.Dir(path)] = true
		}
		return gone(syncFile(path))
	})
	for dir := range dirs {
		err = errors.Join(err, gone(syncFile(dir)))
	}
	if err == nil {
		s.sizes = now
	}
	return err
}

// gone passes over that a file went meanwhile: retention removes segments.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
