package dashboards

import (
	"math"
	"strconv"
)

// pathData is the d of an SVG path as it is drawn.
type pathData []byte

func (p *pathData) to(command byte, x, y float64) {
	*p = append(*p, command)
	*p = appendPx(*p, x)
	*p = append(*p, ' ')
	*p = appendPx(*p, y)
}

func (p *pathData) moveTo(x, y float64) { p.to('M', x, y) }
func (p *pathData) lineTo(x, y float64) { p.to('L', x, y) }
func (p *pathData) acrossTo(x float64)  { *p = appendPx(append(*p, 'H'), x) }
func (p *pathData) close()              { *p = append(*p, 'Z') }

// px prints a coordinate, to a tenth.
func px(v float64) string { return string(appendPx(nil, v)) }

func appendPx(b []byte, v float64) []byte {
	tenths := math.Round(v * 10)
	if !(math.Abs(tenths) < 1e15) { // no coordinate of a picture; NaN
		return strconv.AppendFloat(b, tenths/10, 'f', -1, 64)
	}
	n := int64(tenths)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/10, 10)
	if n%10 != 0 {
		b = append(b, '.', byte('0'+n%10))
	}
	return b
}
