package selector

import "sync"

// maxCached bounds a Cache: silences that hold at one time are few.
const maxCached = 1000

// Cache keeps compiled expressions. Its zero value is ready; it may be used by several goroutines.
type Cache struct {
	mu       sync.Mutex
	compiled map[string]*Selector
}

// Compile is the function Compile, which takes a thousand times as long as a look here.
func (c *Cache) Compile(text string) (*Selector, error) {
	c.mu.Lock()
	s, ok := c.compiled[text]
	c.mu.Unlock()
	if ok {
		return s, nil
	}
	s, err := Compile(text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.compiled == nil || len(c.compiled) >= maxCached {
		c.compiled = map[string]*Selector{}
	}
	c.compiled[text] = s
	return s, nil
}
