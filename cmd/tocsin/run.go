package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tocsin-io/tocsin/cmd/internal/app"
	"github.com/tocsin-io/tocsin/cmd/internal/tool"
)

func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "config", "", "configuration file; ./tocsin.yml if it is there")
}

func runCommand() *cobra.Command {
	var s app.Settings
	cmd := &cobra.Command{
		Use: "run", Short: "Run the service", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Version, s.Getenv = tool.Version(version), os.LookupEnv
			conf, path, err := s.Load()
			if err != nil {
				return err
			}
			log := app.NewLogger(cmd.ErrOrStderr(), conf.Log)
			app.LogLibraries(log)
			if err := app.ForbidCoreDumps(); err != nil {
				log.Warn("a crash could write lines as they came to a core dump", "error", err)
			}
			reload := make(chan os.Signal, 1)
			signal.Notify(reload, syscall.SIGHUP)
			defer signal.Stop(reload)
			return s.Run(cmd.Context(), conf, path, log, reload, func(url string) {
				fmt.Fprintln(cmd.OutOrStdout(), "tocsin: dashboard at "+url)
			})
		},
	}
	configFlag(cmd, &s.Config)
	cmd.Flags().BoolVar(&s.Demo, "demo", false, "run a company that logs, and in which things go wrong")
	cmd.Flags().StringVar(&s.Listen, "listen", "", "address of the dashboard (127.0.0.1:8642)")
	cmd.Flags().StringVar(&s.KafkaListen, "kafka-listen", "", "address of the embedded broker (127.0.0.1:9092)")
	cmd.Flags().StringVar(&s.Data, "data", "", "directory of the embedded broker and store")
	cmd.Flags().BoolVar(&s.Open, "open", false, "nobody has to sign in, also where --listen can be reached from other machines")
	return cmd
}

func checkCommand() *cobra.Command {
	var s app.Settings
	var offline bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check configuration and rules, and reach every component", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Getenv = os.LookupEnv
			return s.Check(cmd.Context(), cmd.OutOrStdout(), offline)
		},
	}
	configFlag(cmd, &s.Config)
	cmd.Flags().BoolVar(&offline, "offline", false, "reach no component")
	return cmd
}

func migrateCommand() *cobra.Command {
	var s app.Settings
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the store's schema up to date", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Getenv = os.LookupEnv
			return s.Migrate(cmd.Context(), cmd.OutOrStdout())
		},
	}
	configFlag(cmd, &s.Config)
	cmd.Flags().StringVar(&s.Data, "data", "", "directory of the embedded store")
	return cmd
}

func notifyCommand() *cobra.Command {
	var s app.Settings
	var resolved bool
	test := &cobra.Command{
		Use: "test RECEIVER", Short: "Send a sample message to a receiver", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Getenv = os.LookupEnv
			return s.NotifyTest(cmd.Context(), cmd.OutOrStdout(), args[0], resolved)
		},
	}
	configFlag(test, &s.Config)
	test.Flags().BoolVar(&resolved, "resolve", false, "send the sample's end, for a service that keeps alerts")
	cmd := &cobra.Command{Use: "notify", Short: "Try receivers"}
	cmd.AddCommand(test)
	return cmd
}

func routesCommand() *cobra.Command {
	var s app.Settings
	var d app.Described
	explain := &cobra.Command{
		Use:   "explain INCIDENT | explain --service NAME --kind KIND [--severity page]…",
		Short: "Say where an incident, or one that is described, would be sent, and why", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Getenv = os.LookupEnv
			if len(args) == 1 {
				return s.ExplainRoutes(cmd.Context(), cmd.OutOrStdout(), args[0], nil)
			}
			in, err := d.Incident()
			if err != nil {
				return err
			}
			return s.ExplainRoutes(cmd.Context(), cmd.OutOrStdout(), "", in)
		},
	}
	for _, f := range []struct {
		name, what string
		value      *string
	}{
		{"service", "of the described incident", &d.Service},
		{"kind", "of the described incident, as surge or secret", &d.Kind},
		{"severity", "page or notice", &d.Severity},
		{"environment", "of the described incident", &d.Environment},
		{"level", "of the described incident, as error", &d.Level},
		{"rule", "name of the rule that opened it", &d.Rule},
	} {
		explain.Flags().StringVar(f.value, f.name, "", f.what)
	}
	configFlag(explain, &s.Config)
	explain.Flags().StringVar(&s.Data, "data", "", "directory of the embedded store")
	cmd := &cobra.Command{Use: "routes", Short: "Look into routes"}
	cmd.AddCommand(explain)
	return cmd
}

func readyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "ready URL", Short: "Ask a running service whether it is ready, for health checks", Args: cobra.ExactArgs(1), Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error { return tool.Ready(cmd.Context(), args[0]) },
	}
}
