package tool

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// Password asks for a password and prints the line of a password file that lets name sign in with it. From a terminal it is
// read twice, without being shown; from a pipe it is the first line.
func Password(ctx context.Context, in io.Reader, out, ask io.Writer, name, role string) error {
	u := signin.User{Name: name, Role: signin.Role(role)}
	if _, err := signin.ParseRole(role); err != nil {
		return err
	}
	password, err := readPassword(ctx, in, ask)
	if err != nil {
		return err
	}
	if u.Hash, err = signin.Hash(password, rand.Reader); err != nil {
		return err
	}
	if err := u.Check(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, u.Line())
	return err
}

func readPassword(ctx context.Context, in io.Reader, ask io.Writer) (string, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 8<<10)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := unseen(ctx, f, ask, "Password: ")
	if err != nil {
		return "", err
	}
	if err := signin.CheckPassword(first); err != nil {
		return "", err
	}
	again, err := unseen(ctx, f, ask, "Again: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("the two passwords differ")
	}
	return first, nil
}

// unseen reads a line that the terminal does not show. When ctx ends, the terminal is as it was.
func unseen(ctx context.Context, f *os.File, ask io.Writer, prompt string) (string, error) {
	was, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", err
	}
	fmt.Fprint(ask, prompt)
	defer fmt.Fprintln(ask)
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() { // it ends with the process, as a read of a terminal cannot be called off
		text, err := term.ReadPassword(int(f.Fd()))
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		return string(l.text), l.err
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(int(f.Fd()), was))
	}
}

// Token makes a token and prints it, with the entry of the configuration that lets a program use it.
func Token(out io.Writer, name, role string) error {
	if _, err := signin.ParseRole(role); err != nil {
		return err
	}
	text, t, err := signin.NewToken(name, signin.Role(role), rand.Reader)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "The token, shown this once:\n\n    %s\n\nIts entry under sign_in.tokens in tocsin.yml:\n\n    - {name: %q, role: %s, sha256: %s}\n", text, t.Name, t.Role, t.SHA256)
	return err
}
