package rate

// AppendCells appends a block of these cells, as a flush does.
func AppendCells(dst []byte, cells []Cell) []byte {
	dst = append(dst, cellsVersion)
	last := int64(-1)
	for i := range cells {
		c := &cells[i]
		dst = appendCell(dst, &last, c.Index, c.Lines, c.Bytes, c.Summary)
	}
	return dst
}
