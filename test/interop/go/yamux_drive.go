package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

const caseLimit = 2 * time.Minute

var yamuxCases = map[string]func(session *yamux.Session, n int64) (any, error){
	"consecutive": consecutiveStreams,
	"concurrent":  concurrentStreams,
	"slots":       streamsBeyondTheSlots,
	"blocked":     openBeyondTheBacklog,
	"refused":     streamsBeyondTheQueue,
	"waits":       waitTooLong,
	"busy":        pingsWhileBusy,
	"exchange":    exchange,
	"slow-reader": slowReader,
	"half-close":  halfClose,
	"reset-by-us": resetByTheirSide,
	"reset-by-go": resetByGo,
	"pings":       pingsWhileFull,
	"go-away":     theirGoAway,
	"go-away-go":  ourGoAway,
	"accept":      acceptStreams,
	"idle":        idle,
}

// driveYamux runs one case as the client of a served session.
func driveYamux(flags *flag.FlagSet, arguments []string) (any, error) {
	address := flags.String("address", "", "TCP address of the server")
	name := flags.String("case", "", "case")
	n := flags.Int64("n", 0, "its number")
	closeTimeout := flags.Duration("close-timeout", 5*time.Minute, "how long a closed stream waits for its peer")
	keepAlive := flags.Duration("keep-alive", 30*time.Second, "how often to ping")
	backlog := flags.Int("backlog", 256, "un-ACKed streams that this side allows itself")
	flags.Parse(arguments)
	run, known := yamuxCases[*name]
	if !known {
		return nil, fmt.Errorf("no case %q", *name)
	}
	connection, err := net.Dial("tcp", *address)
	if err != nil {
		return nil, err
	}
	config := yamuxConfig()
	config.StreamCloseTimeout = *closeTimeout
	config.KeepAliveInterval = *keepAlive
	config.AcceptBacklog = *backlog
	session, err := yamux.Client(connection, config)
	if err != nil {
		return nil, err
	}
	var result any
	err = within(caseLimit, *name, func() (err error) { result, err = run(session, *n); return })
	if err == nil {
		err = within(10*time.Second, "closing", session.Close)
	}
	return result, err
}

// order opens a stream and writes its first line.
func order(session *yamux.Session, format string, values ...any) (*yamux.Stream, error) {
	stream, err := session.OpenStream()
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if _, err := fmt.Fprintf(stream, format+"\n", values...); err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	return stream, nil
}

// echoOnce has some bytes sent back on a stream of its own and reads to its end.
func echoOnce(session *yamux.Session, n int64) error {
	stream, err := order(session, "echo")
	if err != nil {
		return err
	}
	if err := writePattern(stream, n); err != nil {
		return err
	}
	if err := stream.Close(); err != nil {
		return err
	}
	return readPattern(stream, n)
}

func consecutiveStreams(session *yamux.Session, n int64) (any, error) {
	for i := range n {
		if err := echoOnce(session, i%3000); err != nil {
			return nil, fmt.Errorf("stream %d: %w", i+1, err)
		}
	}
	if left := session.NumStreams(); left != 0 {
		return nil, fmt.Errorf("%d streams are left behind", left)
	}
	return n, nil
}

func concurrentStreams(session *yamux.Session, n int64) (any, error) {
	streams := make([]*yamux.Stream, n)
	for i := range streams {
		stream, err := order(session, "echo")
		if err != nil {
			return nil, fmt.Errorf("stream %d: %w", i+1, err)
		}
		streams[i] = stream
	}
	failures := make(chan error, n)
	for _, stream := range streams {
		go func() {
			failures <- func() error {
				if err := writePattern(stream, 10_000); err != nil {
					return err
				}
				// Half of it comes back before any stream is finished.
				if _, err := io.CopyN(&patternWriter{}, stream, 5_000); err != nil {
					return err
				}
				return nil
			}()
		}()
	}
	for range streams {
		if err := <-failures; err != nil {
			return nil, err
		}
	}
	for _, stream := range streams {
		stream.Close()
		if rest, err := io.Copy(io.Discard, stream); err != nil || rest != 5_000 {
			return nil, fmt.Errorf("%d bytes behind the first 5,000: %w", rest, err)
		}
	}
	return n, nil
}

