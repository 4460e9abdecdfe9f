// Package paging tests routes and the store together: random histories of incidents under routes of every sort.
package paging
