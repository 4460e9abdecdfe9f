// Package wording turns an incident into the words that people read: the sentence, the second line, the text for a
// locked phone, and the numbers in them. Every function is pure: the same incident gives the same words in the
// dashboard, in a chat, in a pipe and in a webhook.
//
// A sentence says service, verb, what, how much, and what was expected. It is in the present while the incident is
// going on and in the past once it is back inside what is expected. It names no person as the cause and shows no statistics.
package wording
