package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
	"storj.io/drpc/drpcerr"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

const (
	bannersInterval   = 2 * time.Minute
	reportTick        = time.Second
	reportTimeout     = 30 * time.Second
	goodbyeTimeout    = 5 * time.Second
	codeUnimplemented = 12
)

// agentConnection is one connection of an agent with what it has learned on it.
type agentConnection struct {
	*fleetAgent
	socket *agentSocket
	// Closed when the manifest is here.
	manifest     chan struct{}
	descriptions []*agentpb.WorkspaceAgentMetadata_Description
}

func (c *agentConnection) invoke(run func(client agentpb.DRPCAgentClient) error) error {
	_, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (struct{}, error) {
		return struct{}{}, run(client)
	})
	return err
}

// each runs a task now and on every tick; true when the context ended it.
func each(ctx context.Context, interval time.Duration, task func() error) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := task(); err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (c *agentConnection) watchBanners(ctx context.Context) error {
	return each(ctx, bannersInterval, func() error {
		return c.invoke(func(client agentpb.DRPCAgentClient) error {
			_, err := client.GetAnnouncementBanners(ctx, &agentpb.GetAnnouncementBannersRequest{})
			return err
		})
	})
}

func (c *agentConnection) handleManifest(ctx context.Context) error {
	return c.invokeManifest(ctx, func(manifest *agentpb.Manifest) error {
		if err := checkManifest(manifest); err != nil {
			return err
		}
		c.descriptions = manifest.Metadata
		close(c.manifest)
		return c.invoke(func(client agentpb.DRPCAgentClient) error {
			startup := &agentpb.Startup{Version: "v2.30.0", ExpandedDirectory: "/home/agent"}
			_, err := client.UpdateStartup(ctx, &agentpb.UpdateStartupRequest{Startup: startup})
			return err
		})
	})
}

func (c *agentConnection) invokeManifest(ctx context.Context, use func(*agentpb.Manifest) error) error {
	manifest, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (*agentpb.Manifest, error) {
		return client.GetManifest(ctx, &agentpb.GetManifestRequest{})
	})
	if err != nil {
		return err
	}
	return use(manifest)
}

func (c *agentConnection) hasManifest(ctx context.Context) bool {
	select {
	case <-c.manifest:
		return true
	case <-ctx.Done():
		return false
	}
}

var lifecycleStates = []agentpb.Lifecycle_State{agentpb.Lifecycle_STARTING, agentpb.Lifecycle_READY}

