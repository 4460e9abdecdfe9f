package source

import (
	"context"
	"time"
)

func (p *Partition) connect(ctx context.Context) error {
	if p.fetcher != nil {
		return nil
	}
	if !p.positioned {
		b, err := p.Bounds(ctx)
		if err != nil {
			return err
		}
		p.first, p.end = b.First, b.End
		p.SeekTo(b.First)
	}
	f, err := p.newFetcher(ctx)
	if err != nil {
		return err
	}
	p.fetcher = f
	return nil
}

func (p *Partition) newFetcher(ctx context.Context) (*fetcher, error) {
	conn, err := p.client.dialLeader(ctx, p.Topic, p.ID)
	if err != nil {
		return nil, err
	}
	log, err := p.client.topicID(ctx, conn, p.Topic)
	switch {
	case err != nil:
	case p.of == "": // nobody asked which log it is
		p.of = log
	case another(p.of, log):
		err = &AnewError{p.Topic, p.ID}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	o := p.client.opts
	return &fetcher{
		conn: conn, clientID: o.ClientID, topic: p.Topic, partition: p.ID,
		maxWait: o.MaxWait, maxBytes: p.maxBytes, timeout: o.RequestTimeout,
	}, nil
}

func (p *Partition) failed(err error) {
	if p.trouble == nil || p.trouble.Error() != err.Error() {
		p.log.Warn("kafka: the partition cannot be read; trying again", "error", err)
	}
	p.trouble = err
	p.retry.failed(time.Now())
	p.drop()
}

func (p *Partition) recovered() {
	if p.trouble != nil {
		p.log.Info("kafka: the partition answers again")
	}
	p.trouble = nil
	p.retry.reset()
}

func (p *Partition) drop() {
	if p.fetcher != nil {
		p.fetcher.close()
		p.fetcher = nil
	}
}
