// Package engine runs the way of the data, from records to incidents.
//
//	Worker     one for each partition that is ours: reads, decodes, redacts, shapes and counts
//	Evaluator  one for each process: takes complete buckets of the shards that are ours and judges them
//	Shard      the judges and incidents of one evaluation shard
//	Replay     the same stages over files, without a broker: scan, series and backtest
//
// Time is event time everywhere but in the few places that ask the clock that was handed in: when to flush, when a
// partition at the end of its log is complete, and what is too old to page.
package engine
