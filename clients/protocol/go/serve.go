// Package protocol is the adapter protocol for programs in Go: orders come in, reports go out, one JSON object a line,
// over the two descriptors named by CONCORDAT_FDS. It observes and never judges, and uses only the standard library.
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
	version   = 1
	maxLine   = 32 << 20
	maxDetail = 8000
)

// Adapter is what a call style brings along. An error that is not a *Shown is the adapter's own fault: `failed`.
type Adapter interface {
	Hello() Hello
	Open(order Open) error
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

// Serve says hello and obeys orders until `bye` or the end of the input; it returns the process's exit code.
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
		order, err := readOrder(line)
		if err != nil {
			s.failed(nil, err)
			continue
		}
		if order.Type == "bye" {
			return 0
		}
		s.obey(order)
	}
}

func descriptors() (in, out *os.File, err error) {
	first, second, found := strings.Cut(os.Getenv("CONCORDAT_FDS"), ",")
	input, inputErr := strconv.Atoi(first)
	output, outputErr := strconv.Atoi(second)
	if !found || inputErr != nil || outputErr != nil {
		return nil, nil, errors.New("CONCORDAT_FDS must name two descriptors: IN,OUT")
	}
	return os.NewFile(uintptr(input), "orders"), os.NewFile(uintptr(output), "reports"), nil
}

func readOrder(line []byte) (order, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var read order
	err := decoder.Decode(&read)
	return read, err
}

func (s *server) obey(given order) {
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
		s.failed(&given.ID, fmt.Errorf("unknown order %q", given.Type))
	}
}

func (s *server) call(ctx context.Context, given order, mine *call) {
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
		return outcomeReport{"outcome", given.ID, outcome}, err
	})
}

// guard runs the adapter's work and reports it; its panics are the adapter's own fault.
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
		err = s.report(outcomeReport{"outcome", id, shown.Outcome})
	case err == nil:
		err = s.report(report)
	}
	if errors.Is(err, errTooLong) {
		err = s.report(outcomeReport{"outcome", id, tooMuch(err.Error()).Outcome})
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
		os.Exit(0) // nobody reads any more
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
