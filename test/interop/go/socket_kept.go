package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"tidegate/interop/pb/agentpb"
)

// at is a time that the test on the other side knows.
func at(second int64) *timestamppb.Timestamp {
	return timestamppb.New(time.Unix(1_700_000_000+second, 0))
}

func id(last byte) []byte {
	return append(make([]byte, 15), last)
}

// keptReports says one of everything that a gateway keeps of an agent, then once more what is no text.
func keptReports(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		for _, say := range []func(agentpb.DRPCAgentClient) error{
			func(client agentpb.DRPCAgentClient) error {
				startup := &agentpb.Startup{Version: "v2.30.0", ExpandedDirectory: "/home/me", Subsystems: []agentpb.Startup_Subsystem{agentpb.Startup_EXECTRACE}}
				_, err := client.UpdateStartup(ctx, &agentpb.UpdateStartupRequest{Startup: startup})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				state := &agentpb.Lifecycle{State: agentpb.Lifecycle_START_ERROR, ChangedAt: at(0)}
				_, err := client.UpdateLifecycle(ctx, &agentpb.UpdateLifecycleRequest{Lifecycle: state})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				health := &agentpb.BatchUpdateAppHealthRequest_HealthUpdate{Id: id(1), Health: agentpb.AppHealth_UNHEALTHY}
				_, err := client.BatchUpdateAppHealths(ctx, &agentpb.BatchUpdateAppHealthRequest{Updates: []*agentpb.BatchUpdateAppHealthRequest_HealthUpdate{health}})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				timing := &agentpb.Timing{ScriptId: id(2), Start: at(1), End: at(2), ExitCode: 7, Stage: agentpb.Timing_START, Status: agentpb.Timing_EXIT_FAILURE}
				_, err := client.ScriptCompleted(ctx, &agentpb.WorkspaceAgentScriptCompletedRequest{Timing: timing})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				stats := &agentpb.Stats{ConnectionCount: 3, ConnectionMedianLatencyMs: 1.5, RxBytes: 1 << 40, SessionCounts: map[string]int64{"ssh": 2}}
				_, err := client.UpdateStats(ctx, &agentpb.UpdateStatsRequest{Stats: stats})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				connection := &agentpb.Connection{Id: id(3), Action: agentpb.Connection_CONNECT, Type: agentpb.Connection_JETBRAINS, Timestamp: at(3), Ip: "10.0.0.1", AppName: "goland"}
				_, err := client.ReportConnection(ctx, &agentpb.ReportConnectionRequest{Connection: connection})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				connection := &agentpb.Connection{Id: id(3), Action: agentpb.Connection_DISCONNECT, Type: agentpb.Connection_JETBRAINS, Timestamp: at(4), StatusCode: 1, Reason: proto.String("gone")}
				_, err := client.ReportConnection(ctx, &agentpb.ReportConnectionRequest{Connection: connection})
				return err
			},
			func(client agentpb.DRPCAgentClient) error {
				logs := []*agentpb.Log{{CreatedAt: at(5), Output: "first", Level: agentpb.Log_DEBUG}, {CreatedAt: at(6), Output: "zweite Zeile: ü"}}
				answer, err := client.BatchCreateLogs(ctx, &agentpb.BatchCreateLogsRequest{LogSourceId: id(4), Logs: logs})
				if err == nil && answer.LogLimitExceeded {
					err = fmt.Errorf("the agent is told to send no more logs")
				}
				return err
			},
		} {
			if err := socket.say(say); err != nil {
				return err
			}
		}
		return socket.sayNoText(ctx)
	})
}

func (s *agentSocket) say(run func(client agentpb.DRPCAgentClient) error) error {
	_, err := withAgent(s, func(client agentpb.DRPCAgentClient) (struct{}, error) { return struct{}{}, run(client) })
	return err
}

// sayNoText sends a log line whose bytes are no text, which protobuf-go itself refuses to send.
func (s *agentSocket) sayNoText(ctx context.Context) error {
	logs := []*agentpb.Log{{CreatedAt: at(7), Output: "bad ## bytes", Level: agentpb.Log_ERROR}}
	body, err := proto.Marshal(&agentpb.BatchCreateLogsRequest{LogSourceId: id(4), Logs: logs})
	if err != nil {
		return err
	}
	return s.raw(ctx, "/coder.agent.v2.Agent/BatchCreateLogs", bytes.Replace(body, []byte("##"), []byte{0xff, 0}, 1))
}
