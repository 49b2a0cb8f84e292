package main

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"tidegate/interop/pb/tailnetpb"
)

// subscribeDERPMaps reads maps for ever: an end of any kind is a failure.
func (c *agentConnection) subscribeDERPMaps(ctx context.Context) error {
	client, err := c.socket.tailnet()
	if err != nil {
		return err
	}
	defer client.DRPCConn().Close()
	maps, err := client.StreamDERPMaps(ctx, &tailnetpb.StreamDERPMapsRequest{})
	if err != nil {
		return err
	}
	for {
		derp, err := maps.Recv()
		if err != nil {
			return err
		}
		if derp.HomeParams == nil {
			return errors.New("a DERP map without home_params, which the agent panics on")
		}
	}
}

// coordinate holds the stream open; told to stop, it says Disconnect and waits for the end of the stream.
func (c *agentConnection) coordinate(ctx context.Context) error {
	client, err := c.socket.tailnet()
	if err != nil {
		return err
	}
	defer client.DRPCConn().Close()
	// Its own context: the goodbye is said after the agent's has ended.
	stream, err := client.Coordinate(context.Background())
	if err != nil {
		return err
	}
	node := &tailnetpb.Node{Id: int64(c.index) + 1, AsOf: timestamppb.Now(), Key: make([]byte, 32)}
	self := &tailnetpb.CoordinateRequest_UpdateSelf{Node: node}
	if err := stream.Send(&tailnetpb.CoordinateRequest{UpdateSelf: self}); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := stream.Recv(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if stream.Send(&tailnetpb.CoordinateRequest{Disconnect: &tailnetpb.CoordinateRequest_Disconnect{}}) != nil {
		return nil
	}
	select {
	case <-ended:
	case <-time.After(goodbyeTimeout):
		c.say("no-goodbye", map[string]any{"error": "Coordinate does not end behind Disconnect"})
	}
	return nil
}