func exchange(session *yamux.Session, n int64) (any, error) {
	return exchangeThrough(session, n, func(from io.Reader) io.Reader { return from })
}

// slowReader takes the bytes in small pieces with pauses, so that windows are full most of the time.
func slowReader(session *yamux.Session, n int64) (any, error) {
	return exchangeThrough(session, n, func(from io.Reader) io.Reader { return &pausing{from: from} })
}

type pausing struct {
	from  io.Reader
	since int
}

func (p *pausing) Read(into []byte) (int, error) {
	n, err := p.from.Read(into[:min(len(into), 7919)])
	if p.since += n; p.since > 512*1024 {
		p.since = 0
		time.Sleep(10 * time.Millisecond)
	}
	return n, err
}

func exchangeThrough(session *yamux.Session, n int64, reader func(io.Reader) io.Reader) (any, error) {
	stream, err := order(session, "exchange %d", n)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	wrote := make(chan error, 1)
	go func() {
		err := writePattern(stream, n)
		wrote <- errors.Join(err, stream.Close())
	}()
	if err := readPattern(reader(stream), n); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if err := <-wrote; err != nil {
		return nil, fmt.Errorf("writing: %w", err)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return map[string]any{"ms": time.Since(started).Milliseconds(), "goMemoryBytes": memory.Sys}, nil
}

func askTally(session *yamux.Session) (*tally, error) {
	stream, err := order(session, "tally")
	if err != nil {
		return nil, err
	}
	stream.Close()
	seen := &tally{}
	return seen, json.NewDecoder(stream).Decode(seen)
}

func halfClose(session *yamux.Session, n int64) (any, error) {
	ours, err := order(session, "afterwards %d", n)
	if err != nil {
		return nil, err
	}
	if err := writePattern(ours, 100); err != nil {
		return nil, err
	}
	ours.Close()
	if err := readPattern(ours, n); err != nil {
		return nil, fmt.Errorf("behind our own end: %w", err)
	}
	theirs, err := order(session, "first")
	if err != nil {
		return nil, err
	}
	if err := readPattern(theirs, 0); err != nil {
		return nil, fmt.Errorf("their end: %w", err)
	}
	if err := writePattern(theirs, n); err != nil {
		return nil, fmt.Errorf("behind their end: %w", err)
	}
	theirs.Close()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		seen, err := askTally(session)
		if err != nil {
			return nil, err
		}
		if seen.Received == n+100 {
			return seen.Received, nil
		}
	}
	return nil, fmt.Errorf("what was written behind their end did not all arrive")
}

// resetByTheirSide has the peer give a stream up in mid-transfer.
func resetByTheirSide(session *yamux.Session, n int64) (any, error) {
	stream, err := order(session, "cut %d", n)
	if err != nil {
		return nil, err
	}
	go writePattern(stream, 1<<40)
	_, err = io.Copy(io.Discard, stream)
	if !errors.Is(err, yamux.ErrConnectionReset) {
		return nil, fmt.Errorf("expected a reset, got %v", err)
	}
	return nil, echoOnce(session, 1000)
}

// resetByGo closes a stream that the peer keeps open, which Go ends by RST when its close timeout has passed.
func resetByGo(session *yamux.Session, _ int64) (any, error) {
	stream, err := order(session, "flood")
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, stream, 1<<20); err != nil {
		return nil, err
	}
	stream.Close()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		seen, err := askTally(session)
		if err != nil {
			return nil, err
		}
		if seen.Resets == 1 {
			return nil, echoOnce(session, 1000)
		}
	}
	return nil, errors.New("the peer has not seen the reset")
}

