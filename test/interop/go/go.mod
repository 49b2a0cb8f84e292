module tidegate/interop

go 1.25

require (
	github.com/coder/retry v1.5.1
	github.com/coder/websocket v1.8.15
	github.com/hashicorp/yamux v0.1.2
	google.golang.org/protobuf v1.36.12
	storj.io/drpc v1.0.0
)

require github.com/zeebo/errs v1.2.2 // indirect
