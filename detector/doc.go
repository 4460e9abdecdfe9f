// Package detector holds the types of the stream, from the record that Kafka delivers to the incident that a person
// reads:
//
//	record -> event -> shape -> count -> signal -> incident -> notification
//
// The stages stand in the packages below it: source reads records, decode makes events of them, redact removes
// secrets, template masks the variables, rate counts, anomaly judges, incident keeps what is judged, and engine runs
// them all. Nothing here knows a driver, a clock or who uses it.
package detector
