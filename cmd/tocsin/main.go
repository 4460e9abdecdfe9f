// Command tocsin watches logs: it reads a log topic, learns what is normal, and pages people when something is not.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tocsin-io/tocsin/cmd/internal/tool"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run returns the exit code: 0 done, 1 found something wrong in what was checked or tested, 2 could not run.
func run(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use:           "tocsin",
		Short:         "Watches logs and pages people when something is not normal",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		runCommand(), checkCommand(), testCommand(), backtestCommand(), scanCommand(), decodeCommand(), templatesCommand(), seriesCommand(),
		notifyCommand(), routesCommand(), migrateCommand(), passwordCommand(), tokenCommand(), readyCommand(), versionCommand(),
	)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var found *tool.FoundError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		fmt.Fprintln(os.Stderr, found.Error())
		return 1
	default:
		fmt.Fprintln(os.Stderr, "tocsin: "+err.Error())
		return 2
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), "tocsin "+tool.Version(version)) },
	}
}
