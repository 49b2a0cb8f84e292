package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
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
	// Also says what Coder's agent says only for apps and scripts of its manifest.
	extras bool
	// States of the lifecycle in order; those reported already are not reported again.
	lifecycle atomic.Int32

	mu           sync.Mutex
	sequence     int
	acknowledged map[string]int
	answeredMs   []int64
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

type agentsResult struct {
	Agents []agentResult `json:"agents"`
	// How long reports took to be answered, in milliseconds.
	AnswerMs map[string]int64 `json:"answerMs"`
}

// runAgents runs one agent for each line of a file of tokens until its input ends. They do what Coder's agent does, in the
// order and at the times in which it does it, and say what happens to them as events. A line "results" on the input is
// answered by an event with what there is so far.
func runAgents(flags *flag.FlagSet, arguments []string) (any, error) {
	base := flags.String("url", "", "URL of the gateway")
	file := flags.String("tokens", "", "file of tokens, one a line")
	extras := flags.Bool("extras", false, "also report app healths and script timings that no manifest asks for")
	flags.Parse(arguments)
	content, err := os.ReadFile(*file)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var agents []*fleetAgent
	for index, token := range strings.Fields(string(content)) {
		agent := &fleetAgent{index: index, base: *base, token: token, extras: *extras, acknowledged: map[string]int{}}
		agents = append(agents, agent)
		running.Go(func() { agent.run(ctx) })
	}
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		say(map[string]any{"event": input.Text(), "results": resultsOf(agents)})
	}
	stop()
	if err := within(30*time.Second, "stopping the agents", func() error { running.Wait(); return nil }); err != nil {
		return nil, err
	}
	return resultsOf(agents), nil
}

func resultsOf(agents []*fleetAgent) agentsResult {
	results := agentsResult{AnswerMs: map[string]int64{}}
	var answers []int64
	for _, agent := range agents {
		agent.mu.Lock()
		results.Agents = append(results.Agents, agentResult{agent.counts, maps.Clone(agent.acknowledged)})
		answers = append(answers, agent.answeredMs...)
		agent.mu.Unlock()
	}
	if len(answers) == 0 {
		return results
	}
	slices.Sort(answers)
	for name, share := range map[string]float64{"p50": 0.5, "p99": 0.99, "max": 1} {
		results.AnswerMs[name] = answers[min(len(answers)-1, int(share*float64(len(answers))))]
	}
	return results
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

// live runs all routines of a connection until one of them fails or the agent is told to stop.
func (a *fleetAgent) live(stopping context.Context, socket *agentSocket) error {
	ctx, fail := context.WithCancelCause(stopping)
	defer fail(nil)
	connection := &agentConnection{fleetAgent: a, socket: socket, ready: make(chan struct{}), stopping: stopping}
	var running sync.WaitGroup
	for _, routine := range connection.routines() {
		running.Go(func() {
			if routine.afterManifest && !connection.isReady(ctx) {
				return
			}
			if err := routine.run(ctx); err != nil && stopping.Err() == nil {
				fail(fmt.Errorf("%s: %w", routine.name, err))
			}
		})
	}
	<-ctx.Done()
	if stopping.Err() == nil {
		// What still runs hangs on the session, as in the real agent, whose routines end with its connection.
		socket.session.Close()
	}
	running.Wait()
	return context.Cause(ctx)
}
