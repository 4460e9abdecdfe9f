package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// readBody reads a JSON object into v. Only application/json is taken: a form of another site cannot send it.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, v any) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength == 0 && r.Header.Get("Content-Type") == "" {
		return true // an act without words
	}
	if err != nil || kind != "application/json" {
		s.fail(w, r, http.StatusUnsupportedMediaType, "not_json", "Send the body as Content-Type: application/json.")
		return false
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = decodeObject(body, v)
	}
	switch {
	case err == nil:
		return true
	case tooLarge(err):
		s.fail(w, r, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("The body is larger than %d bytes.", maxBody))
	default:
		s.fail(w, r, http.StatusBadRequest, "bad_json", "The body cannot be used: "+err.Error()+".")
	}
	return false
}

// decodeObject reads one JSON object, with no field that v does not have. Its errors are for whoever wrote it.
func decodeObject(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return errors.New("it is empty, and a JSON object is wanted")
	}
	if body[0] != '{' && json.Valid(body) {
		return fmt.Errorf("it is %s, and an object {…} is wanted", jsonWord(body[0]))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return jsonWords(err)
	}
	if _, more := d.Token(); !errors.Is(more, io.EOF) {
		return errors.New("there is more after the object")
	}
	return nil
}

// jsonWords says what is wrong without the names of Go's types.
func jsonWords(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var moment *time.ParseError
	switch {
	case errors.As(err, &kind):
		at := kind.Field
		if at == "" {
			at = "a value"
		}
		return fmt.Errorf("%s cannot be %s", at, article(kind.Value))
	case errors.As(err, &moment):
		return fmt.Errorf("%s is no time: write 2026-03-04T12:00:00Z", short(strings.Trim(moment.Value, `"`)))
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: %w, after %d bytes", err, syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is not JSON: it ends too early")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("there is no field %s", short(field))
	}
	return err
}

// jsonWord names the value that begins with c.
func jsonWord(c byte) string {
	switch c {
	case '[':
		return "a list"
	case '"':
		return "a text"
	case '{':
		return "an object"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}

// article names a value in the words of jsonWord; encoding/json calls it array, string, object, bool, or number and which.
func article(value string) string {
	word, _, _ := strings.Cut(value, " ")
	if first, ok := map[string]byte{"array": '[', "string": '"', "object": '{', "bool": 't'}[word]; ok {
		return jsonWord(first)
	}
	return jsonWord('0')
}
