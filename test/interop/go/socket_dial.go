package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/yamux"
	"storj.io/drpc/drpcconn"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

const (
	agentPath   = "/api/v2/workspaceagents/me/rpc"
	tokenHeader = "Coder-Session-Token"
	tokenCookie = "coder_session_token"
)

// agentSocket is the whole connection of an agent.
type agentSocket struct {
	connection net.Conn
	session    *yamux.Session
}

// dialRaw connects as the newer SDK does, with the token in a header.
func dialRaw(ctx context.Context, base, token string) (net.Conn, error) {
	connection, _, err := dialWith(ctx, base, "version=2.11&role=agent", http.Header{tokenHeader: {token}})
	return connection, err
}

func dialWith(ctx context.Context, base, query string, header http.Header) (net.Conn, *http.Response, error) {
	address := strings.Replace(base, "http", "ws", 1) + agentPath + "?" + query
	socket, response, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		return nil, response, err
	}
	return websocket.NetConn(context.Background(), socket, websocket.MessageBinary), response, nil
}

func dialAgent(ctx context.Context, base, token string) (*agentSocket, error) {
	connection, err := dialRaw(ctx, base, token)
	if err != nil {
		return nil, err
	}
	return sessionOver(connection)
}

func sessionOver(connection net.Conn) (*agentSocket, error) {
	session, err := yamux.Client(connection, yamuxConfig())
	if err != nil {
		connection.Close()
		return nil, err
	}
	return &agentSocket{connection, session}, nil
}

// call opens a stream for one call, as Coder's client does.
func (s *agentSocket) call() (*drpcconn.Conn, error) {
	stream, err := s.session.OpenStream()
	if err != nil {
		return nil, err
	}
	return drpcconn.NewWithOptions(stream, clientOptions(false)), nil
}

// withAgent runs one call of the agent's service on a stream of its own.
func withAgent[T any](s *agentSocket, run func(client agentpb.DRPCAgentClient) (T, error)) (T, error) {
	connection, err := s.call()
	if err != nil {
		var none T
		return none, err
	}
	defer connection.Close()
	return run(agentpb.NewDRPCAgentClient(connection))
}

func (s *agentSocket) tailnet() (tailnetpb.DRPCTailnetClient, error) {
	connection, err := s.call()
	if err != nil {
		return nil, err
	}
	return tailnetpb.NewDRPCTailnetClient(connection), nil
}

func (s *agentSocket) close() error {
	return within(10*time.Second, "closing the session", s.session.Close)
}
