// Package protocol is the adapter protocol for programs in Go: it reads messages and writes answers, one JSON object
// per line, over the two descriptors in CONCORDAT_FDS. It reports observations without verdicts, and uses only the standard
// library.
package protocol

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

const (
	version   = 2
	maxLine   = 32 << 20
	maxDetail = 8000
)

// Adapter is the interface of call styles. An error that is not a *Shown is a fault of the adapter: `failed`.
type Adapter interface {
	Hello() Hello
	Open(message Open) error
	Call(ctx context.Context, operation string, arguments map[string]any) (Outcome, error)
	Close()
}

type server struct {
	adapter Adapter
	out     io.Writer
	writing sync.Mutex
	pending sync.Mutex
	cancels map[int]*call
}

type call struct {
	cancel    context.CancelFunc
	cancelled bool
}

// Serve sends `hello` and handles messages until `shutdown` or the end of the input. It returns the exit code.
func Serve(adapter Adapter) int {
	in, out, err := descriptors()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s := &server{adapter: adapter, out: out, cancels: map[int]*call{}}
	hello := adapter.Hello()
	hello.Type, hello.Protocol, hello.Language = "hello", version, "go"
	hello.Runtime = "go " + strings.TrimPrefix(runtime.Version(), "go")
	if err := s.report(hello); err != nil {
		return 1
	}
	lines := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return 0
		}
		received, err := readMessage(line)
		if err != nil {
			s.failed(nil, err)
			continue
		}
		if received.Type == "shutdown" {
			return 0
		}
		s.handle(received)
	}
}

func descriptors() (in, out *os.File, err error) {
	first, second, found := strings.Cut(os.Getenv("CONCORDAT_FDS"), ",")
	input, inputErr := strconv.Atoi(first)
	output, outputErr := strconv.Atoi(second)
	if !found || inputErr != nil || outputErr != nil {
		return nil, nil, errors.New("CONCORDAT_FDS must name two descriptors: IN,OUT")
	}
	return os.NewFile(uintptr(input), "messages"), os.NewFile(uintptr(output), "answers"), nil
}

func readMessage(line []byte) (message, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var read message
	err := decoder.Decode(&read)
	return read, err
}

func (s *server) handle(given message) {
	switch given.Type {
	case "open":
		s.guard(given.ID, func() (any, error) { return done(given.ID), s.adapter.Open(given.Open) })
	case "close":
		s.guard(given.ID, func() (any, error) { s.adapter.Close(); return done(given.ID), nil })
	case "call":
		ctx, cancel := context.WithCancel(context.Background())
		mine := &call{cancel: cancel}
		s.pending.Lock()
		s.cancels[given.ID] = mine
		s.pending.Unlock()
		go s.call(ctx, given, mine)
	case "cancel":
		s.pending.Lock()
		if running, ok := s.cancels[given.ID]; ok {
			running.cancelled = true
			running.cancel()
		}
		s.pending.Unlock()
	default:
		s.failed(&given.ID, fmt.Errorf("unknown message %q", given.Type))
	}
}

func (s *server) call(ctx context.Context, given message, mine *call) {
	defer mine.cancel()
	s.guard(given.ID, func() (any, error) {
		outcome, err := s.adapter.Call(ctx, given.Operation, given.Arguments)
		s.pending.Lock()
		delete(s.cancels, given.ID)
		s.pending.Unlock()
		var shown *Shown
		if errors.As(err, &shown) && shown.Outcome.Ended == "raised" && mine.cancelled {
			shown.Outcome.Ended = "cancelled"
		}
		return outcomeMessage{"outcome", given.ID, outcome}, err
	})
}

// guard runs work and reports its result; a panic is a fault of the adapter.
func (s *server) guard(id int, work func() (any, error)) {
	defer func() {
		if fault := recover(); fault != nil {
			s.failed(&id, fmt.Errorf("panic: %v", fault))
		}
	}()
	report, err := work()
	var shown *Shown
	switch {
	case errors.As(err, &shown):
		err = s.report(outcomeMessage{"outcome", id, shown.Outcome})
	case err == nil:
		err = s.report(report)
	}
	if errors.Is(err, errTooLong) {
		err = s.report(outcomeMessage{"outcome", id, tooMuch(err.Error()).Outcome})
	}
	if err != nil {
		s.failed(&id, err)
	}
}

var errTooLong = errors.New("a line over 32 MiB")

func (s *server) report(message any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(message); err != nil {
		return err
	}
	if line.Len() > maxLine {
		return errTooLong
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.out.Write(line.Bytes()); err != nil {
		os.Exit(0) // the engine closed the descriptor
	}
	return nil
}

func (s *server) failed(id *int, fault error) {
	detail := string(debug.Stack())
	if len(detail) > maxDetail {
		detail = detail[:maxDetail]
	}
	_ = s.report(failedReport{"failed", id, bounded(fault.Error()), detail})
}
