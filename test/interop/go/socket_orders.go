package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"time"
)

const bannersRPC = "/coder.agent.v2.Agent/GetAnnouncementBanners"

// A whole call, as Go's client writes it: Invoke, an empty Message, CloseSend.
var callBytes = append(append([]byte{0x03, 1, 1, byte(len(bannersRPC))}, bannersRPC...), 0x05, 1, 2, 0, 0x0d, 1, 3, 0)

var (
	closePacket     = []byte{0x0b, 1, 4, 0}
	lateClosePacket = []byte{0x0b, 1, 5, 0}
)

// An ending is what a client sends behind its call: before and after the answer has come.
type ending struct {
	before, after func(id uint32) []frame
	// The answer must come.
	answered bool
}

func none(uint32) []frame { return nil }

func frames(list ...func(id uint32) frame) func(id uint32) []frame {
	return func(id uint32) (out []frame) {
		for _, one := range list {
			out = append(out, one(id))
		}
		return out
	}
}

func closeData(id uint32) frame    { return data(id, 0, closePacket) }
func closeAgain(id uint32) frame   { return data(id, 0, lateClosePacket) }
func closeDataFIN(id uint32) frame { return data(id, flagFIN, closePacket) }
func fin(id uint32) frame          { return window(id, flagFIN) }
func finAsData(id uint32) frame    { return data(id, flagFIN, nil) }
func rst(id uint32) frame          { return window(id, flagRST) }

var endings = map[string]ending{
	"FIN":                               {none, frames(fin), true},
	"FIN as an empty Data frame":        {none, frames(finAsData), true},
	"Close, FIN":                        {none, frames(closeData, fin), true},
	"Close with FIN on it":              {none, frames(closeDataFIN), true},
	"FIN, then a late Close":            {none, frames(fin, closeData), true},
	"FIN, a late Close with FIN on it":  {none, frames(fin, closeDataFIN), true},
	"FIN twice":                         {none, frames(fin, fin), true},
	"Close twice, FIN":                  {none, frames(closeData, closeAgain, fin), true},
	"RST":                               {none, frames(rst), true},
	"FIN, RST":                          {none, frames(fin, rst), true},
	"Close, RST":                        {none, frames(closeData, rst), true},
	"FIN before the answer":             {frames(fin), none, false},
	"Close, FIN before the answer":      {frames(closeData, fin), none, false},
	"FIN, late Close before the answer": {frames(fin, closeData), none, false},
	"RST before the answer":             {frames(rst), none, false},
}

// closingOrders makes n calls for each ending on one session: each must be answered, and finished by us exactly once
// and at once, and the session must live on.
func closingOrders(ctx context.Context, run socketRun) (any, error) {
	connection, err := dialRaw(ctx, run.base, run.token)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	id := uint32(1)
	for name, how := range endings {
		for range max(run.n, 1) {
			if err := oneEnding(connection, id, how); err != nil {
				return nil, fmt.Errorf("%s (stream %d): %w", name, id, err)
			}
			id += 2
		}
	}
	return map[string]any{"endings": len(endings), "calls": id / 2}, nil
}

func oneEnding(connection net.Conn, id uint32, how ending) error {
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	opening := append([]frame{window(id, flagSYN), data(id, 0, callBytes)}, how.before(id)...)
	seen := &watched{id: id}
	if err := send(connection, opening); err != nil {
		return err
	}
	if how.answered {
		if err := seen.until(connection, func() bool { return bytes.Contains(seen.body, []byte{0x0d, 1, 2, 0}) }); err != nil {
			return fmt.Errorf("the answer: %w, came %x", err, seen.body)
		}
		if seen.ends != 0 {
			return fmt.Errorf("finished before the client was")
		}
	}
	after := how.after(id)
	if err := send(connection, after); err != nil {
		return err
	}
	return seen.over(connection, anyReset(append(opening, after...)))
}

func anyReset(list []frame) bool {
	for _, f := range list {
		if f.flags&flagRST != 0 {
			return true
		}
	}
	return false
}

// over expects that the peer has finished the stream at once and exactly once, or not at all where we have reset it. "At
// once" is an order, not a time: behind the answer to one ping comes a second, and in front of the answer to that, which the
// peer sends when it has dealt with everything before, its FIN must be here.
func (w *watched) over(connection net.Conn, reset bool) error {
	for range 2 {
		if err := w.ping(connection); err != nil {
			return fmt.Errorf("the end: %w", err)
		}
	}
	expected := 1
	if reset {
		expected = w.ends
	}
	if w.ends != expected || w.ends > 1 || w.resets > 0 {
		return fmt.Errorf("%d FIN and %d RST came", w.ends, w.resets)
	}
	// One more round, in which a second FIN would come.
	before := w.ends
	if err := w.ping(connection); err != nil {
		return err
	}
	if w.ends != before || w.resets > 0 {
		return fmt.Errorf("%d FIN and %d RST came in the end", w.ends, w.resets)
	}
	return nil
}

// ping waits for the answer to a ping of its own.
func (w *watched) ping(connection net.Conn) error {
	w.pong = false
	if err := send(connection, []frame{{kind: typePing, flags: flagSYN, length: w.id}}); err != nil {
		return err
	}
	return w.until(connection, func() bool { return w.pong })
}

// watched collects what comes for one stream.
type watched struct {
	id           uint32
	body         []byte
	ends, resets int
	// It has a slot.
	acked bool
	pong  bool
	// Pings of the peer, each of which has been answered.
	pings int
}

func (w *watched) until(connection net.Conn, enough func() bool) error {
	for !enough() {
		f, err := readFrame(connection)
		if err != nil {
			return err
		}
		switch {
		case f.kind == typePing && f.flags == flagACK:
			w.pong = true
		case f.kind == typePing:
			w.pings++
			if err := send(connection, []frame{{kind: typePing, flags: flagACK, length: f.length}}); err != nil {
				return err
			}
		case f.kind > typePing:
			return fmt.Errorf("go-away %d", f.length)
		case f.id != w.id:
			if f.flags&^flagACK != 0 || len(f.body) > 0 {
				return fmt.Errorf("a frame for stream %d: %+v", f.id, f)
			}
		default:
			w.body = append(w.body, f.body...)
			w.acked = w.acked || f.flags&flagACK != 0
			if f.flags&flagFIN != 0 {
				w.ends++
			}
			if f.flags&flagRST != 0 {
				w.resets++
			}
		}
	}
	return nil
}
