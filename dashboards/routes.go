package dashboards

import (
	"net/http"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// Route is a way into the dashboard and the least role that it asks for.
type Route struct {
	Method, Path string // as http.ServeMux takes them; an empty method is every method
	Least        signin.Role
	handler      http.Handler
}

// Pattern is the route as http.ServeMux names it.
func (r Route) Pattern() string {
	if r.Method == "" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// Routes is everything that is served, with who may use it. This is the one place that says so.
func (s *Server) Routes() []Route {
	const (
		public    = signin.Public
		viewer    = signin.Viewer
		responder = signin.Responder
		admin     = signin.Admin
	)
	get := func(path string, least signin.Role, h http.HandlerFunc) Route { return Route{"GET", path, least, h} }
	form := func(path string, least signin.Role, h http.HandlerFunc) Route {
		return Route{"POST", path, least, s.form(h)}
	}
	post := func(path string, least signin.Role, h http.HandlerFunc) Route {
		return Route{"POST", path, least, s.keyed(h)}
	}
	out := []Route{
		get("/static/", public, s.assets.serve),
		get("/favicon.ico", public, s.assets.favicon),
		get("/-/healthy", public, s.healthy),
		get("/-/ready", public, s.ready),
		get("/sign-in", public, s.signInPage),
		form("/sign-in", public, s.signIn),
		get("/sign-in/oidc", public, s.beginOIDC),
		get(signin.CallbackPath, public, s.finishOIDC),
		form("/sign-out", viewer, s.signOut),

		get("/{$}", viewer, s.overview),
		get("/incidents", viewer, s.incidentList),
		get("/incidents/{id}", viewer, s.incidentPage),
		get("/incidents/{id}/export", viewer, s.incidentExport),
		get("/incidents/{id}/places.csv", viewer, s.placesCSV),
		form("/incidents/{act}", responder, s.incidentActs),
		form("/incidents/{id}/{act}", responder, s.incidentAct),
		get("/services", viewer, s.serviceList),
		get("/services/{name}", viewer, s.servicePage),
		get("/services/{name}/sensitivity", viewer, s.sensitivityPage),
		form("/services/{name}/sensitivity", admin, s.setSensitivity),
		get("/templates", viewer, s.templateList),
		get("/templates/{id}", viewer, s.templatePage),
		get("/rules", viewer, s.ruleList),
		get("/rules/try", responder, s.tryForm),
		form("/rules/try", responder, s.tryRule),
		get("/rules/{name}", viewer, s.rulePage),
		get("/silences", viewer, s.silences),
		get("/silences/new", responder, s.muteForm),
		form("/silences/new", responder, s.previewMute),
		form("/silences", responder, s.putMute),
		form("/silences/{id}/end", responder, s.endMute),
		get("/receivers", viewer, s.receivers),
		form("/receivers/send-again", responder, s.sendAgain),
		get("/inbox", viewer, s.inbox),
		get("/noise", viewer, s.noise),
		get("/health", viewer, s.healthPage),
		get("/connect", viewer, s.connect),
		get("/search", viewer, s.search),
		get("/keys", viewer, s.keys),
		get("/audit", admin, s.auditPage),
		get("/zone", viewer, s.setZone),
		get("/live", viewer, s.livePage),

		get("/api/v1/openapi.json", viewer, s.apiDocument),
		get("/api/v1/counts", viewer, s.apiCounts),
		get("/api/v1/incidents", viewer, s.apiIncidents),
		get("/api/v1/incidents/{id}", viewer, s.apiIncident),
		post("/api/v1/incidents/{id}/{act}", responder, s.apiAct),
		get("/api/v1/templates", viewer, s.apiTemplates),
		get("/api/v1/templates/{id}", viewer, s.apiTemplate),
		get("/api/v1/services", viewer, s.apiServices),
		get("/api/v1/services/{name}/sensitivity", viewer, s.apiSensitivity),
		post("/api/v1/services/{name}/sensitivity", admin, s.apiSetSensitivity),
		get("/api/v1/silences", viewer, s.apiSilences),
		post("/api/v1/silences", responder, s.apiPutSilence),
		{"DELETE", "/api/v1/silences/{id}", responder, s.keyed(s.apiEndSilence)},
		get("/api/v1/rules", viewer, s.apiRules),
		get("/api/v1/deploys", viewer, s.apiDeploys),
		post("/api/v1/deploys", responder, s.apiAddDeploy),
		get("/api/v1/health", viewer, s.apiHealth),
		get("/api/v1/audit", admin, s.apiAudit),
		get("/api/v1/events", viewer, s.apiEvents),
		post("/-/reload", admin, s.reload),

		{"", "/", viewer, http.HandlerFunc(s.notFound)},
	}
	if s.opt.Metrics != nil {
		out = append(out, Route{"GET", "/metrics", viewer, s.opt.Metrics})
	}
	if s.opt.Slack != nil { // Slack signs what it sends
		out = append(out, Route{"POST", slackPath, public, s.opt.Slack})
	}
	return out
}

const slackPath = "/slack/interactive"

// serveRoutes puts the routes into the mux, each behind its role.
func (s *Server) serveRoutes() {
	for _, r := range s.Routes() {
		s.mux.Handle(r.Pattern(), s.allow(r.Least, r.handler))
	}
}
