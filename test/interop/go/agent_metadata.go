package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tidegate/interop/pb/agentpb"
)

const (
	reportTick    = time.Second
	reportTimeout = 30 * time.Second
)

// collection knows which keys are due. It begins anew with each connection, so that each of them collects every key.
type collection struct {
	descriptions []*agentpb.WorkspaceAgentMetadata_Description
	collectedAt  map[string]time.Time
	// What has been collected since the last report began; a newer value takes the place of an older one.
	pending map[string]int
}

// collect runs the "script" of every key that is due: it numbers the agent's values.
func (c *collection) collect(now time.Time, nextNumber func() int) {
	for _, description := range c.descriptions {
		// The count of nanoseconds is the number of seconds.
		interval := time.Duration(description.Interval.AsDuration().Nanoseconds()) * time.Second
		last, before := c.collectedAt[description.Key]
		// An interval of 0 means once a connection.
		if before && (interval == 0 || now.Sub(last) < interval) {
			continue
		}
		c.collectedAt[description.Key] = now
		c.pending[description.Key] = nextNumber()
	}
}

func (c *collection) take() map[string]int {
	taken := c.pending
	c.pending = map[string]int{}
	return taken
}

func (a *fleetAgent) nextNumber() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sequence++
	return a.sequence
}

// reportMetadata collects at once and on every tick, and reports on every tick what is pending, one report at a time.
func (c *agentConnection) reportMetadata(ctx context.Context) error {
	keys := &collection{c.manifest.Metadata, map[string]time.Time{}, map[string]int{}}
	keys.collect(time.Now(), c.nextNumber)
	done := make(chan error, 1)
	inFlight := false
	ticker := time.NewTicker(reportTick)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			keys.collect(now, c.nextNumber)
			if inFlight || len(keys.pending) == 0 {
				continue
			}
			inFlight = true
			values := keys.take()
			go func() { done <- c.reportOnce(ctx, values) }()
		case err := <-done:
			if inFlight = false; err != nil {
				return err
			}
		case <-ctx.Done():
			if inFlight {
				<-done
			}
			return nil
		}
	}
}

// reportOnce is never repeated: what it held is lost if it fails, and the connection ends.
func (c *agentConnection) reportOnce(ctx context.Context, values map[string]int) error {
	texts := map[string]string{}
	for key, number := range values {
		texts[key] = strconv.Itoa(number)
	}
	c.count(func(counts *agentCounts) { counts.Reports++; counts.Values += len(values) })
	limited, cancel := context.WithTimeout(ctx, reportTimeout)
	defer cancel()
	begun := time.Now()
	err := c.socket.report(limited, texts)
	took := time.Since(begun)
	if err != nil {
		// One that is under way when the agent is told to stop has not failed.
		if ctx.Err() == nil || errors.Is(limited.Err(), context.DeadlineExceeded) {
			c.count(func(counts *agentCounts) { counts.FailedReports++ })
			c.say("report-failed", map[string]any{"error": err.Error(), "tookMs": took.Milliseconds()})
		}
		return fmt.Errorf("report: %w", err)
	}
	c.count(func(counts *agentCounts) {
		counts.Acknowledged++
		c.answeredMs = append(c.answeredMs, took.Milliseconds())
		for key, number := range values {
			c.acknowledged[key] = number
		}
	})
	return nil
}
