//go:build !unix

package embedded

import (
	"os"
	"path/filepath"
)

// lockDir opens the lock file; this system has no lock that ends with the process.
func lockDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
}
