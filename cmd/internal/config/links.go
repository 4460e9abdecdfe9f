package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/dashboards"
)

// maxLinks is how many buttons an incident has room for.
const maxLinks = 8

var linkWord = regexp.MustCompile(`\{([a-z_]+)\}`)

func (c *Config) validateLinks(k *checker) {
	if len(c.Links) > maxLinks {
		k.fault("links", fmt.Sprintf("are %d", len(c.Links)), fmt.Sprintf("at most %d fit beside an incident", maxLinks))
	}
	words := dashboards.LinkWords()
	for n, l := range c.Links {
		at := fmt.Sprintf("links[%d]", n)
		if l.Name == "" || len(l.Name) > 40 {
			k.fault(at+".name", "is not of 1 to 40 bytes", "write what it leads to, such as Grafana")
		}
		u, err := url.Parse(linkWord.ReplaceAllString(l.URL, "x"))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			k.fault(at+".url", "is not an address that a browser opens", "write https://grafana.example.com/explore?…")
		}
		for _, w := range linkWord.FindAllStringSubmatch(l.URL, -1) {
			if !slices.Contains(words, w[1]) {
				k.fault(at+".url", fmt.Sprintf("{%s} is unknown", w[1]), "use {"+strings.Join(words, "}, {")+"}")
			}
		}
	}
}
