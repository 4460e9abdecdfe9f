// Package source reads log topics of Kafka: it joins the consumer group, runs a handler for each partition that the
// group assigns, and hands it the partition's records with everything that is missing between them.
//
// The group and the producer are kafka-go's; records are fetched by this package itself. A batch reader that shows no
// key, time or header without allocating, and that passes over compacted and trimmed offsets without a word, serves
// neither the speed nor the exactness that is wanted here.
package source
