// Command peer is the Go side of the interop tests: it drives our TypeScript, or is driven by it, over the libraries that
// agents written in Go use. Each run does one thing and prints JSON lines; the last one says how it ended:
// {"ok":true,"result":…} or {"ok":false,"error":"…"}.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Longest run of one case. The drivers have a shorter limit of their own; this one ends orphans. Agents run for as long
// as whoever started them holds their input open.
const longestRun = 10 * time.Minute

type command func(flags *flag.FlagSet, arguments []string) (any, error)

var commands = map[string]command{
	"yamux-drive": driveYamux,
	"yamux-serve": serveYamux,
	"drpc-drive":  driveDRPC,
	"drpc-serve":  serveDRPC,
	"socket":      driveSocket,
	"calls-serve": serveCalls,
	"calls-drive": driveCalls,
	"gateway":     serveGateway,
	"batcher":     serveBatcher,
	"agents":      runAgents,
	"watch":       watchMetadata,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: peer <command> [flags]")
		os.Exit(2)
	}
	if os.Args[1] != "agents" {
		time.AfterFunc(longestRun, func() {
			finish(nil, fmt.Errorf("the run took longer than %v", longestRun))
		})
	}
	finish(commands[os.Args[1]](flag.NewFlagSet(os.Args[1], flag.ExitOnError), os.Args[2:]))
}

func finish(result any, err error) {
	if err != nil {
		say(map[string]any{"ok": false, "error": err.Error(), "result": result})
		os.Exit(1)
	}
	say(map[string]any{"ok": true, "result": result})
	os.Exit(0)
}

var output sync.Mutex

// say prints one JSON line.
func say(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

// untilInputEnds blocks until whoever started this process closes its input, or goes.
func untilInputEnds() { io.Copy(io.Discard, os.Stdin) }

// within fails when the task takes longer; the task is then left behind.
func within(limit time.Duration, what string, task func() error) error {
	done := make(chan error, 1)
	go func() { done <- task() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return fmt.Errorf("%s took longer than %v", what, limit)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		finish(nil, err)
	}
	return value
}
