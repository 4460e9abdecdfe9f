package decode

func otlpProto(b []byte) bool               { return false }
func (d *Decoder) decodeOTLP(b []byte) bool { return false }
func (d *Decoder) isOTLP() bool             { return false }
func (d *Decoder) otlpJSON(b []byte) bool   { return false }
