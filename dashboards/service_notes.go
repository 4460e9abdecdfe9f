package dashboards

import "time"

// oldEnough is how old a service must be for an error that it never logged before to be news by itself.
const oldEnough = 24 * time.Hour

// learningNotes says of new services until when they are learned: of each where they are few, else of two and how many more.
func learningNotes(list []*ServiceTraffic, c clock) []note {
	const most = 3
	var out []note
	more := 0
	for _, sv := range list {
		switch {
		case !sv.LearningUntil.After(c.now):
		case len(out) < most:
			out = append(out, learningNote(sv.Service, c))
		default:
			more++
		}
	}
	if more > 0 {
		out = append(out[:most-1], note{
			Icon: "learning", Head: count(more+1) + " more services are new.", Link: crumb{"Services", "/services?state=" + stateLearning},
		})
	}
	return out
}

func learningNote(sv *Service, c clock) note {
	return note{
		Icon: "learning", Head: serviceName(sv.Name) + " is new since " + c.zoned(sv.FirstSeen) + ".",
		Text: "Secrets and your rules page now, and silence after half an hour. Surges and error spikes are seen from " + c.zoned(sv.LearningUntil) +
			", mostly as notices in its first day, and new errors from " + c.zoned(sv.FirstSeen.Add(oldEnough)) + ".",
	}
}
