package main

import (
	"bufio"
	"context"
	"flag"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/yamux"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

// goGateway is what an agent connects to, made of Go's libraries: it answers as Coder's server does and remembers.
type goGateway struct {
	agentpb.DRPCAgentUnimplementedServer
	tailnetpb.DRPCTailnetUnimplementedServer

	mu       sync.Mutex
	sessions map[*yamux.Session]struct{}
	seen     gatewaySeen
}

type gatewaySeen struct {
	Connects    int               `json:"connects"`
	Startups    int               `json:"startups"`
	States      []string          `json:"states"`
	Reports     int               `json:"reports"`
	Values      map[string]string `json:"values"`
	Errors      map[string]string `json:"errors"`
	Disconnects int               `json:"disconnects"`
	Pings       int               `json:"pings"`
}

func (g *goGateway) note(change func(seen *gatewaySeen)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.seen)
}

func (*goGateway) GetManifest(context.Context, *agentpb.GetManifestRequest) (*agentpb.Manifest, error) {
	id := []byte("0123456789abcdef")
	return &agentpb.Manifest{
		AgentId: id, AgentName: "go", WorkspaceId: id,
		DerpMap: &tailnetpb.DERPMap{HomeParams: &tailnetpb.DERPMap_HomeParams{}},
		Metadata: []*agentpb.WorkspaceAgentMetadata_Description{{
			Key: "cpu", DisplayName: "CPU", Script: "true",
			Interval: &durationpb.Duration{Nanos: 10}, Timeout: &durationpb.Duration{Nanos: 3},
		}},
	}, nil
}

func (g *goGateway) UpdateStartup(_ context.Context, request *agentpb.UpdateStartupRequest) (*agentpb.Startup, error) {
	g.note(func(seen *gatewaySeen) { seen.Startups++ })
	return request.Startup, nil
}

func (g *goGateway) UpdateLifecycle(_ context.Context, request *agentpb.UpdateLifecycleRequest) (*agentpb.Lifecycle, error) {
	g.note(func(seen *gatewaySeen) { seen.States = append(seen.States, request.Lifecycle.State.String()) })
	return request.Lifecycle, nil
}

func (g *goGateway) BatchUpdateMetadata(_ context.Context, request *agentpb.BatchUpdateMetadataRequest) (*agentpb.BatchUpdateMetadataResponse, error) {
	g.note(func(seen *gatewaySeen) {
		seen.Reports++
		for _, metadata := range request.Metadata {
			seen.Values[metadata.Key] = metadata.Result.Value
			seen.Errors[metadata.Key] = metadata.Result.Error
		}
	})
	return &agentpb.BatchUpdateMetadataResponse{}, nil
}

func (*goGateway) ReportConnection(context.Context, *agentpb.ReportConnectionRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (*goGateway) StreamDERPMaps(_ *tailnetpb.StreamDERPMapsRequest, stream tailnetpb.DRPCTailnet_StreamDERPMapsStream) error {
	if err := stream.Send(&tailnetpb.DERPMap{HomeParams: &tailnetpb.DERPMap_HomeParams{}}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (g *goGateway) Coordinate(stream tailnetpb.DRPCTailnet_CoordinateStream) error {
	for {
		request, err := stream.Recv()
		if err != nil {
			return nil
		}
		if request.Disconnect != nil {
			g.note(func(seen *gatewaySeen) { seen.Disconnects++ })
			return nil
		}
	}
}

// serveGateway serves agents whose token is "good" until its input ends. A line "drop" ends their connections, "go-away"
// says go-away to them.
func serveGateway(flags *flag.FlagSet, arguments []string) (any, error) {
	flags.Parse(arguments)
	gateway := &goGateway{sessions: map[*yamux.Session]struct{}{}}
	gateway.seen.Values, gateway.seen.Errors = map[string]string{}, map[string]string{}
	mux := drpcmux.New()
	if err := agentpb.DRPCRegisterAgent(mux, gateway); err != nil {
		return nil, err
	}
	if err := tailnetpb.DRPCRegisterTailnet(mux, gateway); err != nil {
		return nil, err
	}
	server := drpcserver.New(mux)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	say(map[string]any{"event": "listening", "address": listener.Addr().String()})
	go http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.URL.Path != agentPath || request.Header.Get(tokenHeader) != "good" {
			writer.Header().Set("Content-Type", "application/json; charset=utf-8")
			writer.WriteHeader(http.StatusUnauthorized)
			writer.Write([]byte(`{"message":"Workspace agent token invalid.","detail":"no such token"}`))
			return
		}
		socket, err := websocket.Accept(writer, request, nil)
		if err != nil {
			return
		}
		gateway.serve(server, websocket.NetConn(context.Background(), socket, websocket.MessageBinary))
	}))
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		gateway.obey(input.Text())
	}
	gateway.mu.Lock()
	defer gateway.mu.Unlock()
	return gateway.seen, nil
}

func (g *goGateway) obey(order string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for session := range g.sessions {
		switch order {
		case "drop":
			go session.Close()
		case "go-away":
			go session.GoAway()
		}
	}
}

func (g *goGateway) serve(server *drpcserver.Server, connection net.Conn) {
	session, err := yamux.Server(connection, yamuxConfig())
	if err != nil {
		return
	}
	g.note(func(seen *gatewaySeen) { seen.Connects++; g.sessions[session] = struct{}{} })
	defer g.note(func(*gatewaySeen) { delete(g.sessions, session) })
	go func() {
		for !session.IsClosed() {
			if _, err := session.Ping(); err == nil {
				g.note(func(seen *gatewaySeen) { seen.Pings++ })
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	for {
		stream, err := session.Accept()
		if err != nil {
			return
		}
		go server.ServeOne(context.Background(), stream)
	}
}
