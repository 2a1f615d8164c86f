// A client with the varlink library of Go, which knows nothing of reeve: it
// asks what there is, reads the interface file with its own parser, and calls.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/varlink/go/varlink"
	"github.com/varlink/go/varlink/idl"
)

const control = "io.reeve.Control."

type object map[string]interface{}

// check ends with what is wrong.
func check(err error) {
	if err == nil {
		return
	}
	if refused, ok := err.(*varlink.Error); ok {
		fmt.Println("refused:", refused.Name, text(refused.Parameters))
	}
	fmt.Println("failed:", err)
	os.Exit(1)
}

// text is a value as JSON, its keys in order.
func text(value interface{}) string {
	bytes, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(bytes)
}

// describe asks for the interfaces, and parses them.
func describe(ctx context.Context, c *varlink.Connection) {
	var vendor, product, version, url string
	var names []string

	check(c.GetInfo(ctx, &vendor, &product, &version, &url, &names))
	fmt.Println("product:", product)
	for _, name := range names {
		file, err := c.GetInterfaceDescription(ctx, name)
		check(err)
		// Its parser wants names in lower case; nobody else does.
		file = strings.Replace(file, name, strings.ToLower(name), 1)
		parsed, err := idl.New(file)
		check(err)
		fmt.Printf("%s: %d methods, %d errors, %d types\n", name,
			len(parsed.Methods), len(parsed.Errors),
			len(parsed.Aliases))
	}
}

// call makes a call that is answered once, and shows some of the answer.
func call(ctx context.Context, c *varlink.Connection, method string,
	parameters interface{}, keys ...string) {
	var answer object

	err := c.Call(ctx, control+method, parameters, &answer)
	if refused, ok := err.(*varlink.Error); ok {
		fmt.Println(method+": refused,", refused.Name)
		return
	}
	check(err)
	if len(keys) == 0 {
		fmt.Println(method + ": done")
	}
	for _, key := range keys {
		fmt.Println(method+":", key, text(answer[key]))
	}
}

// status shows each child's path and state, however many replies it takes.
func status(ctx context.Context, c *varlink.Connection) {
	receive, err := c.Send(ctx, control+"Status", object{}, varlink.More)
	check(err)
	for more := true; more; {
		var answer struct {
			Children []struct{ Path, State string }
		}
		flags, err := receive(ctx, &answer)
		check(err)
		for _, child := range answer.Children {
			fmt.Println("Status:", child.Path, child.State)
		}
		more = flags&varlink.Continues != 0
	}
}

// follow shows the events of a child until it has come up twice.
func follow(ctx context.Context, c *varlink.Connection, path string) {
	receive, err := c.Send(ctx, control+"Events",
		object{"path": path, "follow": true}, varlink.More)
	check(err)
	for started := 0; started < 2; {
		var answer struct {
			Event struct{ Type, Path, Text string }
		}
		flags, err := receive(ctx, &answer)
		check(err)
		if flags&varlink.Continues == 0 {
			check(fmt.Errorf("the stream has ended"))
		}
		event := answer.Event
		fmt.Println("Events:", event.Path, event.Type)
		if event.Type == "started" {
			started++
		}
		if event.Type == "started" && started == 1 {
			other, err := varlink.NewConnection(ctx, os.Args[1])
			check(err)
			call(ctx, other, "Signal",
				object{"path": path, "signal": "KILL"})
			other.Close()
		}
	}
}

func main() {
	ctx := context.Background()
	c, err := varlink.NewConnection(ctx, os.Args[1])
	check(err)
	describe(ctx, c)
	call(ctx, c, "Ping", nil, "state", "version")
	call(ctx, c, "StartChild", object{"supervisor": "pool", "id": "one"},
		"path")
	call(ctx, c, "StartChild", object{"supervisor": "pool", "id": "one"})
	call(ctx, c, "CountChildren", object{"supervisor": "pool"},
		"active", "specs", "supervisors", "workers")
	status(ctx, c)
	follow(ctx, c, "pool/one")
}
