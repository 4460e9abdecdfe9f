package source

import (
	"cmp"
	"slices"

	"github.com/segmentio/kafka-go"
)

// evenBalancer deals all partitions of all topics out in turn, so that no member has two more than another. Kafka's
// range balancer begins anew with each topic and gives the first member one more of each.
type evenBalancer struct{}

// ProtocolName implements kafka.GroupBalancer.
func (evenBalancer) ProtocolName() string { return "tocsin-even" }

// UserData implements kafka.GroupBalancer.
func (evenBalancer) UserData() ([]byte, error) { return nil, nil }

// AssignGroups implements kafka.GroupBalancer.
func (evenBalancer) AssignGroups(members []kafka.GroupMember, partitions []kafka.Partition) kafka.GroupMemberAssignments {
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b kafka.GroupMember) int { return cmp.Compare(a.ID, b.ID) })
	partitions = slices.Clone(partitions)
	slices.SortFunc(partitions, func(a, b kafka.Partition) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.ID, b.ID))
	})
	out := make(kafka.GroupMemberAssignments, len(members))
	load := make(map[string]int, len(members))
	for _, m := range members {
		out[m.ID] = make(map[string][]int)
	}
	for _, p := range partitions {
		least := ""
		for _, m := range members {
			// Members may read different topics while a new one spreads among them.
			if slices.Contains(m.Topics, p.Topic) && (least == "" || load[m.ID] < load[least]) {
				least = m.ID
			}
		}
		if least != "" {
			out[least][p.Topic] = append(out[least][p.Topic], p.ID)
			load[least]++
		}
	}
	return out
}
