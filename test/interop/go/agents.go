package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/retry"
)

// Coder's agent waits so between attempts to connect; it never begins again at the floor.
const (
	retryFloor   = 100 * time.Millisecond
	retryCeiling = 10 * time.Second
)

// fleetAgent is one agent over all its connections.
type fleetAgent struct {
	index       int
	base, token string
	// States of the lifecycle in order; those reported already are not reported again.
	lifecycle atomic.Int32

	mu           sync.Mutex
	sequence     int
	acknowledged map[string]int
	counts       agentCounts
}

type agentCounts struct {
	Connects      int `json:"connects"`
	Reports       int `json:"reports"`
	Acknowledged  int `json:"acknowledged"`
	FailedReports int `json:"failedReports"`
	Values        int `json:"values"`
}

type agentResult struct {
	agentCounts
	// By key: the number in the newest value that was acknowledged.
	Newest map[string]int `json:"newest"`
}

// runAgents runs one agent for each line of a file of tokens until its input ends. They do what Coder's agent does, in the
// order and at the times in which it does it, and say what happens to them as events.
func runAgents(flags *flag.FlagSet, arguments []string) (any, error) {
	base := flags.String("url", "", "URL of the gateway")
	file := flags.String("tokens", "", "file of tokens, one a line")
	flags.Parse(arguments)
	content, err := os.ReadFile(*file)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var agents []*fleetAgent
	for index, token := range strings.Fields(string(content)) {
		agent := &fleetAgent{index: index, base: *base, token: token, acknowledged: map[string]int{}}
		agents = append(agents, agent)
		running.Go(func() { agent.run(ctx) })
	}
	untilInputEnds()
	stop()
	if err := within(30*time.Second, "stopping the agents", func() error { running.Wait(); return nil }); err != nil {
		return nil, err
	}
	results := make([]agentResult, len(agents))
	for i, agent := range agents {
		results[i] = agentResult{agent.counts, agent.acknowledged}
	}
	return results, nil
}

func (a *fleetAgent) say(event string, more map[string]any) {
	line := map[string]any{"event": event, "agent": a.index, "atMs": time.Now().UnixMilli()}
	for key, value := range more {
		line[key] = value
	}
	say(line)
}

func (a *fleetAgent) count(change func(counts *agentCounts)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(&a.counts)
}

// run connects for as long as the context lives, with the pauses of Coder's agent.
func (a *fleetAgent) run(ctx context.Context) {
	for retrier := retry.New(retryFloor, retryCeiling); retrier.Wait(ctx); {
		dialing, cancel := context.WithTimeout(ctx, 30*time.Second)
		socket, err := dialAgent(dialing, a.base, a.token)
		cancel()
		if err != nil {
			a.say("refused", map[string]any{"error": err.Error()})
			continue
		}
		a.count(func(counts *agentCounts) { counts.Connects++ })
		a.say("connected", nil)
		err = a.live(ctx, socket)
		closing := socket.close()
		if ctx.Err() != nil {
			return
		}
		a.say("disconnected", map[string]any{"error": fmt.Sprint(errors.Join(err, closing))})
	}
}

// live runs all routines of a connection until one of them fails.
func (a *fleetAgent) live(parent context.Context, socket *agentSocket) error {
	ctx, fail := context.WithCancelCause(parent)
	defer fail(nil)
	connection := &agentConnection{fleetAgent: a, socket: socket, manifest: make(chan struct{})}
	routines := map[string]func(context.Context) error{
		"banners":      connection.watchBanners,
		"manifest":     connection.handleManifest,
		"lifecycle":    connection.reportLifecycle,
		"metadata":     connection.reportMetadata,
		"resources":    connection.monitorResources,
		"stats":        connection.reportStats,
		"derp maps":    connection.subscribeDERPMaps,
		"coordination": connection.coordinate,
		"logs":         connection.sendLogs,
		"context":      connection.pushContextState,
	}
	var running sync.WaitGroup
	for name, routine := range routines {
		running.Go(func() {
			if err := routine(ctx); err != nil && parent.Err() == nil {
				fail(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	<-ctx.Done()
	if parent.Err() == nil {
		// What still runs hangs on the session, as in the real agent, whose routines end with its connection.
		socket.session.Close()
	}
	running.Wait()
	return context.Cause(ctx)
}
