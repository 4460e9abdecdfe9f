package rules

// cache is a map of bounded size. It keeps two generations: what is asked for moves to the young one, and what was not
// asked for while the young one filled is forgotten.
type cache[K comparable, V any] struct {
	young, old map[K]V
	most       int // of the young
}

func newCache[K comparable, V any](most int) cache[K, V] { return cache[K, V]{most: most} }

func (c *cache[K, V]) get(k K) (V, bool) {
	if v, ok := c.young[k]; ok {
		return v, true
	}
	v, ok := c.old[k]
	if ok {
		c.put(k, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	switch {
	case c.young == nil:
		c.young = make(map[K]V)
	case len(c.young) >= c.most:
		c.old, c.young = c.young, make(map[K]V, c.most/4)
	}
	c.young[k] = v
}
