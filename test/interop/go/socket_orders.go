package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"
)

// Frames by hand, for what hashicorp/yamux does not let its user do.
const (
	typeData, typeWindow, typePing     = 0, 1, 2
	flagSYN, flagACK, flagFIN, flagRST = 1, 2, 4, 8
	headerBytes                        = 12
)

type frame struct {
	kind   byte
	flags  uint16
	id     uint32
	length uint32
	body   []byte
}

func (f frame) encode() []byte {
	out := make([]byte, headerBytes, headerBytes+len(f.body))
	out[1] = f.kind
	binary.BigEndian.PutUint16(out[2:], f.flags)
	binary.BigEndian.PutUint32(out[4:], f.id)
	binary.BigEndian.PutUint32(out[8:], f.length)
	return append(out, f.body...)
}

func readFrame(from io.Reader) (frame, error) {
	var header [headerBytes]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return frame{}, err
	}
	f := frame{
		kind: header[1], flags: binary.BigEndian.Uint16(header[2:]),
		id: binary.BigEndian.Uint32(header[4:]), length: binary.BigEndian.Uint32(header[8:]),
	}
	if f.kind == typeData {
		f.body = make([]byte, f.length)
		_, err := io.ReadFull(from, f.body)
		return f, err
	}
	return f, nil
}

func data(id uint32, flags uint16, body []byte) frame {
	return frame{typeData, flags, id, uint32(len(body)), body}
}
func window(id uint32, flags uint16) frame { return frame{kind: typeWindow, flags: flags, id: id} }

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
	id, slowest := uint32(1), time.Duration(0)
	for name, how := range endings {
		for range max(run.n, 1) {
			took, err := oneEnding(connection, id, how)
			if err != nil {
				return nil, fmt.Errorf("%s (stream %d): %w", name, id, err)
			}
			id, slowest = id+2, max(slowest, took)
		}
	}
	return map[string]any{"endings": len(endings), "calls": id / 2, "slowestMs": slowest.Milliseconds()}, nil
}

func oneEnding(connection net.Conn, id uint32, how ending) (time.Duration, error) {
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	opening := append([]frame{window(id, flagSYN), data(id, 0, callBytes)}, how.before(id)...)
	seen := &watched{id: id}
	if err := send(connection, opening); err != nil {
		return 0, err
	}
	if how.answered {
		if err := seen.until(connection, func() bool { return bytes.Contains(seen.body, []byte{0x0d, 1, 2, 0}) }); err != nil {
			return 0, fmt.Errorf("the answer: %w, came %x", err, seen.body)
		}
		if seen.ends != 0 {
			return 0, fmt.Errorf("finished before the client was")
		}
	}
	begun := time.Now()
	after := how.after(id)
	// A ping behind everything: once it is answered, all that the session has to say of this stream has been said, but
	// for the answer of a call that was still running.
	ping := frame{kind: typePing, flags: flagSYN, length: id}
	if err := send(connection, append(after, ping)); err != nil {
		return 0, err
	}
	reset := false
	for _, f := range append(opening, after...) {
		reset = reset || f.flags&flagRST != 0
	}
	done := func() bool { return seen.pong && (reset || seen.ends > 0) }
	if err := seen.until(connection, done); err != nil {
		return 0, fmt.Errorf("the end: %w", err)
	}
	took := time.Since(begun)
	// One more round, in which a second FIN would come.
	seen.pong = false
	if err := send(connection, []frame{ping}); err != nil {
		return 0, err
	}
	if err := seen.until(connection, func() bool { return seen.pong }); err != nil {
		return 0, err
	}
	if seen.ends > 1 || (seen.resets > 0) {
		return 0, fmt.Errorf("%d FIN and %d RST came", seen.ends, seen.resets)
	}
	return took, nil
}

func send(connection net.Conn, list []frame) error {
	for _, f := range list {
		if _, err := connection.Write(f.encode()); err != nil {
			return err
		}
	}
	return nil
}

// watched collects what comes for one stream.
type watched struct {
	id           uint32
	body         []byte
	ends, resets int
	pong         bool
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
