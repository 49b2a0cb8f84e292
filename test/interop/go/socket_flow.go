package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hashicorp/yamux"
	"google.golang.org/protobuf/proto"
	"storj.io/drpc/drpcconn"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

// rawCall opens a stream and writes a whole call on it, without drpc.
func rawCall(session *yamux.Session, call []byte) (*yamux.Stream, error) {
	stream, err := session.OpenStream()
	if err != nil {
		return nil, err
	}
	_, err = stream.Write(call)
	return stream, err
}

// isServed says that the first byte of an answer comes.
func isServed(stream *yamux.Stream) error {
	stream.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, err := io.ReadFull(stream, make([]byte, 1))
	return err
}

func holdMaps(session *yamux.Session, n int) ([]*yamux.Stream, error) {
	held := make([]*yamux.Stream, n)
	for i := range held {
		stream, err := rawCall(session, heldCalls["StreamDERPMaps"])
		if err != nil {
			return nil, err
		}
		if held[i] = stream; isServed(stream) != nil {
			return nil, fmt.Errorf("held stream %d of %d is not served", i+1, n)
		}
	}
	return held, nil
}

// socketSlots holds n streams of DERP maps: the next ones wait and are served in order, one for each that ends.
func socketSlots(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		held, err := holdMaps(socket.session, run.n)
		if err != nil {
			return err
		}
		var waiting [3]*yamux.Stream
		for i := range waiting {
			if waiting[i], err = rawCall(socket.session, heldCalls["StreamDERPMaps"]); err != nil {
				return err
			}
		}
		for i, stream := range waiting {
			for _, other := range waiting[i:] {
				if err := stillWaits(socket.session, other); err != nil {
					return err
				}
			}
			held[i].Close()
			if err := isServed(stream); err != nil {
				return fmt.Errorf("waiting stream %d, once a slot is free: %w", i+1, err)
			}
		}
		return nil
	})
}

// socketWaitTooLong has a stream wait until the gateway gives it up, which must not be before its time, and sees that the
// session lives on.
func socketWaitTooLong(ctx context.Context, run socketRun) (any, error) {
	var waited time.Duration
	err := withSocket(ctx, run, func(socket *agentSocket) error {
		held, err := holdMaps(socket.session, run.n)
		if err != nil {
			return err
		}
		begun := time.Now()
		waiting, err := rawCall(socket.session, heldCalls["StreamDERPMaps"])
		if err != nil {
			return err
		}
		waiting.SetReadDeadline(time.Now().Add(75 * time.Second))
		if _, err := waiting.Read(make([]byte, 1)); !errors.Is(err, yamux.ErrConnectionReset) {
			return fmt.Errorf("expected a reset, got %v", err)
		}
		waited = time.Since(begun)
		held[0].Close()
		return socket.report(ctx, map[string]string{"cpu": "1"})
	})
	return map[string]any{"waitedMs": waited.Milliseconds()}, err
}

// unreadAnswers asks for a manifest larger than a window: read slowly it comes whole; left unread it stops at the window,
// pings go on both ways meanwhile, and a reset frees the only free slot of a session.
func unreadAnswers(ctx context.Context, run socketRun) (any, error) {
	var manifestBytes int
	err := withSocket(ctx, run, func(socket *agentSocket) error {
		call, err := socket.session.OpenStream()
		if err != nil {
			return err
		}
		slow := drpcconn.NewWithOptions(&slowTransport{call}, clientOptions(false))
		manifest, err := agentpb.NewDRPCAgentClient(slow).GetManifest(ctx, &agentpb.GetManifestRequest{})
		if err != nil {
			return fmt.Errorf("read slowly: %w", err)
		}
		manifestBytes = proto.Size(manifest)
		return errors.Join(checkManifest(manifest), slow.Close())
	})
	if err != nil {
		return nil, err
	}
	connection, err := dialRaw(ctx, run.base, run.token)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	first, err := occupy(connection)
	if err != nil {
		return nil, err
	}
	for id := first; id < first+6; id += 2 {
		seen := &watched{id: id}
		call := invocation("/coder.agent.v2.Agent/GetManifest", nil, false)
		if err := send(connection, []frame{window(id, flagSYN), data(id, 0, call)}); err != nil {
			return nil, err
		}
		if err := seen.until(connection, func() bool { return len(seen.body) >= windowBytes }); err != nil {
			return nil, fmt.Errorf("up to the window: %w", err)
		}
		for range 50 {
			if err := seen.ping(connection); err != nil {
				return nil, err
			}
		}
		if len(seen.body) != windowBytes {
			return nil, fmt.Errorf("%d bytes came into a window of %d", len(seen.body), windowBytes)
		}
		if err := send(connection, []frame{rst(id)}); err != nil {
			return nil, err
		}
	}
	_, err = callOnce(connection, first+6, callBytes)
	return map[string]any{"manifestBytes": manifestBytes}, err
}

const windowBytes = 256 * 1024

// slowTransport reads little at a time.
type slowTransport struct{ *yamux.Stream }

func (s *slowTransport) Read(into []byte) (int, error) {
	time.Sleep(2 * time.Millisecond)
	return s.Stream.Read(into[:min(len(into), 7919)])
}

