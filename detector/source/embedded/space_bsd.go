//go:build darwin || freebsd

package embedded

import "syscall"

// space is how many bytes are free for us on the disk of dir, and how many it has.
func space(dir string) (free, all int64) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return -1, -1
	}
	size := int64(s.Bsize)
	return int64(s.Bavail) * size, int64(s.Blocks) * size
}
