package anomaly

import "math"

// slots of a day: 96 of 15 minutes each. Peaks are kept by the half hour.
const (
	slots  = 96
	halves = slots / 2
)

// daily is what a series remembers by time of day (UTC): its rate, and how far it went up and down without that being
// an incident. Values are kept on a logarithmic scale, so that what is written is exactly what is kept.
type daily struct {
	rate [slots]uint16 // mean lines a bucket, see pack; 0 is a slot that was never seen
	up   [halves]uint8 // peak of the upward statistic in nats, see packNats
	down [halves]uint8
	seen uint16 // slots that were closed; a profile is known from 96 on

	avg  float32 // mean of rate over the slots that were seen
	even float32 // how evenly it logs while its service has a day, see evenness

	open  int64   // number of the open slot since the epoch; 0 before the first
	sum   float32 // of the open slot
	count float32

	told      [slots / 32]uint32 // slots of which most was an alarm of the series the day before, see tell
	toldSum   float32            // of the open slot, while it was one
	toldCount float32
}

// pack keeps a rate of 1e-4 to 1e9 with an error of .03 %.
func pack(v float64) uint16 {
	return uint16(clamp(1+math.Round(math.Log1p(max(v, 0)*1e4)*2048), 1, math.MaxUint16))
}

func unpack(c uint16) float64 { return math.Expm1(float64(max(c, 1)-1)/2048) / 1e4 }

// packNats keeps 0 to 8 million nats with an error of 3 %.
func packNats(v float64) uint8 {
	return uint8(clamp(math.Round(math.Log1p(max(v, 0))*16), 0, math.MaxUint8))
}

func unpackNats(c uint8) float64 { return packedNats[c] }

var packedNats = func() (nats [math.MaxUint8 + 1]float64) {
	for c := range nats {
		nats[c] = math.Expm1(float64(c) / 16)
	}
	return nats
}()

// add counts x into slot number slot (since the epoch) of whole buckets and closes the one before it. A slot of a new day
// weighs .3 against the days before it, less where a part of it is all that was counted: a few buckets after a start say
// little. The first day needs half of the slot. It tells that a whole day of slots is closed.
func (d *daily) add(slot int64, x, whole float64) (full bool) {
	full = d.turn(slot, whole)
	d.sum = bounded[float32](float64(d.sum) + x)
	d.count++
	return full
}

// tell counts x of a bucket in which the series was in alarm. A slot that was an alarm for the most part teaches nothing once; the day
// after it is a habit, and all but known: a nightly job that was born by day would else page each night, for ever. It tells that a
// habit was learned.
func (d *daily) tell(slot int64, x, whole float64) (learned bool) {
	learned = slot != d.open && d.alarmed() && d.again()
	d.turn(slot, whole)
	d.toldSum = bounded[float32](float64(d.toldSum) + x)
	d.toldCount++
	return learned
}

// alarmed tells that most of the open slot was an alarm, and again that it was the day before.
func (d *daily) alarmed() bool { return d.toldCount > d.count }

func (d *daily) again() bool {
	at := d.open % slots
	return d.told[at/32]&(1<<(at%32)) != 0
}

// turn closes the open slot once another one begins.
func (d *daily) turn(slot int64, whole float64) (full bool) {
	if slot == d.open {
		return false
	}
	seen := d.seen
	d.close(whole)
	d.open, d.sum, d.count, d.toldSum, d.toldCount = slot, 0, 0, 0, 0
	return d.seen != seen && d.seen%slots == 0
}

func (d *daily) close(whole float64) {
	if d.open == 0 || d.count+d.toldCount == 0 {
		return
	}
	at := d.open % slots
	mean, weight, part := float64(d.sum)/float64(max(d.count, 1)), .3, min(1, float64(d.count)/whole)
	word, bit := &d.told[at/32], uint32(1)<<(at%32)
	if d.alarmed() {
		again := d.again()
		*word |= bit
		if !again {
			return
		}
		mean, weight, part = float64(d.toldSum/d.toldCount), .7, min(1, float64(d.toldCount)/whole)
	} else {
		*word &^= bit
	}
	if d.seen++; d.seen == math.MaxUint16/slots*slots+1 {
		d.seen -= 30 * slots // how many days beyond some weeks it was says nothing, that one is full does
	}
	if d.rate[at] != 0 {
		old := unpack(d.rate[at])
		d.rate[at] = pack(old + weight*part*(mean-old))
	} else if part >= .5 {
		d.rate[at] = pack(mean)
	}
	d.average()
}

// known is how many whole days were seen.
func (d *daily) known() float64 { return math.Floor(float64(d.seen) / slots) }

// mean is the mean rate of the slots that were seen.
func (d *daily) mean() float64 { return float64(d.avg) }

func (d *daily) average() {
	sum, n := 0.0, 0.0
	for _, c := range d.rate {
		if c != 0 {
			sum += unpack(c)
			n++
		}
	}
	d.avg = float32(sum / max(n, 1))
}

// note books a peak of nats at the time of day of slot (since the epoch), where it is larger than what stands there.
func note(at *[halves]uint8, slot int64, nats float64) {
	i := slot / 2 % halves
	at[i] = max(at[i], packNats(nats))
}

// fade takes 9 % from what stands at slot's time of day; it is called once a day, when the half hour begins.
func fade(at *[halves]uint8, slot int64) {
	i := slot / 2 % halves
	at[i] = packNats(.91 * unpackNats(at[i]))
}

// near is the largest that stands at slot's time of day or within a quarter of an hour of the slot.
func near(at *[halves]uint8, slot int64) float64 {
	half := func(slot int64) uint8 { return at[(slot+slots)/2%halves] }
	return unpackNats(max(half(slot-1), half(slot), half(slot+1)))
}
