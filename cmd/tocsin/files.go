package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tocsin-io/tocsin/cmd/internal/app"
	"github.com/tocsin-io/tocsin/cmd/internal/tool"
)

// fileFlags are what commands over files have in common.
func fileFlags(cmd *cobra.Command, in *tool.Input) {
	cmd.Flags().BoolVar(&in.Raw, "raw", false, "the whole line is the message")
	cmd.Flags().StringVar(&in.Framing, "framing", "lines", "lines, or length: records led by 4 bytes, big-endian")
	cmd.Args = cobra.MinimumNArgs(1)
}

// input fills in where to read from and to write to.
func input(cmd *cobra.Command, args []string, in *tool.Input) {
	in.Files, in.Stdin, in.Stdout, in.Stderr = args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
}

func scanCommand() *cobra.Command {
	var in tool.Input
	var o tool.ScanOptions
	cmd := &cobra.Command{
		Use: "scan FILE…|-", Short: "Find templates, anomalies and incidents in a log file or a pipe",
		RunE: func(cmd *cobra.Command, args []string) error {
			input(cmd, args, &in)
			return tool.Scan(cmd.Context(), in, o)
		},
	}
	fileFlags(cmd, &in)
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print an object a line for each incident")
	cmd.Flags().StringSliceVar(&o.Rules, "rules", nil, "files of rules to evaluate too")
	return cmd
}

func decodeCommand() *cobra.Command {
	var in tool.Input
	cmd := &cobra.Command{
		Use: "decode FILE…|-", Short: "Print each event as it is understood, a JSON object a line, redacted",
		RunE: func(cmd *cobra.Command, args []string) error {
			input(cmd, args, &in)
			return tool.Decode(cmd.Context(), in)
		},
	}
	fileFlags(cmd, &in)
	return cmd
}

func templatesCommand() *cobra.Command {
	var in tool.Input
	var o tool.TemplatesOptions
	cmd := &cobra.Command{
		Use: "templates FILE…|-", Short: "Print the templates of the lines: count, id, template",
		RunE: func(cmd *cobra.Command, args []string) error {
			input(cmd, args, &in)
			return tool.Templates(cmd.Context(), in, o)
		},
	}
	fileFlags(cmd, &in)
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print an object a line")
	cmd.Flags().StringVar(&o.Assign, "assign", "", "write line,template_id,template of every line to this CSV file")
	return cmd
}

func seriesCommand() *cobra.Command {
	var in tool.Input
	var o tool.SeriesOptions
	cmd := &cobra.Command{
		Use: "series FILE.csv|-", Short: "Detect anomalies in numbers from elsewhere", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			input(cmd, args, &in)
			return tool.Series(cmd.Context(), in, o)
		},
	}
	cmd.Flags().StringVar(&o.Out, "out", "", "write here, not to standard output")
	cmd.Flags().StringVar(&o.Bucket, "bucket", "10s", "width of the buckets, in the form with services")
	return cmd
}

func testCommand() *cobra.Command {
	return &cobra.Command{
		Use: "test RULES_TEST.yml…", Short: "Run unit tests of rules", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return tool.TestRules(cmd.OutOrStdout(), args) },
	}
}

func backtestCommand() *cobra.Command {
	var in tool.Input
	var o tool.BacktestOptions
	var s app.Settings
	cmd := &cobra.Command{
		Use: "backtest --rules r.yml [--diff old.yml] (--from -7d [--to …] | FILE…)", Short: "Show the pages that rules would have sent",
		RunE: func(cmd *cobra.Command, args []string) error {
			input(cmd, args, &in)
			s.Getenv = os.LookupEnv
			o.Now, o.Topic = time.Now(), s.Past
			return tool.Backtest(cmd.Context(), in, o)
		},
	}
	fileFlags(cmd, &in)
	cmd.Args = cobra.ArbitraryArgs
	configFlag(cmd, &s.Config)
	cmd.Flags().StringSliceVar(&o.Rules, "rules", nil, "files of rules to try")
	cmd.Flags().StringSliceVar(&o.Diff, "diff", nil, "files of rules to compare with: what is added (+) and gone (-) is shown")
	cmd.Flags().StringVar(&o.From, "from", "", "read the topic from here: -7d, or a time")
	cmd.Flags().StringVar(&o.To, "to", "", "read the topic up to here: -1d, or a time; now where it is not given")
	return cmd
}
