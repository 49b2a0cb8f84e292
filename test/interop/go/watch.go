package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// What Coder's clients decode; every field must be there and no other may be.
type metadataItem struct {
	Result struct {
		CollectedAt string `json:"collected_at"`
		Age         int64  `json:"age"`
		Value       string `json:"value"`
		Error       string `json:"error"`
	} `json:"result"`
	Description struct {
		DisplayName string `json:"display_name"`
		Key         string `json:"key"`
		Script      string `json:"script"`
		Interval    int64  `json:"interval"`
		Timeout     int64  `json:"timeout"`
	} `json:"description"`
}

// watchMetadata reads one of the two watch endpoints as strictly as Coder's readers, and says each state as an event.
func watchMetadata(flags *flag.FlagSet, arguments []string) (any, error) {
	base := flags.String("url", "", "URL of the gateway")
	token := flags.String("token", "", "token of a viewer")
	agent := flags.String("agent", "", "id of the agent")
	mode := flags.String("mode", "ws", "ws or sse")
	speak := flags.Bool("speak", false, "send a message, which the server must answer with 1002")
	refused := flags.Int("refused", 0, "the status with which the server must refuse; 0: it must not")
	inQuery := flags.Bool("query", false, "pass the token in the query")
	flags.Parse(arguments)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { untilInputEnds(); cancel() }()
	path := *base + "/api/v2/workspaceagents/" + *agent + "/watch-metadata"
	if *mode == "ws" {
		path = strings.Replace(path, "http", "ws", 1) + "-ws"
	}
	header := http.Header{tokenHeader: {*token}}
	if *inQuery {
		path, header = path+"?"+tokenCookie+"="+*token, http.Header{}
	}
	if *refused != 0 {
		return refusal(ctx, path, header, *refused)
	}
	if *mode == "sse" {
		ended, err := watchEvents(ctx, path, header)
		return map[string]any{"ended": ended}, untilCancelled(ctx, err)
	}
	status, err := watchSocket(ctx, path, header, *speak)
	return map[string]any{"closeStatus": status}, untilCancelled(ctx, err)
}

// refusal expects a JSON error of Coder's shape in the place of what was asked for, and gives its message.
func refusal(ctx context.Context, address string, header http.Header, status int) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var response *http.Response
	var err error
	if strings.HasPrefix(address, "ws") {
		if _, response, err = websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: header}); err == nil {
			return nil, errors.New("it was let in")
		}
	} else {
		response, err = get(ctx, address, header)
	}
	if response == nil {
		return nil, err
	}
	if got := response.Header.Get("Content-Type"); response.StatusCode != status || got != "application/json; charset=utf-8" {
		return nil, fmt.Errorf("status %d, content type %q", response.StatusCode, got)
	}
	var problem struct {
		Message     string            `json:"message"`
		Detail      string            `json:"detail"`
		Validations []json.RawMessage `json:"validations"`
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if err := strictly(body, &problem); err != nil || problem.Message == "" {
		return nil, fmt.Errorf("an error without a message: %s %v", body, err)
	}
	return problem.Message, nil
}

func get(ctx context.Context, address string, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header = header
	return http.DefaultClient.Do(request)
}

func untilCancelled(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func watchSocket(ctx context.Context, address string, header http.Header, speak bool) (websocket.StatusCode, error) {
	var pings atomic.Int32
	socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPHeader: header,
		OnPingReceived: func(context.Context, []byte) bool {
			say(map[string]any{"event": "ping", "number": pings.Add(1)})
			return true
		},
	})
	if err != nil {
		return 0, err
	}
	defer socket.CloseNow()
	if speak {
		if err := socket.Write(ctx, websocket.MessageText, []byte("hello")); err != nil {
			return 0, err
		}
	}
	socket.SetReadLimit(largestMessage)
	seen := &followed{}
	for {
		kind, message, err := socket.Read(ctx)
		if status := websocket.CloseStatus(err); status != -1 {
			return status, nil
		}
		if err != nil {
			return 0, err
		}
		if kind != websocket.MessageText {
			return 0, errors.New("a binary message")
		}
		var envelope struct {
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		if err := strictly(message, &envelope); err != nil {
			return 0, err
		}
		if envelope.Type != "data" {
			return 0, fmt.Errorf("a message of type %q", envelope.Type)
		}
		if err := seen.state(envelope.Data); err != nil {
			return 0, err
		}
	}
}

