package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"google.golang.org/protobuf/proto"
)

// invocation is a call as Go's client writes it: Invoke, then the request, then CloseSend unless the call is bidirectional.
func invocation(rpc string, request []byte, bidi bool) []byte {
	bytes := append([]byte{0x03, 1, 1, byte(len(rpc))}, rpc...)
	bytes = append(append(bytes, 0x05, 1, 2), byte(len(request)))
	bytes = append(bytes, request...)
	if bidi {
		return bytes
	}
	return append(bytes, 0x0d, 1, 3, 0)
}

func must1(bytes []byte, err error) []byte { return must(bytes, err) }

// Calls that the gateway answers only much later or never: whoever gives them up is before the answer.
var heldCalls = map[string][]byte{
	"BatchUpdateMetadata": invocation("/coder.agent.v2.Agent/BatchUpdateMetadata", must1(proto.Marshal(metadataReport(map[string]string{"cpu": "1"}))), false),
	"StreamDERPMaps":      invocation("/coder.tailnet.v2.Tailnet/StreamDERPMaps", nil, false),
	"Coordinate":          invocation("/coder.tailnet.v2.Tailnet/Coordinate", nil, true),
}

func cancelData(id uint32) frame { return data(id, 0, []byte{0x89, 1, 4, 0}) }

// Every way to give a call up before its answer.
var abandonments = map[string]func(id uint32) []frame{
	"FIN":                        frames(fin),
	"FIN as an empty Data frame": frames(finAsData),
	"Close, FIN":                 frames(closeData, fin),
	"Close with FIN on it":       frames(closeDataFIN),
	"FIN, then a late Close":     frames(fin, closeData),
	"FIN twice":                  frames(fin, fin),
	"Cancel, FIN":                frames(cancelData, fin),
	"Cancel, Close, FIN":         frames(cancelData, closeAgain, fin),
	"RST":                        frames(rst),
	"FIN, RST":                   frames(fin, rst),
	"Close, RST":                 frames(closeData, rst),
	"Cancel, RST":                frames(cancelData, rst),
}

// The gateway serves at least 4 streams of a session. With all but one of them held, the ACK of a call says that the one
// before has freed its slot.
const occupiedSlots = 3

// occupy holds all slots of a session but one, with streams of DERP maps. It gives the next free id.
func occupy(connection net.Conn) (uint32, error) {
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	for id := uint32(1); id < 2*occupiedSlots; id += 2 {
		seen := &watched{id: id}
		if err := send(connection, []frame{window(id, flagSYN), data(id, 0, heldCalls["StreamDERPMaps"])}); err != nil {
			return 0, err
		}
		if err := seen.until(connection, func() bool { return len(seen.body) > 0 }); err != nil {
			return 0, fmt.Errorf("stream %d that is to be held: %w", id, err)
		}
	}
	return 2*occupiedSlots + 1, nil
}

// abandonedCalls gives every held call up in every way, on a session of which one slot is free. It returns how many of each
// method were given up, those at the end of the session included.
func abandonedCalls(ctx context.Context, run socketRun) (any, error) {
	connection, err := dialRaw(ctx, run.base, run.token)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	id, err := occupy(connection)
	if err != nil {
		return nil, err
	}
	// Its commit begins an interval, within which the reports that follow are held.
	if _, err := callOnce(connection, id, heldCalls["BatchUpdateMetadata"]); err != nil {
		return nil, err
	}
	counts := map[string]int{"StreamDERPMaps": occupiedSlots}
	for _, method := range []string{"BatchUpdateMetadata", "StreamDERPMaps", "Coordinate"} {
		for name, how := range abandonments {
			id += 2
			if err := abandon(connection, id, heldCalls[method], how); err != nil {
				return nil, fmt.Errorf("%s of %s (stream %d): %w", name, method, id, err)
			}
			counts[method]++
		}
	}
	for name, how := range map[string]func(uint32) []frame{"FIN": frames(fin), "RST": frames(rst)} {
		id += 2
		half := heldCalls["BatchUpdateMetadata"][:50]
		if err := abandon(connection, id, half, how); err != nil {
			return nil, fmt.Errorf("%s in mid-request (stream %d): %w", name, id, err)
		}
		counts["BatchUpdateMetadata"]++
	}
	// The last one has freed its slot too.
	_, err = callOnce(connection, id+2, callBytes)
	return counts, err
}

// callOnce makes a call to its end and gives what was answered.
func callOnce(connection net.Conn, id uint32, call []byte) ([]byte, error) {
	connection.SetDeadline(time.Now().Add(40 * time.Second))
	seen := &watched{id: id}
	if err := send(connection, []frame{window(id, flagSYN), data(id, 0, call)}); err != nil {
		return nil, err
	}
	if err := seen.until(connection, func() bool { return len(seen.body) > 0 }); err != nil {
		return nil, fmt.Errorf("a whole call: %w", err)
	}
	if err := send(connection, []frame{fin(id)}); err != nil {
		return nil, err
	}
	return seen.body, seen.over(connection, false)
}

func abandon(connection net.Conn, id uint32, call []byte, how func(id uint32) []frame) error {
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	seen := &watched{id: id}
	if err := send(connection, []frame{window(id, flagSYN), data(id, 0, call)}); err != nil {
		return err
	}
	if err := seen.until(connection, func() bool { return seen.acked }); err != nil {
		return fmt.Errorf("its slot: %w", err)
	}
	list := how(id)
	if err := send(connection, list); err != nil {
		return err
	}
	return seen.over(connection, anyReset(list))
}
