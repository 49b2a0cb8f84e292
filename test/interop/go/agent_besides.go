package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/coder/retry"
	"google.golang.org/protobuf/types/known/timestamppb"
	"storj.io/drpc/drpcerr"

	"tidegate/interop/pb/agentpb"
)

// What an agent says besides its values: logs, whose failure ends the connection, and things whose failure does not.
const (
	logFlushInterval  = time.Second
	logEvery          = 10 * time.Second
	connectionEvery   = 30 * time.Second
	largestLogBatch   = 1 << 20
	codeUnimplemented = 12
	contextFloor      = 250 * time.Millisecond
	contextCeiling    = 30 * time.Second
)

// sendLogs sends what has been logged, in batches and at most once a second. A server that has enough ends it quietly.
func (c *agentConnection) sendLogs(ctx context.Context) error {
	queue := []*agentpb.Log{logLine("agent connected")}
	lines := 0
	lastLine := time.Now()
	return each(ctx, logFlushInterval, func() error {
		if time.Since(lastLine) >= logEvery {
			lastLine = time.Now()
			lines++
			queue = append(queue, logLine(fmt.Sprintf("still here, line %d of agent %d", lines, c.index)))
		}
		for len(queue) > 0 {
			batch := queue[:min(len(queue), largestLogBatch/len(queue[0].Output))]
			answer, err := withAgent(c.socket, func(client agentpb.DRPCAgentClient) (*agentpb.BatchCreateLogsResponse, error) {
				return client.BatchCreateLogs(ctx, &agentpb.BatchCreateLogsRequest{LogSourceId: c.uuid(1), Logs: batch})
			})
			if err != nil {
				return err
			}
			if queue = queue[len(batch):]; answer.LogLimitExceeded {
				c.say("log-limit", nil)
				<-ctx.Done()
				return nil
			}
		}
		return nil
	})
}

func logLine(text string) *agentpb.Log {
	return &agentpb.Log{CreatedAt: timestamppb.Now(), Output: text, Level: agentpb.Log_INFO}
}

// uuid is the agent's own for a purpose, always the same.
func (a *fleetAgent) uuid(purpose byte) []byte {
	id := make([]byte, 16)
	id[0] = purpose
	binary.BigEndian.PutUint32(id[12:], uint32(a.index)+1)
	return id
}

// reportConnections tells of somebody who comes and goes.
func (c *agentConnection) reportConnections(ctx context.Context) error {
	action := agentpb.Connection_CONNECT
	return each(ctx, connectionEvery, func() error {
		connection := &agentpb.Connection{
			Id: c.uuid(2), Action: action, Type: agentpb.Connection_SSH, Timestamp: timestamppb.Now(), Ip: "127.0.0.1",
		}
		if action = agentpb.Connection_CONNECT; connection.Action == agentpb.Connection_CONNECT {
			action = agentpb.Connection_DISCONNECT
		}
		return c.tolerate(ctx, "connection", func(client agentpb.DRPCAgentClient) error {
			_, err := client.ReportConnection(ctx, &agentpb.ReportConnectionRequest{Connection: connection})
			return err
		})
	})
}

// reportAppHealths tells how the apps do that the manifest has checked, and one of its own where that is asked for.
func (c *agentConnection) reportAppHealths(ctx context.Context) error {
	ids := [][]byte{}
	interval := reportTick
	for _, app := range c.manifest.Apps {
		if app.Healthcheck.GetUrl() != "" {
			ids = append(ids, app.Id)
			interval = max(interval, app.Healthcheck.Interval.AsDuration())
		}
	}
	if c.extras {
		ids, interval = append(ids, c.uuid(3)), connectionEvery
	}
	if len(ids) == 0 {
		return nil
	}
	return each(ctx, interval, func() error {
		request := &agentpb.BatchUpdateAppHealthRequest{}
		for _, id := range ids {
			update := &agentpb.BatchUpdateAppHealthRequest_HealthUpdate{Id: id, Health: agentpb.AppHealth_HEALTHY}
			request.Updates = append(request.Updates, update)
		}
		return c.tolerate(ctx, "app health", func(client agentpb.DRPCAgentClient) error {
			_, err := client.BatchUpdateAppHealths(ctx, request)
			return err
		})
	})
}

// reportScripts tells how long the scripts of the manifest took, and one of its own where that is asked for.
func (c *agentConnection) reportScripts(ctx context.Context) error {
	ids := [][]byte{}
	for _, script := range c.manifest.Scripts {
		ids = append(ids, script.Id)
	}
	if c.extras {
		ids = append(ids, c.uuid(4))
	}
	for _, id := range ids {
		timing := &agentpb.Timing{
			ScriptId: id, Start: timestamppb.New(time.Now().Add(-time.Second)), End: timestamppb.Now(),
			Stage: agentpb.Timing_START, Status: agentpb.Timing_OK,
		}
		c.tolerate(ctx, "script", func(client agentpb.DRPCAgentClient) error {
			_, err := client.ScriptCompleted(ctx, &agentpb.WorkspaceAgentScriptCompletedRequest{Timing: timing})
			return err
		})
	}
	return nil
}

// pushContextState is never fatal: "Unimplemented" ends it quietly, anything else is tried again.
func (c *agentConnection) pushContextState(ctx context.Context) error {
	for retrier := retry.New(contextFloor, contextCeiling); retrier.Wait(ctx); {
		err := c.invoke(func(client agentpb.DRPCAgentClient) error {
			_, err := client.PushContextState(ctx, &agentpb.PushContextStateRequest{Version: 1, Initial: true})
			return err
		})
		if err == nil || drpcerr.Code(err) == codeUnimplemented {
			return nil
		}
		if ctx.Err() == nil && !c.socket.session.IsClosed() {
			c.say("tolerated", map[string]any{"what": "context", "error": err.Error()})
		}
	}
	return nil
}
