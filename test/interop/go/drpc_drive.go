package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"runtime"
	"time"

	"google.golang.org/protobuf/proto"
	"storj.io/drpc"
	"storj.io/drpc/drpcconn"
	"storj.io/drpc/drpcerr"
	"storj.io/drpc/drpcmanager"
	"storj.io/drpc/drpcmetadata"

	"tidegate/interop/pb/echopb"
)

// largestMessage is the size limit of both sides, in bytes.
const largestMessage = 4 << 20

// dialer gives a fresh transport for one or more calls.
type dialer func() (*drpcconn.Conn, error)

var drpcCases = map[string]func(ctx context.Context, dial dialer) (any, error){
	"unary":      unaryCalls,
	"server":     serverStreams,
	"bidi":       bidiStreams,
	"metadata":   callMetadata,
	"errors":     callErrors,
	"sizes":      messageSizes,
	"cancel":     cancellation,
	"one-conn":   manyCallsOnOneTransport,
	"early-exit": leavingAStream,
	"bulk":       bulkBothWays,
	"cut-short":  serverEndsFirst,
	"reset":      resetInMidRequest,
	"large":      repliesTooLarge,
}

func driveDRPC(flags *flag.FlagSet, arguments []string) (any, error) {
	address := flags.String("address", "", "TCP address of the server")
	name := flags.String("case", "", "case")
	softCancel := flags.Bool("soft-cancel", false, "send a Cancel packet where possible")
	flags.Parse(arguments)
	run, known := drpcCases[*name]
	if !known {
		return nil, fmt.Errorf("no case %q", *name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), caseLimit)
	defer cancel()
	return run(ctx, func() (*drpcconn.Conn, error) {
		connection, err := net.Dial("tcp", *address)
		if err != nil {
			return nil, err
		}
		return drpcconn.NewWithOptions(connection, clientOptions(*softCancel)), nil
	})
}

func clientOptions(softCancel bool) drpcconn.Options {
	return drpcconn.Options{Manager: drpcmanager.Options{SoftCancel: softCancel}}
}

// withEcho runs a task with a client on a transport of its own.
func withEcho(dial dialer, task func(client echopb.DRPCEchoClient) error) error {
	connection, err := dial()
	if err != nil {
		return err
	}
	err = task(echopb.NewDRPCEchoClient(connection))
	if closing := within(5*time.Second, "closing a transport", connection.Close); err == nil {
		err = closing
	}
	return err
}

func pattern(n int) []byte {
	var buffer bytes.Buffer
	writePattern(&buffer, int64(n))
	return buffer.Bytes()
}

func unaryCalls(ctx context.Context, dial dialer) (any, error) {
	sizes := []int{0, 1, 100, 4095, 4096, 65535, 65536, 65537, 1 << 20}
	for _, size := range sizes {
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			request := &echopb.Blob{Data: pattern(size), Number: 1 << 40, Text: "grüße"}
			reply, err := client.Echo(ctx, request)
			if err == nil && !proto.Equal(request, reply) {
				err = errors.New("the reply is not the request")
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%d bytes: %w", size, err)
		}
	}
	return len(sizes), nil
}

func manyCallsOnOneTransport(ctx context.Context, dial dialer) (any, error) {
	const calls = 2000
	return calls, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		for number := range uint64(calls) {
			if number%10 == 9 {
				if _, err := client.Fail(ctx, &echopb.Blob{Number: number, Text: "as asked"}); drpcerr.Code(err) != number {
					return fmt.Errorf("call %d: %v", number, err)
				}
				continue
			}
			reply, err := client.Echo(ctx, &echopb.Blob{Number: number})
			if err != nil || reply.Number != number {
				return fmt.Errorf("call %d: %v %w", number, reply, err)
			}
		}
		return nil
	})
}

func serverStreams(ctx context.Context, dial dialer) (any, error) {
	return nil, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		for _, count := range []uint64{0, 1, 500} {
			stream, err := client.Repeat(ctx, &echopb.Blob{Number: count, Data: pattern(5000)})
			if err != nil {
				return err
			}
			for number := uint64(1); number <= count; number++ {
				if reply, err := stream.Recv(); err != nil || reply.Number != number {
					return fmt.Errorf("reply %d of %d: %v %w", number, count, reply, err)
				}
			}
			if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
				return fmt.Errorf("the end of %d replies: %v", count, err)
			}
			stream.Close()
		}
		stream, err := client.Repeat(ctx, &echopb.Blob{Number: 2, Text: "enough"})
		if err != nil {
			return err
		}
		for range 2 {
			if _, err := stream.Recv(); err != nil {
				return err
			}
		}
		if _, err := stream.Recv(); drpcerr.Code(err) != 7 || err.Error() != "enough" {
			return fmt.Errorf("the error behind replies: %v", err)
		}
		return nil
	})
}

