package main

import (
	"encoding/binary"
	"io"
	"net"
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

func (f frame) opensStream() bool { return f.kind <= typeWindow && f.flags&flagSYN != 0 }

func send(connection net.Conn, list []frame) error {
	for _, f := range list {
		if _, err := connection.Write(f.encode()); err != nil {
			return err
		}
	}
	return nil
}
