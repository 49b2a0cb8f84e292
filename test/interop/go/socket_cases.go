package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"storj.io/drpc"
	"storj.io/drpc/drpcerr"

	"tidegate/interop/pb/agentpb"
	"tidegate/interop/pb/tailnetpb"
)

// socketRun is what a case of the whole agent socket is given.
type socketRun struct {
	base, token string
	n           int
}

var socketCases = map[string]func(ctx context.Context, run socketRun) (any, error){
	"dial":    dialWays,
	"methods": everyMethod,
	"held":    heldStreams,
	"calls":   manyCalls,
	"report":  oneReport,
	"hostile": hostileReports,
	"sizes":   reportSizes,
	"orders":  closingOrders,
	"kept":    keptReports,
	"aborts":  abandonedCalls,
	"slots":   socketSlots,
	"waits":   socketWaitTooLong,
	"unread":  unreadAnswers,
	"upload":  slowUpload,
	"pings":   pingsBothWays,
	"cancel":  cancelledCalls,
	"go-away": agentGoesAway,
	"drain":   gatewayDrains,
}

// driveSocket runs one case of the whole agent socket: WebSocket, yamux, DRPC.
func driveSocket(flags *flag.FlagSet, arguments []string) (any, error) {
	var run socketRun
	name := flags.String("case", "", "case")
	flags.StringVar(&run.base, "url", "", "URL of the gateway")
	flags.StringVar(&run.token, "token", "", "token of the agent")
	flags.IntVar(&run.n, "n", 0, "the case's number")
	flags.Parse(arguments)
	task, known := socketCases[*name]
	if !known {
		return nil, fmt.Errorf("no case %q", *name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	return task(ctx, run)
}

// dialWays connects in every way that SDKs have passed the token, and in ways that must be refused.
func dialWays(ctx context.Context, run socketRun) (any, error) {
	cookie := http.Header{"Cookie": {tokenCookie + "=" + run.token}}
	served := map[string]struct {
		query  string
		header http.Header
	}{
		"header":              {"version=2.11&role=agent", http.Header{tokenHeader: {run.token}}},
		"cookie":              {"version=2.3", cookie},
		"query":               {"version=2.13&" + tokenCookie + "=" + run.token, nil},
		"bearer":              {"version=2.13", http.Header{"Authorization": {"Bearer " + run.token}}},
		"no version":          {"", cookie},
		"other role":          {"version=2.11&role=logstream-kube", http.Header{tokenHeader: {run.token}}},
		"a minor from beyond": {"version=2.99", cookie},
	}
	for name, way := range served {
		connection, _, err := dialWith(ctx, run.base, way.query, way.header)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		connection.Close()
	}
	refused := map[string]struct {
		query  string
		header http.Header
		status int
	}{
		"wrong token":   {"version=2.11", http.Header{tokenHeader: {"wrong"}}, 401},
		"no token":      {"version=2.11", nil, 401},
		"another major": {"version=3.0", cookie, 400},
		"older major":   {"version=1.9", cookie, 400},
		"malformed":     {"version=2", cookie, 400},
	}
	for name, way := range refused {
		_, response, err := dialWith(ctx, run.base, way.query, way.header)
		if err == nil || response == nil || response.StatusCode != way.status {
			return nil, fmt.Errorf("%s: expected %d, got %v", name, way.status, err)
		}
	}
	return len(served) + len(refused), nil
}

func metadataReport(values map[string]string) *agentpb.BatchUpdateMetadataRequest {
	request := &agentpb.BatchUpdateMetadataRequest{}
	for key, value := range values {
		request.Metadata = append(request.Metadata, &agentpb.Metadata{
			Key:    key,
			Result: &agentpb.WorkspaceAgentMetadata_Result{CollectedAt: timestamppb.Now(), Value: value},
		})
	}
	return request
}

func (s *agentSocket) report(ctx context.Context, values map[string]string) error {
	_, err := withAgent(s, func(client agentpb.DRPCAgentClient) (*agentpb.BatchUpdateMetadataResponse, error) {
		return client.BatchUpdateMetadata(ctx, metadataReport(values))
	})
	return err
}

func withSocket(ctx context.Context, run socketRun, task func(socket *agentSocket) error) error {
	socket, err := dialAgent(ctx, run.base, run.token)
	if err != nil {
		return err
	}
	err = task(socket)
	return errors.Join(err, socket.close())
}

func oneReport(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		return socket.report(ctx, map[string]string{"cpu": "42 %", "branch": "grün"})
	})
}