func bidiStreams(ctx context.Context, dial dialer) (any, error) {
	const messages = 1000
	return messages, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		stream, err := client.Chat(ctx)
		if err != nil {
			return err
		}
		sent := make(chan error, 1)
		go func() {
			for number := range uint64(messages) {
				if err := stream.Send(&echopb.Blob{Number: number, Data: pattern(int(number) * 10)}); err != nil {
					sent <- err
					return
				}
			}
			sent <- stream.CloseSend()
		}()
		for number := range uint64(messages) {
			reply, err := stream.Recv()
			if err != nil || reply.Number != number || !bytes.Equal(reply.Data, pattern(int(number)*10)) {
				return fmt.Errorf("message %d: %w", number, err)
			}
		}
		if err := <-sent; err != nil {
			return err
		}
		if last, err := stream.Recv(); err != nil || last.Number != 999 {
			return fmt.Errorf("behind our CloseSend: %v %w", last, err)
		}
		if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("the end: %v", err)
		}
		return nil
	})
}

func callMetadata(ctx context.Context, dial dialer) (any, error) {
	return nil, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		pairs := map[string]string{"trace": "1-2-3", "empty": "", "größe": "größer", "long": string(bytes.Repeat([]byte("x"), 9000))}
		reply, err := client.Echo(drpcmetadata.AddPairs(ctx, pairs), &echopb.Blob{})
		if err != nil {
			return err
		}
		if len(reply.Pairs) != len(pairs) {
			return fmt.Errorf("%d of %d pairs came", len(reply.Pairs), len(pairs))
		}
		for key, value := range pairs {
			if reply.Pairs[key] != value {
				return fmt.Errorf("pair %q is %q", key, reply.Pairs[key])
			}
		}
		again, err := client.Echo(ctx, &echopb.Blob{})
		if err == nil && len(again.Pairs) != 0 {
			err = errors.New("the next call has the pairs of the one before")
		}
		return err
	})
}

func callErrors(ctx context.Context, dial dialer) (any, error) {
	return nil, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		for _, code := range []uint64{0, 1, 12, 1 << 32, 1<<53 - 1} {
			text := fmt.Sprintf("error of code %d – ärgerlich", code)
			_, err := client.Fail(ctx, &echopb.Blob{Number: code, Text: text})
			if err == nil || err.Error() != text || drpcerr.Code(err) != code {
				return fmt.Errorf("code %d: got %q, %d", code, err, drpcerr.Code(err))
			}
		}
		connection := client.DRPCConn()
		err := connection.Invoke(ctx, "/tidegate.interop.Echo/Nothing", echoEncoding{}, &echopb.Blob{}, &echopb.Blob{})
		if err == nil || drpcerr.Code(err) != 0 || err.Error() != `protocol error: unknown rpc: "/tidegate.interop.Echo/Nothing"` {
			return fmt.Errorf("an unknown call: %q", err)
		}
		return nil
	})
}

// echoEncoding is what the generated stubs use, which they do not export.
type echoEncoding struct{}

func (echoEncoding) Marshal(message drpc.Message) ([]byte, error) {
	return proto.Marshal(message.(proto.Message))
}
func (echoEncoding) Unmarshal(buffer []byte, message drpc.Message) error {
	return proto.Unmarshal(buffer, message.(proto.Message))
}

// blobOf makes a message that is encoded in exactly n bytes.
func blobOf(n int) *echopb.Blob {
	blob := &echopb.Blob{Data: make([]byte, n)}
	blob.Data = blob.Data[:n-(proto.Size(blob)-n)]
	return blob
}

func messageSizes(ctx context.Context, dial dialer) (any, error) {
	outcome := map[string]string{}
	for _, size := range []int{largestMessage - 1, largestMessage, largestMessage + 1} {
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			request := blobOf(size)
			if got := proto.Size(request); got != size {
				return fmt.Errorf("made %d bytes", got)
			}
			reply, err := client.Echo(ctx, request)
			if err == nil && !proto.Equal(request, reply) {
				return errors.New("the reply is not the request")
			}
			return err
		})
		switch {
		case err == nil:
			outcome[fmt.Sprint(size-largestMessage)] = "ok"
		case size > largestMessage:
			outcome[fmt.Sprint(size-largestMessage)] = "refused"
		default:
			return nil, fmt.Errorf("%d bytes: %w", size, err)
		}
	}
	return outcome, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		_, err := client.Echo(ctx, &echopb.Blob{})
		return err
	})
}

