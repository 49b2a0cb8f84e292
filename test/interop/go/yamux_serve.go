package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

// tally is what the served side has seen, asked for by the order "tally".
type tally struct {
	sync.Mutex
	Received int64 `json:"received"`
	Resets   int   `json:"resets"`
	Served   int   `json:"served"`
	// Of this process, in bytes.
	Memory uint64 `json:"memory"`
}

func (t *tally) add(change func()) {
	t.Lock()
	defer t.Unlock()
	change()
}

func yamuxConfig() *yamux.Config {
	config := yamux.DefaultConfig()
	config.LogOutput = io.Discard
	return config
}

// serveYamux accepts connections and obeys, on each stream, the order in its first line: see obey.
func serveYamux(flags *flag.FlagSet, arguments []string) (any, error) {
	closeTimeout := flags.Duration("close-timeout", 5*time.Minute, "how long a closed stream waits for its peer")
	goAwayAfter := flags.Int("go-away-after", 0, "streams after which go-away is sent; 0: never")
	acceptMost := flags.Int("accept", 1<<30, "streams to accept; further ones stay in the backlog")
	keepAlive := flags.Duration("keep-alive", 30*time.Second, "how often to ping")
	gated := flags.Bool("gated", false, "accept one stream for each line of the input, and no other")
	flags.Parse(arguments)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	say(map[string]any{"event": "listening", "address": listener.Addr().String()})
	var gate chan struct{}
	if *gated {
		gate = make(chan struct{}, 1<<16)
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			config := yamuxConfig()
			config.StreamCloseTimeout = *closeTimeout
			config.KeepAliveInterval = *keepAlive
			session := must(yamux.Server(connection, config))
			go serveSession(session, *goAwayAfter, acceptance{*acceptMost, gate})
		}
	}()
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		if gate != nil {
			gate <- struct{}{}
		}
	}
	return nil, nil
}

// acceptance says how many streams are accepted at the most, and, where there is a gate, that each waits for it.
type acceptance struct {
	most int
	gate <-chan struct{}
}

func serveSession(session *yamux.Session, goAwayAfter int, accept acceptance) {
	seen := &tally{}
	for accepted := 1; accepted <= accept.most; accepted++ {
		if accept.gate != nil {
			<-accept.gate
		}
		stream, err := session.AcceptStream()
		if err != nil {
			return
		}
		go obey(session, stream, seen)
		if accepted == goAwayAfter {
			session.GoAway()
		}
	}
}

// obey does what a stream's first line orders:
//
//	echo             sends everything back
//	exchange n       sends n bytes of the pattern while it takes n bytes of it
//	slowly n         the same, reading slowly
//	afterwards n     takes everything to the end, then sends n bytes
//	first            finishes its own direction at once, then takes everything
//	cut n            sends n bytes and closes; the stream is reset when the close timeout has passed
//	flood            sends without end
//	ignore           takes nothing
//	tally            sends what this side has seen, as JSON
//	pings n          pings n times, then sends how often
//	try-open         sends what comes of opening a stream
func obey(session *yamux.Session, stream *yamux.Stream, seen *tally) {
	input := bufio.NewReaderSize(stream, 16)
	line, err := input.ReadString('\n')
	if err != nil {
		stream.Close()
		return
	}
	var order string
	var n int64
	fmt.Sscan(line, &order, &n)
	err = execute(session, order, n, stream, input, seen)
	seen.add(func() {
		seen.Served++
		if errors.Is(err, yamux.ErrConnectionReset) {
			seen.Resets++
		}
	})
}

func execute(session *yamux.Session, order string, n int64, stream *yamux.Stream, input io.Reader, seen *tally) error {
	if order == "cut" {
		defer stream.Close()
		return writePattern(stream, n)
	}
	if order != "ignore" {
		defer stream.Close()
	}
	switch order {
	case "echo":
		// Without the small buffer's WriteTo, which would send everything in frames of 16 bytes.
		_, err := io.Copy(stream, struct{ io.Reader }{input})
		return err
	case "exchange", "slowly":
		wrote := make(chan error, 1)
		go func() { wrote <- writePattern(stream, n) }()
		if order == "slowly" {
			input = &pausing{from: input}
		}
		err := readPattern(input, n)
		return errors.Join(err, <-wrote)
	case "afterwards":
		count, err := io.Copy(io.Discard, input)
		seen.add(func() { seen.Received += count })
		if err != nil {
			return err
		}
		return writePattern(stream, n)
	case "first":
		stream.Close()
		var pattern patternWriter
		_, err := io.Copy(&pattern, input)
		seen.add(func() { seen.Received += pattern.count })
		return err
	case "flood":
		return writePattern(stream, 1<<40)
	case "tally":
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		seen.Lock()
		defer seen.Unlock()
		seen.Memory = memory.Sys
		return json.NewEncoder(stream).Encode(seen)
	case "pings":
		for range n {
			if _, err := session.Ping(); err != nil {
				return err
			}
		}
		_, err := fmt.Fprint(stream, n)
		return err
	case "try-open":
		answer := "opened"
		if opened, err := session.OpenStream(); err != nil {
			answer = err.Error()
		} else {
			opened.Close()
		}
		_, err := io.WriteString(stream, answer)
		return err
	}
	return nil
}