// everyMethod calls all methods of both services and returns what each answered: "ok" or its error's code.
func everyMethod(ctx context.Context, run socketRun) (any, error) {
	answers := map[string]string{}
	note := func(name string, err error) {
		answers[name] = "ok"
		if err != nil {
			answers[name] = fmt.Sprintf("%d %s", drpcerr.Code(err), err)
		}
	}
	var manifest agentpb.Manifest
	calls := map[string]struct{ request, reply proto.Message }{
		"Agent/GetManifest":                         {&agentpb.GetManifestRequest{}, &manifest},
		"Agent/GetServiceBanner":                    {&agentpb.GetServiceBannerRequest{}, &agentpb.ServiceBanner{}},
		"Agent/UpdateStats":                         {&agentpb.UpdateStatsRequest{Stats: &agentpb.Stats{RxBytes: 5}}, &agentpb.UpdateStatsResponse{}},
		"Agent/UpdateLifecycle":                     {&agentpb.UpdateLifecycleRequest{Lifecycle: &agentpb.Lifecycle{State: agentpb.Lifecycle_READY, ChangedAt: timestamppb.Now()}}, &agentpb.Lifecycle{}},
		"Agent/BatchUpdateAppHealths":               {&agentpb.BatchUpdateAppHealthRequest{}, &agentpb.BatchUpdateAppHealthResponse{}},
		"Agent/UpdateStartup":                       {&agentpb.UpdateStartupRequest{Startup: &agentpb.Startup{Version: "v2.30.0", ExpandedDirectory: "/home"}}, &agentpb.Startup{}},
		"Agent/BatchUpdateMetadata":                 {metadataReport(map[string]string{"cpu": "1"}), &agentpb.BatchUpdateMetadataResponse{}},
		"Agent/BatchCreateLogs":                     {&agentpb.BatchCreateLogsRequest{LogSourceId: make([]byte, 16), Logs: []*agentpb.Log{{CreatedAt: timestamppb.Now(), Output: "hello", Level: agentpb.Log_INFO}}}, &agentpb.BatchCreateLogsResponse{}},
		"Agent/GetAnnouncementBanners":              {&agentpb.GetAnnouncementBannersRequest{}, &agentpb.GetAnnouncementBannersResponse{}},
		"Agent/ScriptCompleted":                     {&agentpb.WorkspaceAgentScriptCompletedRequest{Timing: &agentpb.Timing{ScriptId: make([]byte, 16), Start: timestamppb.Now(), End: timestamppb.Now()}}, &agentpb.WorkspaceAgentScriptCompletedResponse{}},
		"Agent/GetResourcesMonitoringConfiguration": {&agentpb.GetResourcesMonitoringConfigurationRequest{}, &agentpb.GetResourcesMonitoringConfigurationResponse{}},
		"Agent/PushResourcesMonitoringUsage":        {&agentpb.PushResourcesMonitoringUsageRequest{}, &agentpb.PushResourcesMonitoringUsageResponse{}},
		"Agent/ReportConnection":                    {&agentpb.ReportConnectionRequest{Connection: &agentpb.Connection{Id: make([]byte, 16), Action: agentpb.Connection_CONNECT, Ip: "127.0.0.1"}}, &agentpb.BatchUpdateMetadataResponse{}},
		"Agent/CreateSubAgent":                      {&agentpb.CreateSubAgentRequest{Name: "sub"}, &agentpb.CreateSubAgentResponse{}},
		"Agent/DeleteSubAgent":                      {&agentpb.DeleteSubAgentRequest{}, &agentpb.DeleteSubAgentResponse{}},
		"Agent/ListSubAgents":                       {&agentpb.ListSubAgentsRequest{}, &agentpb.ListSubAgentsResponse{}},
		"Agent/ReportBoundaryLogs":                  {&agentpb.ReportBoundaryLogsRequest{}, &agentpb.ReportBoundaryLogsResponse{}},
		"Agent/UpdateAppStatus":                     {&agentpb.UpdateAppStatusRequest{}, &agentpb.UpdateAppStatusResponse{}},
		"Agent/PushContextState":                    {&agentpb.PushContextStateRequest{Version: 1}, &agentpb.PushContextStateResponse{}},
		"Tailnet/PostTelemetry":                     {&tailnetpb.TelemetryRequest{}, &tailnetpb.TelemetryResponse{}},
		"Tailnet/RefreshResumeToken":                {&tailnetpb.RefreshResumeTokenRequest{}, &tailnetpb.RefreshResumeTokenResponse{}},
		"Agent/NoSuchMethod":                        {&agentpb.GetManifestRequest{}, &agentpb.Manifest{}},
	}
	err := withSocket(ctx, run, func(socket *agentSocket) error {
		for name, call := range calls {
			connection, err := socket.call()
			if err != nil {
				return err
			}
			service := map[bool]string{true: "/coder.agent.v2.", false: "/coder.tailnet.v2."}[name[0] == 'A']
			note(name, connection.Invoke(ctx, service+name, echoEncoding{}, call.request, call.reply))
			connection.Close()
		}
		tailnet, err := socket.tailnet()
		if err != nil {
			return err
		}
		updates, err := tailnet.WorkspaceUpdates(ctx, &tailnetpb.WorkspaceUpdatesRequest{})
		if err == nil {
			_, err = updates.Recv()
		}
		note("Tailnet/WorkspaceUpdates", err)
		return checkManifest(&manifest)
	})
	return answers, err
}