// watchEvents reads server-sent events: an "event: " line, then for data one "data: " line, then an empty one. It ends, and
// says true, where the server ends the stream between two events.
func watchEvents(ctx context.Context, address string, header http.Header) (bool, error) {
	response, err := get(ctx, address, header)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return false, fmt.Errorf("status %d", response.StatusCode)
	}
	for name, value := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive", "X-Accel-Buffering": "no",
	} {
		if got := response.Header.Get(name); got != value {
			return false, fmt.Errorf("%s is %q", name, got)
		}
	}
	seen := &followed{}
	lines := bufio.NewReaderSize(response.Body, 1<<20)
	for pings := 0; ; {
		kind, err := lineOf(lines, "event: ")
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		var data string
		switch kind {
		case "ping":
			pings++
			say(map[string]any{"event": "ping", "number": pings})
		case "data":
			if data, err = lineOf(lines, "data: "); err != nil {
				return false, err
			}
			if err := seen.state([]byte(data)); err != nil {
				return false, err
			}
		default:
			return false, fmt.Errorf("an event of type %q", kind)
		}
		if _, err := lineOf(lines, ""); err != nil {
			return false, err
		}
	}
}

// lineOf reads a line that must begin so; with an empty prefix, the line must be empty.
func lineOf(lines *bufio.Reader, prefix string) (string, error) {
	line, err := lines.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSuffix(line, "\n")
	rest, found := strings.CutPrefix(line, prefix)
	if !found || (prefix == "" && line != "") {
		return "", fmt.Errorf("expected %q, got the line %q", prefix, line)
	}
	return rest, nil
}

// followed is what a reader has seen of one agent; it refuses what would make a client's picture wrong.
type followed struct {
	before []metadataItem
}

// state takes a whole state and says it as an event.
func (f *followed) state(encoded []byte) error {
	var items []metadataItem
	if err := strictly(encoded, &items); err != nil {
		return err
	}
	if items == nil {
		return errors.New("null in the place of an array")
	}
	for _, item := range items {
		if err := checkTime(item.Result.CollectedAt, item.Result.Age); err != nil {
			return fmt.Errorf("key %s: %w", item.Description.Key, err)
		}
	}
	// Field by field: what was decoded gives the same bytes again, so that nothing was missing and the order is Go's.
	if again, err := json.Marshal(items); err != nil || !sameJSON(again, encoded) {
		return fmt.Errorf("not as Go would write it: %s instead of %s", encoded, again)
	}
	if err := f.compare(items); err != nil {
		return err
	}
	f.before = items
	say(map[string]any{"event": "state", "items": items, "atMs": time.Now().UnixMilli()})
	return nil
}

// compare holds a state against the one before: keys stay, in their order; times never go back, and the age of a value that
// stays only grows.
func (f *followed) compare(items []metadataItem) error {
	next := 0
	for _, before := range f.before {
		for next < len(items) && items[next].Description.Key != before.Description.Key {
			next++
		}
		if next == len(items) {
			return fmt.Errorf("key %s is gone or out of order", before.Description.Key)
		}
		now := items[next]
		earlier, _ := time.Parse(time.RFC3339Nano, before.Result.CollectedAt)
		later, _ := time.Parse(time.RFC3339Nano, now.Result.CollectedAt)
		if later.Before(earlier) {
			return fmt.Errorf("the time of key %s went back: %s, then %s", now.Description.Key, before.Result.CollectedAt, now.Result.CollectedAt)
		}
		if later.Equal(earlier) && now.Result.Age < before.Result.Age {
			return fmt.Errorf("the age of key %s went back: %d, then %d", now.Description.Key, before.Result.Age, now.Result.Age)
		}
	}
	return nil
}

func strictly(encoded []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%w in %s", err, encoded)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than one value in %s", encoded)
	}
	return nil
}

// sameJSON compares, but for the characters that Go escapes and others need not.
func sameJSON(one, other []byte) bool {
	var escaped bytes.Buffer
	json.HTMLEscape(&escaped, other)
	return bytes.Equal(one, escaped.Bytes())
}

const neverCollectedAge = 9223372036

func checkTime(text string, age int64) error {
	at, err := time.Parse(time.RFC3339Nano, text)
	switch {
	case err != nil:
		return err
	case at.UTC().Format(time.RFC3339Nano) != text:
		return fmt.Errorf("%q is not how Go writes that time", text)
	case at.IsZero() && age != neverCollectedAge:
		return fmt.Errorf("never collected, with an age of %d s", age)
	case !at.IsZero() && (age < 0 || age > int64(time.Since(at)/time.Second)+1):
		return fmt.Errorf("an age of %d s for %s, at %s", age, text, time.Now().UTC())
	}
	return nil
}
