#!/bin/sh
# Makes go/pb from the .proto files with the official Go generators. Needs Go and its module proxy; no protoc.
set -eu
cd "$(dirname "$0")"
plugins=$(mktemp -d)
trap 'rm -rf "$plugins"' EXIT
GOBIN=$plugins go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
GOBIN=$plugins go install storj.io/drpc/cmd/protoc-gen-go-drpc@v1.0.0
rm -rf go/pb
cd generate
go run . "$plugins" ../go ../../../protocol/messages,..