// checkManifest refuses what would make Coder's agent fail or panic.
func checkManifest(manifest *agentpb.Manifest) error {
	switch {
	case len(manifest.AgentId) != 16 || slices.Equal(manifest.AgentId, make([]byte, 16)):
		return fmt.Errorf("agent_id is %x", manifest.AgentId)
	case len(manifest.WorkspaceId) != 16:
		return fmt.Errorf("workspace_id is %x", manifest.WorkspaceId)
	case manifest.ParentId != nil && len(manifest.ParentId) != 16:
		return fmt.Errorf("parent_id is %x", manifest.ParentId)
	case manifest.DerpMap == nil || manifest.DerpMap.HomeParams == nil:
		return errors.New("the DERP map has no home_params, which the agent dereferences")
	}
	for _, description := range manifest.Metadata {
		if description.Key == "" || description.Interval == nil || description.Timeout == nil {
			return fmt.Errorf("metadata description %v", description)
		}
		if description.Interval.Seconds != 0 {
			return fmt.Errorf("key %s: the interval is not a count of seconds in nanos: %v", description.Key, description.Interval)
		}
	}
	return nil
}

// heldStreams holds StreamDERPMaps and Coordinate while n reports go by, then has Coordinate end by its Disconnect.
func heldStreams(ctx context.Context, run socketRun) (any, error) {
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		holding, cancel := context.WithCancel(ctx)
		defer cancel()
		maps, coordination, err := holdTailnet(holding, socket)
		if err != nil {
			return err
		}
		if derp, err := maps.Recv(); err != nil || derp.HomeParams == nil {
			return fmt.Errorf("the first DERP map: %v %w", derp, err)
		}
		ended := make(chan error, 2)
		go func() { _, err := maps.Recv(); ended <- fmt.Errorf("StreamDERPMaps: %w", err) }()
		node := &tailnetpb.CoordinateRequest{UpdateSelf: &tailnetpb.CoordinateRequest_UpdateSelf{Node: &tailnetpb.Node{Id: 1, AsOf: timestamppb.Now(), Key: make([]byte, 32)}}}
		if err := coordination.Send(node); err != nil {
			return err
		}
		for range run.n {
			if err := socket.report(ctx, map[string]string{"cpu": "1"}); err != nil {
				return err
			}
		}
		select {
		case err := <-ended:
			return fmt.Errorf("ended by itself: %w", err)
		default:
		}
		if err := coordination.Send(&tailnetpb.CoordinateRequest{Disconnect: &tailnetpb.CoordinateRequest_Disconnect{}}); err != nil {
			return err
		}
		return within(5*time.Second, "the end of Coordinate behind Disconnect", func() error {
			for {
				if _, err := coordination.Recv(); err != nil {
					return nil
				}
			}
		})
	})
}

