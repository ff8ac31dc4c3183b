package page

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// functions are what templates can call, bound to one language.
func functions(w Words, a *Assets) template.FuncMap {
	pictures := drawn()
	return template.FuncMap{
		"t":        w.say,
		"count":    w.Count,
		"sentence": func(key string, args map[string]any) (string, error) { return w.Sentence(key, args, "error.invalid") },
		"kind":     func(kind string) (string, error) { return w.Sentence("kind."+kind, nil, "kind.other") },
		"done":     func(deed string) (string, error) { return w.Say("done."+deed, nil) },
		"task": func(kind store.TaskKind) (string, error) {
			return w.Sentence("operator.task."+string(kind), nil, "operator.task.other")
		},
		"doubt":    func(key string) (string, error) { return w.Sentence("egov.doubt."+key, nil, "egov.doubt.other") },
		"check":    func(key string) (string, error) { return w.Sentence(key, nil, "trusts.check.other") },
		"field":    w.fieldName,
		"given":    menusOf,
		"when":     func(t time.Time) template.HTML { return timeElement(t, w.When(t)) },
		"day":      func(t time.Time) template.HTML { return timeElement(t, w.Day(t)) },
		"date":     w.Day,
		"month":    w.Month,
		"printed":  func(d store.Date) string { return w.Date(string(d)) },
		"birth":    w.Date,
		"size":     w.Size,
		"number":   w.Number,
		"capped":   w.Capped,
		"icon":     pictures.icon,
		"badge":    badge,
		"rows":     rows{w, pictures}.html,
		"deed":     w.DeedName,
		"deeds":    w.deeds,
		"exact":    exact,
		"counted":  func(n int64) string { return w.Number(int(n)) },
		"device":   func(agent string) (string, error) { return w.device(agentOf(agent)) },
		"named":    w.device,
		"reason":   w.Reason,
		"asset":    a.Path,
		"mark":     marked,
		"filetype": fileType,
		"lines":    lines,
		"qr":       qrCode,
		"menus":    MenusIn,
		"prose":    w.prose,
	}
}

// fieldName is what a field of a trust's forms is called. The parts of one source of the mapping are called as the whole.
func (w Words) fieldName(field string) (string, error) {
	whole, part, of := strings.Cut(field, ".")
	if of && slices.Contains(MappedFields(), whole) && slices.Contains([]string{"kind", "claims", "fixed", "strip", "lookup"}, part) {
		return w.Sentence("trusts.p.map."+whole, nil, "trusts.f.other")
	}
	return w.Sentence("trusts.f."+field, nil, "trusts.f.other")
}

// fileType is a file's type in the form that people know: its extension, in capitals.
func fileType(f store.File) string {
	if i := strings.LastIndexByte(f.Name, '.'); i >= 0 {
		return strings.ToUpper(f.Name[i+1:])
	}
	return f.MediaType
}

// menusOf are the names in a set of permissions as it is written; none of one that nobody can read.
func menusOf(written string) []string {
	p, err := store.ParsePermission(written)
	if err != nil || p == 0 {
		return nil
	}
	return strings.Split(p.String(), ",")
}

// lines cuts a note into its lines, for templates that keep them apart.
func lines(s string) []string {
	return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
}
