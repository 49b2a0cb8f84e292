package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tidegate/interop/pb/agentpb"
)

const (
	bannersInterval = 2 * time.Minute
	goodbyeTimeout  = 5 * time.Second
)

// agentConnection is one connection of an agent with what it has learned on it.
type agentConnection struct {
	*fleetAgent
	socket *agentSocket
	// Closed when the manifest is here and the startup has been told: what needs either begins then.
	ready    chan struct{}
	manifest *agentpb.Manifest
	// The agent is told to stop, which is no failure; what is said as a goodbye has a context of its own.
	stopping context.Context
}

// An agentRoutine runs for as long as its connection does. An error ends the connection.
type agentRoutine struct {
	name string
	run  func(ctx context.Context) error
	// Begins when the manifest is here.
	afterManifest bool
}

func (c *agentConnection) routines() []agentRoutine {
	return []agentRoutine{
		{"banners", c.watchBanners, false},
		{"manifest", c.handleManifest, false},
		{"lifecycle", c.reportLifecycle, false},
		{"resources", c.monitorResources, false},
		{"logs", c.sendLogs, false},
		{"metadata", c.reportMetadata, true},
		{"stats", c.reportStats, true},
		{"derp maps", c.subscribeDERPMaps, true},
		{"coordination", c.coordinate, true},
		{"connections", c.reportConnections, true},
		{"app healths", c.reportAppHealths, true},
		{"scripts", c.reportScripts, true},
		{"context", c.pushContextState, true},
	}
}

func (c *agentConnection) invoke(run func(client agentpb.DRPCAgentClient) error) error {
	_, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (struct{}, error) {
		return struct{}{}, run(client)
	})
	return err
}

// each runs a task now and on every tick, until it fails or the context ends.
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

func (c *agentConnection) isReady(ctx context.Context) bool {
	select {
	case <-c.ready:
		return true
	case <-ctx.Done():
		return false
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
	manifest, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (*agentpb.Manifest, error) {
		return client.GetManifest(ctx, &agentpb.GetManifestRequest{})
	})
	if err != nil {
		return err
	}
	if err := checkManifest(manifest); err != nil {
		return err
	}
	c.manifest = manifest
	err = c.invoke(func(client agentpb.DRPCAgentClient) error {
		startup := &agentpb.Startup{
			Version: "v2.30.0", ExpandedDirectory: "/home/agent",
			Subsystems: []agentpb.Startup_Subsystem{agentpb.Startup_ENVBUILDER},
		}
		_, err := client.UpdateStartup(ctx, &agentpb.UpdateStartupRequest{Startup: startup})
		return err
	})
	if err == nil {
		close(c.ready)
	}
	return err
}

var (
	lifecycleStates = []agentpb.Lifecycle_State{agentpb.Lifecycle_STARTING, agentpb.Lifecycle_READY}
	goodbyeStates   = []agentpb.Lifecycle_State{agentpb.Lifecycle_SHUTTING_DOWN, agentpb.Lifecycle_OFF}
)

// reportLifecycle tells each state once and in order, over all connections; the last ones when the agent is told to stop.
func (c *agentConnection) reportLifecycle(ctx context.Context) error {
	for next := c.lifecycle.Load(); int(next) < len(lifecycleStates); next = c.lifecycle.Add(1) {
		if err := c.updateLifecycle(ctx, lifecycleStates[next]); err != nil {
			return err
		}
	}
	<-ctx.Done()
	if c.stopping.Err() == nil {
		return nil
	}
	goodbye, cancel := context.WithTimeout(context.Background(), goodbyeTimeout)
	defer cancel()
	for _, state := range goodbyeStates {
		if err := c.updateLifecycle(goodbye, state); err != nil {
			c.say("no-goodbye", map[string]any{"error": err.Error()})
			return nil
		}
	}
	return nil
}

func (c *agentConnection) updateLifecycle(ctx context.Context, state agentpb.Lifecycle_State) error {
	return c.invoke(func(client agentpb.DRPCAgentClient) error {
		lifecycle := &agentpb.Lifecycle{State: state, ChangedAt: timestamppb.Now()}
		_, err := client.UpdateLifecycle(ctx, &agentpb.UpdateLifecycleRequest{Lifecycle: lifecycle})
		return err
	})
}

// monitorResources asks once what to watch; pushing what it sees is never fatal.
func (c *agentConnection) monitorResources(ctx context.Context) error {
	answer, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (*agentpb.GetResourcesMonitoringConfigurationResponse, error) {
		return client.GetResourcesMonitoringConfiguration(ctx, &agentpb.GetResourcesMonitoringConfigurationRequest{})
	})
	if err != nil {
		return err
	}
	if answer.Config == nil || answer.Config.CollectionIntervalSeconds < 1 || answer.Config.NumDatapoints < 1 {
		return fmt.Errorf("a configuration that the agent panics on: %v", answer)
	}
	if answer.Memory == nil && len(answer.Volumes) == 0 {
		return nil
	}
	interval := time.Duration(answer.Config.CollectionIntervalSeconds) * time.Second
	return each(ctx, interval, func() error {
		memory := &agentpb.PushResourcesMonitoringUsageRequest_Datapoint_MemoryUsage{Used: 1 << 30, Total: 1 << 34}
		point := &agentpb.PushResourcesMonitoringUsageRequest_Datapoint{CollectedAt: timestamppb.Now(), Memory: memory}
		return c.tolerate(ctx, "resources", func(client agentpb.DRPCAgentClient) error {
			_, err := client.PushResourcesMonitoringUsage(ctx, &agentpb.PushResourcesMonitoringUsageRequest{
				Datapoints: []*agentpb.PushResourcesMonitoringUsageRequest_Datapoint{point},
			})
			return err
		})
	})
}

// tolerate makes a call whose failure the agent only logs; the event lets a test judge it more strictly.
func (c *agentConnection) tolerate(ctx context.Context, what string, run func(client agentpb.DRPCAgentClient) error) error {
	if err := c.invoke(run); err != nil && ctx.Err() == nil && !c.socket.session.IsClosed() {
		c.say("tolerated", map[string]any{"what": what, "error": err.Error()})
	}
	return nil
}

// reportStats sends an empty report, which gives the interval, then one per interval.
func (c *agentConnection) reportStats(ctx context.Context) error {
	interval, err := c.updateStats(ctx, nil)
	if err != nil {
		return err
	}
	if interval <= 0 {
		return errors.New("the interval of stats is not positive")
	}
	first := true
	return each(ctx, interval, func() error {
		if first {
			first = false
			return nil
		}
		_, err := c.updateStats(ctx, &agentpb.Stats{
			ConnectionsByProto: map[string]int64{"TCP": 1}, ConnectionCount: 1, ConnectionMedianLatencyMs: 1.5,
			RxBytes: 1 << 40, SessionCountSsh: 1, SessionCounts: map[string]int64{"ssh": 1},
		})
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