// pingsWhileFull fills the windows of a stream in both directions, then pings.
func pingsWhileFull(session *yamux.Session, n int64) (any, error) {
	if _, err := order(session, "flood"); err != nil {
		return nil, err
	}
	ignored, err := order(session, "ignore")
	if err != nil {
		return nil, err
	}
	ignored.SetWriteDeadline(time.Now().Add(time.Second))
	if err := writePattern(ignored, 1<<20); !errors.Is(err, yamux.ErrTimeout) {
		return nil, fmt.Errorf("the window took 1 MiB: %v", err)
	}
	for range n {
		if _, err := session.Ping(); err != nil {
			return nil, fmt.Errorf("ping: %w", err)
		}
	}
	return n, nil
}

// pingsWhileBusy pings while n streams at once carry 2 MiB each way, so that the socket itself is full most of the time.
func pingsWhileBusy(session *yamux.Session, n int64) (any, error) {
	const size = 2 << 20
	failures := make(chan error, n)
	for range n {
		go func() { _, err := exchange(session, size); failures <- err }()
	}
	pings := 0
	for left := n; left > 0; {
		select {
		case err := <-failures:
			if left--; err != nil {
				return nil, err
			}
		default:
			if _, err := session.Ping(); err != nil {
				return nil, fmt.Errorf("ping %d: %w", pings+1, err)
			}
			pings++
		}
	}
	return pings, nil
}

// theirGoAway expects that the peer says go-away when it has been given the order.
func theirGoAway(session *yamux.Session, _ int64) (any, error) {
	live, err := order(session, "echo")
	if err != nil {
		return nil, err
	}
	if _, err := order(session, "go-away"); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		stream, err := session.OpenStream()
		if errors.Is(err, yamux.ErrRemoteGoAway) {
			break
		}
		if err != nil || time.Now().After(deadline) {
			return nil, fmt.Errorf("expected that no stream can be opened, got %v", err)
		}
		stream.Close()
	}
	if err := writePattern(live, 300_000); err != nil {
		return nil, err
	}
	live.Close()
	return nil, readPattern(live, 300_000)
}

// ourGoAway says go-away; the peer, which opens streams, must stop, and what runs must go on.
func ourGoAway(session *yamux.Session, _ int64) (any, error) {
	live, err := order(session, "echo")
	if err != nil {
		return nil, err
	}
	if err := session.GoAway(); err != nil {
		return nil, err
	}
	refused, err := order(session, "try-open")
	if err != nil {
		return nil, err
	}
	refused.Close()
	answer, err := io.ReadAll(refused)
	if err != nil || string(answer) != "REMOTE_GO_AWAY" {
		return nil, fmt.Errorf("the peer opened a stream behind our go-away: %q %v", answer, err)
	}
	if err := writePattern(live, 300_000); err != nil {
		return nil, err
	}
	live.Close()
	return nil, readPattern(live, 300_000)
}

// acceptStreams serves n streams that the peer opens at once.
func acceptStreams(session *yamux.Session, n int64) (any, error) {
	if _, err := order(session, "open-many %d", n); err != nil {
		return nil, err
	}
	var running sync.WaitGroup
	seen := &tally{}
	for range n {
		stream, err := session.AcceptStream()
		if err != nil {
			return nil, err
		}
		running.Go(func() { obey(session, stream, seen) })
	}
	running.Wait()
	answer, err := order(session, "opened")
	if err != nil {
		return nil, err
	}
	answer.Close()
	text, err := io.ReadAll(answer)
	if err != nil || string(text) != fmt.Sprint(n) {
		return nil, fmt.Errorf("the peer finished %q of its %d streams: %v", text, n, err)
	}
	return n, nil
}

// idle leaves the session to its keep-alive for n milliseconds.
func idle(session *yamux.Session, n int64) (any, error) {
	time.Sleep(time.Duration(n) * time.Millisecond)
	return n, echoOnce(session, 10)
}
