package main

import (
	"context"
	"flag"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/yamux"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

// How often the batch is swapped, as a flush would.
const batchInterval = 5 * time.Second

type pair struct{ agent, key string }

// batch keeps the newest value of each agent and key; what is swapped out would be written to a database.
type batch struct {
	sync.Mutex
	values map[pair]*agentpb.WorkspaceAgentMetadata_Result
}

func (b *batch) put(agent string, metadata []*agentpb.Metadata) {
	b.Lock()
	defer b.Unlock()
	for _, item := range metadata {
		b.values[pair{agent, item.Key}] = item.Result
	}
}

func (b *batch) swapForEver() {
	for range time.Tick(batchInterval) {
		b.Lock()
		b.values = map[pair]*agentpb.WorkspaceAgentMetadata_Result{}
		b.Unlock()
	}
}

// collectAtSignal collects garbage and gives memory back when SIGUSR1 asks for it, so that what is held can be measured.
func collectAtSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	for range signals {
		debug.FreeOSMemory()
	}
}

// batchingAgent serves one agent: what goGateway does, with a batch in place of the counters.
type batchingAgent struct {
	*goGateway
	token string
	batch *batch
}

func (a *batchingAgent) BatchUpdateMetadata(_ context.Context, request *agentpb.BatchUpdateMetadataRequest) (*agentpb.BatchUpdateMetadataResponse, error) {
	a.batch.put(a.token, request.Metadata)
	return &agentpb.BatchUpdateMetadataResponse{}, nil
}

// serveBatcher is what the benchmarks compare the gateway with: the least that Go's libraries need to take reports in.
// Any token is good; nothing is stored or watched.
func serveBatcher(flags *flag.FlagSet, arguments []string) (any, error) {
	flags.Parse(arguments)
	values := &batch{values: map[pair]*agentpb.WorkspaceAgentMetadata_Result{}}
	go values.swapForEver()
	go collectAtSignal()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	say(map[string]any{"event": "listening", "address": listener.Addr().String()})
	go http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		socket, err := websocket.Accept(writer, request, nil)
		if err != nil {
			return
		}
		agent := &batchingAgent{&goGateway{}, request.Header.Get(tokenHeader), values}
		agent.serve(websocket.NetConn(context.Background(), socket, websocket.MessageBinary))
	}))
	untilInputEnds()
	return nil, nil
}

func (a *batchingAgent) serve(connection net.Conn) {
	mux := drpcmux.New()
	must(mux, agentpb.DRPCRegisterAgent(mux, a))
	must(mux, tailnetpb.DRPCRegisterTailnet(mux, a))
	server := drpcserver.New(mux)
	session, err := yamux.Server(connection, yamuxConfig())
	if err != nil {
		return
	}
	for {
		stream, err := session.Accept()
		if err != nil {
			return
		}
		go server.ServeOne(context.Background(), stream)
	}
}
