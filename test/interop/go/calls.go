package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/yamux"
	"storj.io/drpc/drpcconn"
	"storj.io/drpc/drpcmetadata"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"

	"tidegate/interop/pb/echopb"
)

// serveCalls serves echo.proto on yamux on TCP: the server whose bytes are recorded.
func serveCalls(flags *flag.FlagSet, arguments []string) (any, error) {
	flags.Parse(arguments)
	mux := drpcmux.New()
	if err := echopb.DRPCRegisterEcho(mux, &echoServer{}); err != nil {
		return nil, err
	}
	server := drpcserver.New(mux)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	say(map[string]any{"event": "listening", "address": listener.Addr().String()})
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			session := must(yamux.Server(connection, yamuxConfig()))
			go func() {
				for {
					stream, err := session.Accept()
					if err != nil {
						return
					}
					go server.ServeOne(context.Background(), stream)
				}
			}()
		}
	}()
	untilInputEnds()
	return nil, nil
}

type recordedCall struct {
	softCancel bool
	run        func(ctx context.Context, client echopb.DRPCEchoClient) error
}

func expect(condition bool, err error) error {
	if condition {
		return nil
	}
	return fmt.Errorf("not what was expected: %v", err)
}

func echoCall(request *echopb.Blob) func(ctx context.Context, client echopb.DRPCEchoClient) error {
	return func(ctx context.Context, client echopb.DRPCEchoClient) error {
		reply, err := client.Echo(ctx, request)
		return expect(err == nil && len(reply.GetData()) == len(request.Data), err)
	}
}

func repeatCall(request *echopb.Blob) func(ctx context.Context, client echopb.DRPCEchoClient) error {
	return func(ctx context.Context, client echopb.DRPCEchoClient) error {
		stream, err := client.Repeat(ctx, request)
		if err != nil {
			return err
		}
		var replies uint64
		for {
			if _, err = stream.Recv(); err != nil {
				break
			}
			replies++
		}
		return expect(replies == request.Number, err)
	}
}

func giveUpCall(ctx context.Context, client echopb.DRPCEchoClient) error {
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
	_, err = stream.Recv()
	return expect(errors.Is(err, context.Canceled), err)
}

var recordedCalls = map[string]recordedCall{
	"unary":           {run: echoCall(&echopb.Blob{Data: pattern(100), Number: 7, Text: "grüße"})},
	"unary, empty":    {run: echoCall(&echopb.Blob{})},
	"unary, 5000":     {run: echoCall(&echopb.Blob{Data: pattern(5000)})},
	"repeat":          {run: repeatCall(&echopb.Blob{Number: 3, Data: pattern(10)})},
	"repeat, none":    {run: repeatCall(&echopb.Blob{})},
	"repeat, error":   {run: repeatCall(&echopb.Blob{Number: 2, Text: "enough"})},
	"give up":         {run: giveUpCall},
	"give up, softly": {softCancel: true, run: giveUpCall},
	"metadata": {run: func(ctx context.Context, client echopb.DRPCEchoClient) error {
		return echoCall(&echopb.Blob{})(drpcmetadata.AddPairs(ctx, map[string]string{"trace": "1-2-3"}), client)
	}},
	"error": {run: func(ctx context.Context, client echopb.DRPCEchoClient) error {
		_, err := client.Fail(ctx, &echopb.Blob{Number: 42, Text: "as asked"})
		return expect(err != nil, err)
	}},
	"unknown": {run: func(ctx context.Context, client echopb.DRPCEchoClient) error {
		err := client.DRPCConn().Invoke(ctx, "/tidegate.interop.Echo/Nothing", echoEncoding{}, &echopb.Blob{}, &echopb.Blob{})
		return expect(err != nil, err)
	}},
	"chat": {run: func(ctx context.Context, client echopb.DRPCEchoClient) error {
		stream, err := client.Chat(ctx)
		if err != nil {
			return err
		}
		for number := range uint64(3) {
			if err := stream.Send(&echopb.Blob{Number: number}); err != nil {
				return err
			}
			if reply, err := stream.Recv(); err != nil || reply.Number != number {
				return expect(false, err)
			}
		}
		if err := stream.CloseSend(); err != nil {
			return err
		}
		last, err := stream.Recv()
		if err != nil || last.Number != 999 {
			return expect(false, err)
		}
		_, err = stream.Recv()
		return expect(err != nil, err)
	}},
}

// driveCalls makes one recorded call on a session of its own.
func driveCalls(flags *flag.FlagSet, arguments []string) (any, error) {
	address := flags.String("address", "", "TCP address of the server; none: name the calls")
	name := flags.String("case", "", "call")
	flags.Parse(arguments)
	if *address == "" {
		names := []string{}
		for name := range recordedCalls {
			names = append(names, name)
		}
		return names, nil
	}
	call, known := recordedCalls[*name]
	if !known {
		return nil, fmt.Errorf("no call %q", *name)
	}
	connection, err := net.Dial("tcp", *address)
	if err != nil {
		return nil, err
	}
	session, err := yamux.Client(connection, yamuxConfig())
	if err != nil {
		return nil, err
	}
	stream, err := session.OpenStream()
	if err != nil {
		return nil, err
	}
	transport := drpcconn.NewWithOptions(stream, clientOptions(call.softCancel))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := call.run(ctx, echopb.NewDRPCEchoClient(transport)); err != nil {
		return nil, err
	}
	transport.Close()
	for deadline := time.Now().Add(10 * time.Second); session.NumStreams() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return nil, errors.New("the server has not finished the stream")
		}
	}
	return nil, session.Close()
}
