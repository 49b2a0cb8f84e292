package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"
)

// frameTap listens to a connection between yamux and its transport, and says each frame that passes with its direction.
type frameTap struct {
	net.Conn
	mu        sync.Mutex
	out, into frameCutter
}

func tapFrames(connection net.Conn, onFrame func(f frame, sent bool)) *frameTap {
	tap := &frameTap{Conn: connection}
	locked := func(sent bool) func(f frame) {
		return func(f frame) {
			tap.mu.Lock()
			defer tap.mu.Unlock()
			onFrame(f, sent)
		}
	}
	tap.out.onFrame, tap.into.onFrame = locked(true), locked(false)
	return tap
}

// Write says a frame before it leaves, so that no answer can be seen before what it answers.
func (t *frameTap) Write(bytes []byte) (int, error) {
	t.out.feed(bytes)
	return t.Conn.Write(bytes)
}

func (t *frameTap) Read(into []byte) (int, error) {
	n, err := t.Conn.Read(into)
	t.into.feed(into[:n])
	return n, err
}

// frameCutter cuts headers out of a byte stream; payloads are left out.
type frameCutter struct {
	onFrame     func(f frame)
	header      []byte
	payloadLeft int
}

func (c *frameCutter) feed(bytes []byte) {
	for len(bytes) > 0 {
		if c.payloadLeft > 0 {
			n := min(c.payloadLeft, len(bytes))
			c.payloadLeft -= n
			bytes = bytes[n:]
			continue
		}
		n := min(headerBytes-len(c.header), len(bytes))
		c.header = append(c.header, bytes[:n]...)
		if bytes = bytes[n:]; len(c.header) < headerBytes {
			return
		}
		f := frame{
			kind: c.header[1], flags: binary.BigEndian.Uint16(c.header[2:]),
			id: binary.BigEndian.Uint32(c.header[4:]), length: binary.BigEndian.Uint32(c.header[8:]),
		}
		c.header = c.header[:0]
		if f.kind == typeData {
			c.payloadLeft = int(f.length)
		}
		c.onFrame(f)
	}
}

// finOrder sees whether each FIN of ours is answered at once: before any byte of a stream that was opened behind it.
type finOrder struct {
	frames int
	// By stream: when we finished it, and when we opened it, in frames of ours.
	finished, opened map[uint32]int
	answered         int
	violations       []string
}

func newFinOrder() *finOrder {
	return &finOrder{finished: map[uint32]int{}, opened: map[uint32]int{}}
}

func (o *finOrder) onFrame(f frame, sent bool) {
	if f.kind > typeWindow {
		return
	}
	if sent {
		o.frames++
		if f.opensStream() {
			o.opened[f.id] = o.frames
		}
		if f.flags&flagFIN != 0 {
			o.finished[f.id] = o.frames
		}
		return
	}
	if f.kind == typeData && f.length > 0 {
		for id, at := range o.finished {
			if at < o.opened[f.id] {
				o.violations = append(o.violations, fmt.Sprintf("stream %d was answered before our FIN of stream %d", f.id, id))
			}
		}
	}
	if f.flags&(flagFIN|flagRST) != 0 {
		if _, waited := o.finished[f.id]; waited {
			o.answered++
		}
		delete(o.finished, f.id)
		delete(o.opened, f.id)
	}
}
