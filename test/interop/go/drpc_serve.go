package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"math"
	"net"
	"sync/atomic"

	"storj.io/drpc/drpcerr"
	"storj.io/drpc/drpcmetadata"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"

	"tidegate/interop/pb/echopb"
)

// echoServer is the service of echo.proto.
type echoServer struct {
	echopb.DRPCEchoUnimplementedServer
	holdsEnded atomic.Uint64
}

func (*echoServer) Echo(ctx context.Context, request *echopb.Blob) (*echopb.Blob, error) {
	if pairs, found := drpcmetadata.Get(ctx); found {
		request.Pairs = pairs
	}
	return request, nil
}

func (*echoServer) Fail(_ context.Context, request *echopb.Blob) (*echopb.Blob, error) {
	// The largest code there is, which a Blob of the other side cannot say.
	if request.Text == "largest" {
		request.Number = math.MaxUint64
	}
	return nil, drpcerr.WithCode(errors.New(request.Text), request.Number)
}

func (*echoServer) Repeat(request *echopb.Blob, stream echopb.DRPCEcho_RepeatStream) error {
	for number := uint64(1); number <= request.Number; number++ {
		if err := stream.Send(&echopb.Blob{Data: request.Data, Number: number}); err != nil {
			return err
		}
	}
	if request.Text != "" {
		return drpcerr.WithCode(errors.New(request.Text), 7)
	}
	return nil
}

func (*echoServer) Chat(stream echopb.DRPCEcho_ChatStream) error {
	for {
		request, err := stream.Recv()
		// The client may end its direction, or ask for the end of ours while it has more to say.
		if errors.Is(err, io.EOF) || request.GetText() == "enough" {
			return stream.Send(&echopb.Blob{Number: 999})
		}
		if err != nil {
			return err
		}
		if err := stream.Send(request); err != nil {
			return err
		}
	}
}

func (s *echoServer) Hold(_ *echopb.Blob, stream echopb.DRPCEcho_HoldStream) error {
	// The client may have the message and give up before Send returns, which then fails.
	defer s.holdsEnded.Add(1)
	if err := stream.Send(&echopb.Blob{Number: 1}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (s *echoServer) HoldsEnded(context.Context, *echopb.Blob) (*echopb.Blob, error) {
	return &echopb.Blob{Number: s.holdsEnded.Load()}, nil
}

// serveDRPC serves echo.proto, each TCP connection being one transport.
func serveDRPC(flags *flag.FlagSet, arguments []string) (any, error) {
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
	go server.Serve(context.Background(), listener)
	untilInputEnds()
	return nil, nil
}