// cancellation gives calls up and expects that the handlers hear of it, and that the caller is free at once.
func cancellation(ctx context.Context, dial dialer) (any, error) {
	const calls = 20
	for i := range calls {
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			call, cancel := context.WithCancel(ctx)
			defer cancel()
			stream, err := client.Hold(call, &echopb.Blob{})
			if err != nil {
				return err
			}
			if _, err := stream.Recv(); err != nil {
				return err
			}
			cancel()
			return within(5*time.Second, "a cancelled Recv", func() error {
				if _, err := stream.Recv(); !errors.Is(err, context.Canceled) {
					return fmt.Errorf("expected that it is cancelled: %v", err)
				}
				return nil
			})
		})
		if err != nil {
			return nil, fmt.Errorf("call %d: %w", i+1, err)
		}
	}
	return calls, holdsEnd(ctx, dial, calls)
}

// bulkBothWays moves 64 messages of 1 MiB each way on one stream, its reader slow.
func bulkBothWays(ctx context.Context, dial dialer) (any, error) {
	const messages, size = 64, 1 << 20
	body := pattern(size)
	err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
		stream, err := client.Chat(ctx)
		if err != nil {
			return err
		}
		sent := make(chan error, 1)
		go func() {
			for number := range uint64(messages) {
				if err := stream.Send(&echopb.Blob{Number: number, Data: body}); err != nil {
					sent <- err
					return
				}
			}
			sent <- stream.CloseSend()
		}()
		for number := range uint64(messages) {
			time.Sleep(5 * time.Millisecond)
			reply, err := stream.Recv()
			if err != nil || reply.Number != number || !bytes.Equal(reply.Data, body) {
				return fmt.Errorf("message %d: %w", number, err)
			}
		}
		return <-sent
	})
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.Sys, err
}

// serverEndsFirst has the server end a stream on which the client still has much to say; the transport serves the next call.
func serverEndsFirst(ctx context.Context, dial dialer) (any, error) {
	return nil, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		stream, err := client.Chat(ctx)
		if err != nil {
			return err
		}
		if err := stream.Send(&echopb.Blob{Text: "enough"}); err != nil {
			return err
		}
		if last, err := stream.Recv(); err != nil || last.Number != 999 {
			return fmt.Errorf("the last message: %v %w", last, err)
		}
		if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("the end: %v", err)
		}
		// The stream is over for this side too; what it may still be told is that it cannot send.
		for range 3 {
			stream.Send(&echopb.Blob{Data: pattern(100_000)})
		}
		stream.Close()
		reply, err := client.Echo(ctx, &echopb.Blob{Number: 5})
		if err != nil || reply.Number != 5 {
			return fmt.Errorf("the next call: %v %w", reply, err)
		}
		return nil
	})
}

// resetInMidRequest resets connections in the middle of a message; the server goes on with others.
func resetInMidRequest(ctx context.Context, dial dialer) (any, error) {
	for range 20 {
		connection, err := dial()
		if err != nil {
			return nil, err
		}
		transport := connection.Transport().(*net.TCPConn)
		// Invoke of Echo, then the first of two frames of a message.
		name := "/tidegate.interop.Echo/Echo"
		part := append(append([]byte{0x03, 1, 1, byte(len(name))}, name...), 0x04, 1, 2, 100)
		if _, err := transport.Write(append(part, make([]byte, 50)...)); err != nil {
			return nil, err
		}
		transport.SetLinger(0)
		transport.Close()
	}
	return nil, withEcho(dial, func(client echopb.DRPCEchoClient) error {
		_, err := client.Echo(ctx, &echopb.Blob{})
		return err
	})
}

// repliesTooLarge asks for replies of exactly 4 MiB, and of some bytes more, which this side refuses.
func repliesTooLarge(ctx context.Context, dial dialer) (any, error) {
	outcome := map[string]string{}
	for name, pairs := range map[string]map[string]string{"4 MiB": nil, "more": {"a": "b"}} {
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			call := ctx
			if pairs != nil {
				call = drpcmetadata.AddPairs(ctx, pairs)
			}
			_, err := client.Echo(call, blobOf(largestMessage))
			return err
		})
		if outcome[name] = "ok"; err != nil {
			outcome[name] = "refused"
		}
	}
	return outcome, nil
}

// leavingAStream closes streams that have more to say.
func leavingAStream(ctx context.Context, dial dialer) (any, error) {
	const calls = 20
	for range calls {
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			stream, err := client.Hold(ctx, &echopb.Blob{})
			if err != nil {
				return err
			}
			if _, err := stream.Recv(); err != nil {
				return err
			}
			return stream.Close()
		})
		if err != nil {
			return nil, err
		}
	}
	return calls, holdsEnd(ctx, dial, calls)
}

func holdsEnd(ctx context.Context, dial dialer, expected uint64) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var ended uint64
		err := withEcho(dial, func(client echopb.DRPCEchoClient) error {
			reply, err := client.HoldsEnded(ctx, &echopb.Blob{})
			if err == nil {
				ended = reply.Number
			}
			return err
		})
		if err != nil || ended == expected {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d handlers have heard that their call was given up", ended, expected)
		}
	}
}
