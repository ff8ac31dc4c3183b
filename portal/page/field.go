package page

import (
	"net/url"
	"slices"
	"strings"
)

// Field is one input of a form: its words are "trusts.f." + Word, of its hint "trusts.h." + Word, of its options "trusts.o." +
// Word + "." + option.
type Field struct {
	Name    string // in the form
	Word    string // empty: Name
	Kind    string // text, url, number, area, tick, select, secret or file
	Value   string
	On      bool // of a tick
	Hint    bool
	Must    bool
	Max     int // characters of a text, or the largest number
	Options []string
	Accept  string // of a file
	Wrong   *Problem
}

// ID is what labels name the field by.
func (f Field) ID() string { return "f-" + strings.ReplaceAll(f.Name, ".", "-") }

// Label and HintKey are messages.
func (f Field) Label() string   { return "trusts.f." + f.word() }
func (f Field) HintKey() string { return "trusts.h." + f.word() }

// Rows is how high a text of several lines begins.
func (f Field) Rows() int {
	if f.Word == "source.claims" {
		return 2
	}
	return 4
}

// Option is the message of one option.
func (f Field) Option(o string) string { return "trusts.o." + f.word() + "." + o }

// Described is the IDs of what says more about the field.
func (f Field) Described() string {
	var ids []string
	if f.Hint {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Wrong != nil {
		ids = append(ids, f.ID()+"-wrong")
	}
	return strings.Join(ids, " ")
}

func (f Field) word() string {
	if f.Word != "" {
		return f.Word
	}
	return f.Name
}

// Part is a group of fields: its heading is "trusts.p." + Key, and what stands below "trusts.p." + Key + ".lead".
type Part struct {
	Key    string
	Fields []Field
	More   []Field // shown when asked for, unless something is there or wrong
	Folded bool    // as More, for the whole part
}

// Open reports whether a folded part is shown at once.
func (p Part) Open() bool {
	return slices.ContainsFunc(p.Fields, func(f Field) bool { return f.Wrong != nil })
}

// MoreOpen reports whether what is more is shown at once.
func (p Part) MoreOpen() bool {
	return slices.ContainsFunc(p.More, func(f Field) bool { return f.Wrong != nil || f.Value != "" })
}

// typed puts what somebody typed in place of the values, but for secrets and files, which are not sent back; nil leaves
// them.
func typed(fields []Field, form url.Values) []Field {
	if form == nil {
		return fields
	}
	for i, f := range fields {
		switch f.Kind {
		case "secret", "file":
		case "tick":
			fields[i].On = form.Get(f.Name) == "1"
		default:
			fields[i].Value = form.Get(f.Name)
		}
	}
	return fields
}

// faulted notes at each field what is wrong with it.
func faulted(fields []Field, problems []Problem) []Field {
	for i := range fields {
		fields[i].Wrong = problemAt(problems, fields[i].Name)
	}
	return fields
}

func problemAt(problems []Problem, field string) *Problem {
	i := slices.IndexFunc(problems, func(p Problem) bool { return p.Field == field })
	if i < 0 {
		return nil
	}
	return &problems[i]
}
