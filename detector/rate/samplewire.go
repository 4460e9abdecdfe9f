package rate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// SamplesStay is how long the samples of a series stay after the newest was written: where they are kept by weeks, that one
// and the one in which they are still read.
const SamplesStay = 15 * 24 * time.Hour

// MaxSamples is how many lines are kept of a series, the newest.
const MaxSamples = 5

// MaxSampleText is how many bytes of a sample's text are kept.
const MaxSampleText = 2 << 10

const samplesVersion = 1

// sampleNumbers is about what a sample takes beside its texts, in bytes: that much room is made at once.
const sampleNumbers = 48

// AppendSamples appends the last MaxSamples of samples in a versioned form.
func AppendSamples(dst []byte, samples []detector.Sample) []byte {
	if len(samples) > MaxSamples {
		samples = samples[len(samples)-MaxSamples:]
	}
	size := 2
	for i := range samples {
		s := &samples[i]
		size += sampleNumbers + len(s.Service) + len(s.Host) + min(len(s.Text), MaxSampleText) + min(len(s.Template), MaxSampleText) + len(s.Position.Topic)
	}
	dst = append(slices.Grow(dst, size), samplesVersion, byte(len(samples)))
	for i := range samples {
		s := &samples[i]
		dst = appendTime(dst, s.Time)
		dst = append(dst, byte(s.Level))
		dst = binary.LittleEndian.AppendUint64(dst, uint64(s.Shape))
		for _, t := range [...]string{s.Service, s.Host, Cut(s.Text, MaxSampleText), Cut(s.Template, MaxSampleText), s.Position.Topic} {
			dst = appendText(dst, t)
		}
		dst = binary.AppendVarint(dst, int64(s.Position.Partition))
		dst = binary.AppendVarint(dst, s.Position.Offset)
	}
	return dst
}

// DecodeSamples reads what AppendSamples wrote.
func DecodeSamples(data []byte) ([]detector.Sample, error) {
	w := wire{b: data}
	if v := w.byte(); w.err == nil && v != samplesVersion {
		return nil, fmt.Errorf("rate: samples have version %d, this build reads %d", v, samplesVersion)
	}
	n := w.byte()
	if n > MaxSamples {
		return nil, fmt.Errorf("rate: %d samples of one series, at most %d are kept", n, MaxSamples)
	}
	out := make([]detector.Sample, 0, n)
	for range n {
		s := detector.Sample{Time: w.time(), Level: detector.Level(w.byte()), Shape: detector.ShapeID(w.uint64())}
		s.Service, s.Host, s.Text, s.Template = string(w.bytes()), string(w.bytes()), string(w.bytes()), string(w.bytes())
		s.Position.Topic = string(w.bytes())
		partition := w.varint()
		if partition < math.MinInt32 || partition > math.MaxInt32 {
			w.fail(errors.New("partition out of range"))
		}
		s.Position.Partition, s.Position.Offset = int(partition), w.varint()
		out = append(out, s)
	}
	if w.err == nil && len(w.b) != 0 {
		w.err = errors.New("data after the end")
	}
	if w.err != nil {
		return nil, fmt.Errorf("rate: samples: %w", w.err)
	}
	return out, nil
}
