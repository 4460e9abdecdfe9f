package main

import (
	"github.com/spf13/cobra"

	"github.com/tocsin-io/tocsin/cmd/internal/tool"
)

func roleFlag(cmd *cobra.Command, role *string) {
	cmd.Flags().StringVar(role, "role", "viewer", "viewer, responder or admin")
}

func passwordCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "password NAME", Short: "Ask for a password and print a line for sign_in.users_file", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return tool.Password(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr(), args[0], role)
		},
	}
	roleFlag(cmd, &role)
	return cmd
}

func tokenCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "token NAME", Short: "Make a token for the API, and its entry for sign_in.tokens", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return tool.Token(cmd.OutOrStdout(), args[0], role) },
	}
	roleFlag(cmd, &role)
	return cmd
}
