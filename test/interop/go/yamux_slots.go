package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hashicorp/yamux"
)

// hold opens n streams that are being served: each has had a byte sent back.
func hold(session *yamux.Session, n int64) ([]*yamux.Stream, error) {
	held := make([]*yamux.Stream, n)
	for i := range held {
		stream, err := echoing(session, byte(i))
		if err != nil {
			return nil, err
		}
		if held[i] = stream; !served(stream, byte(i)) {
			return nil, fmt.Errorf("held stream %d is not served", i+1)
		}
	}
	return held, nil
}

// echoing opens a stream and sends a byte to be sent back.
func echoing(session *yamux.Session, mark byte) (*yamux.Stream, error) {
	stream, err := order(session, "echo")
	if err != nil {
		return nil, err
	}
	_, err = stream.Write([]byte{mark})
	return stream, err
}

// served waits for the byte.
func served(stream *yamux.Stream, mark byte) bool {
	stream.SetReadDeadline(time.Now().Add(20 * time.Second))
	var back [1]byte
	_, err := io.ReadFull(stream, back[:])
	return err == nil && back[0] == mark
}

// stillWaits says that nothing has come for a stream although the peer has dealt with all that was sent before: it has
// answered two pings behind it, and what it had to say of the stream would have come with the second at the latest.
func stillWaits(session *yamux.Session, stream *yamux.Stream) error {
	for range 2 {
		if _, err := session.Ping(); err != nil {
			return err
		}
	}
	stream.SetReadDeadline(time.Now())
	if _, err := stream.Read(make([]byte, 1)); !errors.Is(err, yamux.ErrTimeout) {
		return fmt.Errorf("the stream was to wait: %v", err)
	}
	return nil
}

func free(stream *yamux.Stream) error {
	stream.SetReadDeadline(time.Time{})
	stream.Close()
	_, err := io.ReadAll(stream)
	return err
}

// streamsBeyondTheSlots holds n streams, so that the next ones wait, un-ACKed, and are served in their order, one for each
// stream that ends.
func streamsBeyondTheSlots(session *yamux.Session, n int64) (any, error) {
	held, err := hold(session, n)
	if err != nil {
		return nil, err
	}
	var waiting [3]*yamux.Stream
	for i := range waiting {
		if waiting[i], err = echoing(session, byte(100+i)); err != nil {
			return nil, err
		}
	}
	for i, stream := range waiting {
		for _, other := range waiting[i:] {
			if err := stillWaits(session, other); err != nil {
				return nil, err
			}
		}
		if err := free(held[i]); err != nil {
			return nil, err
		}
		if !served(stream, byte(100+i)) {
			return nil, fmt.Errorf("waiting stream %d is not served once a slot is free", i+1)
		}
	}
	return len(waiting), nil
}

// openBeyondTheBacklog has n streams served and as many waiting: this side's own limit then blocks the next Open until
// one of its streams is ACKed.
func openBeyondTheBacklog(session *yamux.Session, n int64) (any, error) {
	held, err := hold(session, n)
	if err != nil {
		return nil, err
	}
	for range n {
		if _, err := echoing(session, 1); err != nil {
			return nil, err
		}
	}
	opened := make(chan error, 1)
	go func() { _, err := session.OpenStream(); opened <- err }()
	for range 2 {
		if _, err := session.Ping(); err != nil {
			return nil, err
		}
	}
	select {
	case err := <-opened:
		return nil, fmt.Errorf("Open did not block: %v", err)
	default:
	}
	if err := free(held[0]); err != nil {
		return nil, err
	}
	return nil, within(20*time.Second, "the blocked Open", func() error { return <-opened })
}

// streamsBeyondTheQueue has n streams served and as many waiting; what comes then is reset at once, and nothing else.
func streamsBeyondTheQueue(session *yamux.Session, n int64) (any, error) {
	held, err := hold(session, n)
	if err != nil {
		return nil, err
	}
	waiting := make([]*yamux.Stream, n)
	for i := range waiting {
		if waiting[i], err = echoing(session, byte(i)); err != nil {
			return nil, err
		}
	}
	for range 3 {
		refused, err := order(session, "echo")
		if err != nil && !errors.Is(err, yamux.ErrConnectionReset) {
			return nil, err
		}
		if err == nil {
			refused.SetReadDeadline(time.Now().Add(10 * time.Second))
			if _, err := refused.Read(make([]byte, 1)); !errors.Is(err, yamux.ErrConnectionReset) {
				return nil, fmt.Errorf("a stream beyond the queue: %v", err)
			}
		}
	}
	for _, stream := range []*yamux.Stream{waiting[0], waiting[n-1]} {
		if err := stillWaits(session, stream); err != nil {
			return nil, err
		}
	}
	for i, stream := range held {
		if err := free(stream); err != nil {
			return nil, err
		}
		if !served(waiting[i], byte(i)) {
			return nil, fmt.Errorf("waiting stream %d of %d is not served", i+1, n)
		}
	}
	return n, nil
}

// waitTooLong has one stream wait until the peer gives it up. A line of the input says that nearly all of its time is
// over, a second one that all of it is.
func waitTooLong(session *yamux.Session, n int64) (any, error) {
	held, err := hold(session, n)
	if err != nil {
		return nil, err
	}
	waiting, err := echoing(session, 1)
	if err != nil {
		return nil, err
	}
	input := bufio.NewScanner(os.Stdin)
	say(map[string]any{"event": "waiting"})
	input.Scan()
	if err := stillWaits(session, waiting); err != nil {
		return nil, err
	}
	say(map[string]any{"event": "still waiting"})
	input.Scan()
	waiting.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := waiting.Read(make([]byte, 1)); !errors.Is(err, yamux.ErrConnectionReset) {
		return nil, fmt.Errorf("expected a reset, got %v", err)
	}
	// Those that were served live on, and a slot is free for the next one once one of them ends.
	if err := free(held[0]); err != nil {
		return nil, err
	}
	return nil, echoOnce(session, 1000)
}