func (c *agentConnection) reportLifecycle(ctx context.Context) error {
	for next := c.lifecycle.Load(); int(next) < len(lifecycleStates); next = c.lifecycle.Add(1) {
		err := c.invoke(func(client agentpb.DRPCAgentClient) error {
			state := &agentpb.Lifecycle{State: lifecycleStates[next], ChangedAt: timestamppb.Now()}
			_, err := client.UpdateLifecycle(ctx, &agentpb.UpdateLifecycleRequest{Lifecycle: state})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reportMetadata collects each key when it is due and reports, every tick, what is pending, one report at a time.
func (c *agentConnection) reportMetadata(ctx context.Context) error {
	if !c.hasManifest(ctx) {
		return nil
	}
	collected := map[string]time.Time{}
	pending := map[string]int{}
	collect := func(now time.Time) {
		for _, description := range c.descriptions {
			// The count of nanoseconds is the number of seconds.
			interval := time.Duration(description.Interval.AsDuration().Nanoseconds()) * time.Second
			last, before := collected[description.Key]
			if before && (interval == 0 || now.Sub(last) < interval) {
				continue
			}
			collected[description.Key] = now
			c.mu.Lock()
			c.sequence++
			pending[description.Key] = c.sequence
			c.mu.Unlock()
		}
	}
	collect(time.Now())
	done := make(chan error, 1)
	inFlight := false
	ticker := time.NewTicker(reportTick)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			collect(now)
			if inFlight || len(pending) == 0 {
				continue
			}
			inFlight = true
			values := pending
			pending = map[string]int{}
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
	if err != nil {
		// One that is under way when the agent is told to stop has not failed.
		if ctx.Err() == nil || errors.Is(limited.Err(), context.DeadlineExceeded) {
			c.count(func(counts *agentCounts) { counts.FailedReports++ })
			c.say("report-failed", map[string]any{"error": err.Error(), "tookMs": time.Since(begun).Milliseconds()})
		}
		return fmt.Errorf("report: %w", err)
	}
	c.count(func(counts *agentCounts) {
		counts.Acknowledged++
		for key, number := range values {
			c.acknowledged[key] = number
		}
	})
	return nil
}

func (c *agentConnection) monitorResources(ctx context.Context) error {
	return c.invoke(func(client agentpb.DRPCAgentClient) error {
		answer, err := client.GetResourcesMonitoringConfiguration(ctx, &agentpb.GetResourcesMonitoringConfigurationRequest{})
		if err == nil && (answer.Config == nil || answer.Config.CollectionIntervalSeconds < 1 || answer.Config.NumDatapoints < 1) {
			err = fmt.Errorf("a configuration that the agent panics on: %v", answer)
		}
		return err
	})
}

func (c *agentConnection) reportStats(ctx context.Context) error {
	interval, err := c.updateStats(ctx, nil)
	if err != nil {
		return err
	}
	if interval <= 0 {
		return fmt.Errorf("the interval of stats is %v", interval)
	}
	first := true
	return each(ctx, interval, func() error {
		if first {
			first = false
			return nil
		}
		_, err := c.updateStats(ctx, &agentpb.Stats{ConnectionsByProto: map[string]int64{"TCP": 1}, ConnectionCount: 1, RxBytes: 1 << 40})
		return err
	})
}

func (c *agentConnection) updateStats(ctx context.Context, stats *agentpb.Stats) (time.Duration, error) {
	answer, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (*agentpb.UpdateStatsResponse, error) {
		return client.UpdateStats(ctx, &agentpb.UpdateStatsRequest{Stats: stats})
	})
	if err != nil {
		return 0, err
	}
	return answer.ReportInterval.AsDuration(), nil
}

// subscribeDERPMaps reads maps for ever: an end of any kind is a failure.
func (c *agentConnection) subscribeDERPMaps(ctx context.Context) error {
	client, err := c.socket.tailnet()
	if err != nil {
		return err
	}
	defer client.DRPCConn().Close()
	maps, err := client.StreamDERPMaps(ctx, &tailnetpb.StreamDERPMapsRequest{})
	if err != nil {
		return err
	}
	for {
		derp, err := maps.Recv()
		if err != nil {
			return err
		}
		if derp.HomeParams == nil {
			return errors.New("a DERP map without home_params, which the agent panics on")
		}
	}
}

// coordinate holds the stream open; told to stop, it says Disconnect and waits for the end of the stream.
func (c *agentConnection) coordinate(ctx context.Context) error {
	client, err := c.socket.tailnet()
	if err != nil {
		return err
	}
	defer client.DRPCConn().Close()
	// Its own context: the goodbye is said after the agent's has ended.
	stream, err := client.Coordinate(context.Background())
	if err != nil {
		return err
	}
	node := &tailnetpb.Node{Id: int64(c.index) + 1, AsOf: timestamppb.Now(), Key: make([]byte, 32)}
	self := &tailnetpb.CoordinateRequest_UpdateSelf{Node: node}
	if err := stream.Send(&tailnetpb.CoordinateRequest{UpdateSelf: self}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := stream.Recv(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if stream.Send(&tailnetpb.CoordinateRequest{Disconnect: &tailnetpb.CoordinateRequest_Disconnect{}}) != nil {
		return nil
	}
	select {
	case <-ended:
	case <-time.After(goodbyeTimeout):
		c.say("no-goodbye", nil)
	}
	return nil
}

func (c *agentConnection) sendLogs(ctx context.Context) error {
	return c.invoke(func(client agentpb.DRPCAgentClient) error {
		logs := []*agentpb.Log{{CreatedAt: timestamppb.Now(), Output: "agent connected", Level: agentpb.Log_INFO}}
		request := &agentpb.BatchCreateLogsRequest{LogSourceId: make([]byte, 16), Logs: logs}
		_, err := client.BatchCreateLogs(ctx, request)
		return err
	})
}

// pushContextState is never fatal: "Unimplemented" ends it quietly.
func (c *agentConnection) pushContextState(ctx context.Context) error {
	err := c.invoke(func(client agentpb.DRPCAgentClient) error {
		_, err := client.PushContextState(ctx, &agentpb.PushContextStateRequest{Version: 1, Initial: true})
		return err
	})
	if err != nil && drpcerr.Code(err) != codeUnimplemented && ctx.Err() == nil {
		c.say("context-refused", map[string]any{"error": err.Error()})
	}
	return nil
}
