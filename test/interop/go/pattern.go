package main

import (
	"bytes"
	"fmt"
	"io"
)

// A prime, so that no piece size divides it and bytes out of place are seen.
const patternPeriod = 65521

var patternBlock = makePattern()

func makePattern() []byte {
	block := make([]byte, patternPeriod)
	state := uint32(1)
	for i := range block {
		state = state*1664525 + 1013904223
		block[i] = byte(state >> 24)
	}
	return block
}

// patternWriter takes the pattern from its beginning and fails at the first byte that is another.
type patternWriter struct{ count int64 }

func (w *patternWriter) Write(piece []byte) (int, error) {
	for rest := piece; len(rest) > 0; {
		expected := patternBlock[w.count%patternPeriod:]
		n := min(len(rest), len(expected))
		if !bytes.Equal(rest[:n], expected[:n]) {
			return 0, fmt.Errorf("a byte behind %d is not what was sent", w.count)
		}
		rest = rest[n:]
		w.count += int64(n)
	}
	return len(piece), nil
}

// writePattern writes n bytes of the pattern in pieces that fit no frame size.
func writePattern(to io.Writer, n int64) error {
	for offset := int64(0); offset < n; {
		block := patternBlock[offset%patternPeriod:]
		piece := block[:min(int64(len(block)), n-offset)]
		if _, err := to.Write(piece); err != nil {
			return err
		}
		offset += int64(len(piece))
	}
	return nil
}

// readPattern reads to the end and fails unless that is n bytes of the pattern.
func readPattern(from io.Reader, n int64) error {
	var seen patternWriter
	if _, err := io.CopyBuffer(&seen, struct{ io.Reader }{from}, make([]byte, 64*1024)); err != nil {
		return fmt.Errorf("after %d of %d bytes: %w", seen.count, n, err)
	}
	if seen.count != n {
		return fmt.Errorf("%d of %d bytes came", seen.count, n)
	}
	return nil
}