// slowUpload sends n MiB on one stream of Coordinate, as many small nodes, and has it ended by Disconnect: by then the
// gateway has taken everything.
func slowUpload(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		client, err := socket.tailnet()
		if err != nil {
			return err
		}
		defer client.DRPCConn().Close()
		stream, err := client.Coordinate(ctx)
		if err != nil {
			return err
		}
		node := &tailnetpb.Node{Id: 1, Key: make([]byte, 32), Disco: strings.Repeat("x", 1<<20)}
		self := &tailnetpb.CoordinateRequest{UpdateSelf: &tailnetpb.CoordinateRequest_UpdateSelf{Node: node}}
		for i := range run.n {
			if err := stream.Send(self); err != nil {
				return fmt.Errorf("node %d: %w", i+1, err)
			}
		}
		if err := stream.Send(&tailnetpb.CoordinateRequest{Disconnect: &tailnetpb.CoordinateRequest_Disconnect{}}); err != nil {
			return err
		}
		return within(20*time.Second, "the end of Coordinate", func() error {
			if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
				return fmt.Errorf("expected a clean end, got %v", err)
			}
			return nil
		})
	})
}

// pingsBothWays leaves a manifest unread, so that the gateway's write side is full, says nothing, and waits for n pings of
// the gateway, which pings the silent; then pings it as often.
func pingsBothWays(ctx context.Context, run socketRun) (any, error) {
	connection, err := dialRaw(ctx, run.base, run.token)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	seen := &watched{id: 1}
	call := invocation("/coder.agent.v2.Agent/GetManifest", nil, false)
	if err := send(connection, []frame{window(1, flagSYN), data(1, 0, call)}); err != nil {
		return nil, err
	}
	if err := seen.until(connection, func() bool { return len(seen.body) == windowBytes && seen.pings >= run.n }); err != nil {
		return nil, fmt.Errorf("after %d bytes and %d pings: %w", len(seen.body), seen.pings, err)
	}
	for range run.n {
		if err := seen.ping(connection); err != nil {
			return nil, err
		}
	}
	return seen.pings, nil
}

// cancelledCalls gives calls up by their context, with SoftCancel and without, on a session of which one slot is free; it
// returns how many, those at the end of the session included.
func cancelledCalls(ctx context.Context, run socketRun) (any, error) {
	cancelled := occupiedSlots
	return &cancelled, withSocket(ctx, run, func(socket *agentSocket) error {
		if _, err := holdMaps(socket.session, occupiedSlots); err != nil {
			return err
		}
		for _, soft := range []bool{false, true} {
			for range run.n {
				stream, err := socket.session.OpenStream()
				if err != nil {
					return err
				}
				connection := drpcconn.NewWithOptions(stream, clientOptions(soft))
				if err := giveUpMaps(ctx, tailnetpb.NewDRPCTailnetClient(connection)); err != nil {
					return fmt.Errorf("call %d, SoftCancel %v: %w", cancelled+1, soft, err)
				}
				if err := within(5*time.Second, "closing", connection.Close); err != nil {
					return err
				}
				cancelled++
			}
		}
		last, err := rawCall(socket.session, callBytes)
		if err != nil {
			return err
		}
		return isServed(last)
	})
}

func giveUpMaps(ctx context.Context, client tailnetpb.DRPCTailnetClient) error {
	call, cancel := context.WithCancel(ctx)
	defer cancel()
	maps, err := client.StreamDERPMaps(call, &tailnetpb.StreamDERPMapsRequest{})
	if err != nil {
		return err
	}
	if _, err := maps.Recv(); err != nil {
		return err
	}
	cancel()
	if _, err := maps.Recv(); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("expected that it is cancelled: %w", err)
	}
	return nil
}

// agentGoesAway says go-away, behind which the agent's calls go on: the gateway has nothing to open.
func agentGoesAway(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		maps, _, err := holdTailnet(ctx, socket)
		if err != nil {
			return err
		}
		if err := socket.session.GoAway(); err != nil {
			return err
		}
		if _, err := maps.Recv(); err != nil {
			return err
		}
		return socket.report(ctx, map[string]string{"cpu": "1"})
	})
}

// gatewayDrains has a report under way, held until its commit, while the gateway is told to end: the report must be
// answered, and only then may the gateway go away and close.
func gatewayDrains(ctx context.Context, run socketRun) (any, error) {
	var order []string
	connection, err := dialRaw(ctx, run.base, run.token)
	if err != nil {
		return nil, err
	}
	var report uint32
	tap := tapFrames(connection, func(f frame, sent bool) {
		switch {
		case sent && f.opensStream():
			report = f.id
		case !sent && f.kind == typeData && f.id == report:
			order = append(order, "answer")
		case !sent && f.kind == 3:
			order = append(order, fmt.Sprintf("go-away %d", f.length))
		case !sent && f.flags&flagRST != 0:
			order = append(order, "RST")
		}
	})
	socket, err := sessionOver(tap)
	if err != nil {
		return nil, err
	}
	defer socket.close()
	if _, _, err := holdTailnet(ctx, socket); err != nil {
		return nil, err
	}
	// Its commit begins an interval, within which the next one is held.
	if err := socket.report(ctx, map[string]string{"cpu": "1"}); err != nil {
		return nil, err
	}
	tap.mu.Lock()
	order = nil
	tap.mu.Unlock()
	call, err := rawCall(socket.session, heldCalls["BatchUpdateMetadata"])
	if err != nil {
		return nil, err
	}
	if _, err := socket.session.Ping(); err != nil {
		return nil, err
	}
	say(map[string]any{"event": "under way"})
	if err := isServed(call); err != nil {
		return nil, fmt.Errorf("the report under way: %w", err)
	}
	call.Close()
	select {
	case <-socket.session.CloseChan():
	case <-time.After(20 * time.Second):
		return nil, errors.New("the gateway does not close")
	}
	tap.mu.Lock()
	defer tap.mu.Unlock()
	return order, nil
}
