package rate

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
)

const seriesVersion = 1

// AppendSeries appends s in the versioned form in which dictionaries are kept.
func AppendSeries(dst []byte, s detector.Series) []byte {
	dst = append(dst, seriesVersion, byte(s.Class), byte(s.Level))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.Shape))
	for _, t := range [...]string{s.Service, s.Environment, s.Name, s.Key} {
		dst = appendText(dst, t)
	}
	return dst
}

// DecodeSeries reads what AppendSeries wrote; data must hold exactly one series.
func DecodeSeries(data []byte) (detector.Series, error) {
	var in interner
	return in.series(data)
}

// interner keeps one copy of each text that many series share.
type interner map[string]string

func (in *interner) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := (*in)[string(b)]; ok {
		return s
	}
	if *in == nil {
		*in = make(interner)
	}
	s := string(b)
	(*in)[s] = s
	return s
}

func (in *interner) series(data []byte) (detector.Series, error) {
	w := wire{b: data}
	if v := w.byte(); w.err == nil && v != seriesVersion {
		return detector.Series{}, fmt.Errorf("rate: series has version %d, this build reads %d", v, seriesVersion)
	}
	s := detector.Series{Class: detector.Class(w.byte()), Level: detector.Level(w.byte()), Shape: detector.ShapeID(w.uint64())}
	s.Service, s.Environment, s.Name = in.text(w.bytes()), in.text(w.bytes()), in.text(w.bytes())
	s.Key = string(w.bytes()) // keys are mostly distinct: not worth a place among the shared texts
	if w.err == nil && len(w.b) != 0 {
		w.err = errors.New("data after the end")
	}
	if w.err != nil {
		return detector.Series{}, fmt.Errorf("rate: series: %w", w.err)
	}
	return s, nil
}