func holdTailnet(ctx context.Context, socket *agentSocket) (tailnetpb.DRPCTailnet_StreamDERPMapsClient, tailnetpb.DRPCTailnet_CoordinateClient, error) {
	client, err := socket.tailnet()
	if err != nil {
		return nil, nil, err
	}
	maps, err := client.StreamDERPMaps(ctx, &tailnetpb.StreamDERPMapsRequest{})
	if err != nil {
		return nil, nil, err
	}
	if client, err = socket.tailnet(); err != nil {
		return nil, nil, err
	}
	coordination, err := client.Coordinate(ctx)
	return maps, coordination, err
}

// manyCalls makes n reports over 4 sessions, 2 at a time on each, and counts failures and FINs that were not answered at once.
func manyCalls(ctx context.Context, run socketRun) (any, error) {
	const sessions, workers = 4, 2
	var left, failed, slowest atomic.Int64
	left.Store(int64(run.n))
	var firstFailure atomic.Value
	var running sync.WaitGroup
	started := time.Now()
	var orders [sessions]*finOrder
	var sockets [sessions]*agentSocket
	for i := range sessions {
		orders[i] = newFinOrder()
		socket, err := dialWithRole(ctx, run, orders[i].onFrame)
		if err != nil {
			return nil, err
		}
		defer socket.close()
		sockets[i] = socket
		for range workers {
			running.Go(func() {
				for left.Add(-1) >= 0 {
					begun := time.Now()
					if err := socket.report(ctx, map[string]string{"cpu": "1", "mem": "2"}); err != nil {
						failed.Add(1)
						firstFailure.CompareAndSwap(nil, err.Error())
					}
					took := time.Since(begun)
					for before := slowest.Load(); took.Milliseconds() > before && !slowest.CompareAndSwap(before, took.Milliseconds()); before = slowest.Load() {
					}
				}
			})
		}
	}
	running.Wait()
	answered, late := 0, []string{}
	for i, order := range orders {
		// A call does not wait for the answer to its FIN; behind two pings the last ones are here.
		for range 2 {
			if _, err := sockets[i].session.Ping(); err != nil {
				return nil, err
			}
		}
		answered += order.answered
		late = append(late, order.violations...)
	}
	return map[string]any{
		"calls": run.n, "failed": failed.Load(), "slowestMs": slowest.Load(), "firstFailure": firstFailure.Load(),
		"finsAnswered": answered, "finsLate": late[:min(len(late), 5)], "seconds": time.Since(started).Seconds(),
	}, nil
}

// dialWithRole connects as something that is not the agent itself, so that several connections of one token live.
func dialWithRole(ctx context.Context, run socketRun, onFrame func(f frame, sent bool)) (*agentSocket, error) {
	connection, _, err := dialWith(ctx, run.base, "version=2.11&role=load", http.Header{tokenHeader: {run.token}})
	if err != nil {
		return nil, err
	}
	return sessionOver(tapFrames(connection, onFrame))
}

// rawEncoding sends bytes as they are, for messages that protobuf-go refuses to encode.
type rawEncoding struct{}

func (rawEncoding) Marshal(message drpc.Message) ([]byte, error) { return *message.(*[]byte), nil }
func (rawEncoding) Unmarshal([]byte, drpc.Message) error         { return nil }

func (s *agentSocket) rawReport(ctx context.Context, body []byte) error {
	return s.raw(ctx, "/coder.agent.v2.Agent/BatchUpdateMetadata", body)
}

func (s *agentSocket) raw(ctx context.Context, rpc string, body []byte) error {
	connection, err := s.call()
	if err != nil {
		return err
	}
	defer connection.Close()
	var reply []byte
	return connection.Invoke(ctx, rpc, rawEncoding{}, &body, &reply)
}

// hostileReports sends values that databases and decoders choke on, each of which must be answered with success.
func hostileReports(ctx context.Context, run socketRun) (any, error) {
	long := string(slices.Repeat([]byte("é"), 3000))
	texts := map[string]string{"nul": "a\x00b", "long": long, "fine": "ok", "empty": ""}
	return nil, withSocket(ctx, run, func(socket *agentSocket) error {
		if err := socket.hostileStates(ctx); err != nil {
			return err
		}
		if err := socket.report(ctx, texts); err != nil {
			return err
		}
		// key "bad", value with bytes that are not UTF-8.
		result := []byte{0x1a, 4, 'x', 0xff, 0xfe, 'y'}
		metadata := append([]byte{0x0a, 3, 'b', 'a', 'd', 0x12, byte(len(result))}, result...)
		return socket.rawReport(ctx, append([]byte{0x12, byte(len(metadata))}, metadata...))
	})
}

// hostileStates sends states of the agent that no database takes as they are.
func (s *agentSocket) hostileStates(ctx context.Context) error {
	for _, seconds := range []int64{-1 << 62, 1 << 62, -62135596800, 253402300799} {
		_, err := withAgent(s, func(client agentpb.DRPCAgentClient) (*agentpb.Lifecycle, error) {
			state := &agentpb.Lifecycle{State: agentpb.Lifecycle_State(99), ChangedAt: &timestamppb.Timestamp{Seconds: seconds, Nanos: -5}}
			return client.UpdateLifecycle(ctx, &agentpb.UpdateLifecycleRequest{Lifecycle: state})
		})
		if err != nil {
			return fmt.Errorf("a lifecycle at %d s: %w", seconds, err)
		}
	}
	_, err := withAgent(s, func(client agentpb.DRPCAgentClient) (*agentpb.Startup, error) {
		startup := &agentpb.Startup{Version: "v\x00", ExpandedDirectory: string(slices.Repeat([]byte("\x00/"), 100_000)), Subsystems: []agentpb.Startup_Subsystem{77}}
		return client.UpdateStartup(ctx, &agentpb.UpdateStartupRequest{Startup: startup})
	})
	return err
}

// reportSizes sends requests of exactly 4 MiB - 1, 4 MiB and 4 MiB + 1 byte; the session outlives them all.
func reportSizes(ctx context.Context, run socketRun) (any, error) {
	outcome := map[string]string{}
	return outcome, withSocket(ctx, run, func(socket *agentSocket) error {
		for _, size := range []int{largestMessage - 1, largestMessage, largestMessage + 1} {
			// An unknown field, which is skipped: number 100, one tag of two bytes and a length of four.
			body := make([]byte, size)
			length := size - 6
			copy(body, []byte{0xa2, 0x06, byte(length) | 0x80, byte(length>>7) | 0x80, byte(length>>14) | 0x80, byte(length >> 21)})
			name := fmt.Sprint(size - largestMessage)
			if outcome[name] = "ok"; socket.rawReport(ctx, body) != nil {
				outcome[name] = "refused"
			}
			if err := socket.report(ctx, map[string]string{"cpu": name}); err != nil {
				return fmt.Errorf("behind %d bytes: %w", size, err)
			}
		}
		return nil
	})
}
