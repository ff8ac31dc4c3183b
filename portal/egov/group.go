package egov

import (
	"path"
	"slices"
	"strings"
)

// group is the entries of an archive that make one package.
type group struct {
	dir     string // "." for the archive's top
	entries []*entry
}

func (g *group) onlyTexts() bool {
	return !slices.ContainsFunc(g.entries, func(e *entry) bool { return !strings.EqualFold(path.Ext(e.name), ".txt") })
}

// groups parts an archive into nested archives and packages. A folder with XML in it is a package, with everything
// below it, and if it is the only one with the texts above it. Files elsewhere are a package by folder and by the
// 到達番号 that their names begin with. In doubt they are apart: what is parted can be handed to one office twice, what
// is joined hands one office's papers to another.
func (a *archive) groups() (zips []*entry, groups []*group) {
	var files []*entry
	heads := map[string]bool{}
	for _, e := range a.entries {
		switch {
		case e.folder() || litter(e.name):
		case strings.EqualFold(path.Ext(e.name), ".zip"):
			zips = append(zips, e)
		default:
			files = append(files, e)
			if strings.EqualFold(path.Ext(e.name), ".xml") {
				heads[path.Dir(e.name)] = true
			}
		}
	}
	byHome := map[string]*group{}
	for _, e := range files {
		dir, key := home(e.name, heads)
		if byHome[key] == nil {
			byHome[key] = &group{dir: dir}
			groups = append(groups, byHome[key])
		}
		byHome[key].entries = append(byHome[key].entries, e)
	}
	return zips, groups
}

// home is the folder whose package a file belongs to, and the package's key among those of the archive.
func home(name string, heads map[string]bool) (dir, key string) {
	dir = path.Dir(name)
	for up := dir; ; up = path.Dir(up) {
		if heads[up] {
			return up, up
		}
		if up == "." {
			break
		}
	}
	if head := onlyKey(heads); head != "" && strings.EqualFold(path.Ext(name), ".txt") && under(head, dir) {
		return head, head
	}
	return dir, dir + "\x00" + arrivalPrefix(path.Base(name))
}

// onlyKey is the only key of m, or "".
func onlyKey(m map[string]bool) string {
	if len(m) != 1 {
		return ""
	}
	for k := range m {
		return k
	}
	return ""
}

func under(name, dir string) bool { return dir == "." || strings.HasPrefix(name, dir+"/") }

// litter is what file managers leave in archives.
func litter(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		slices.Contains([]string{".ds_store", "thumbs.db", "desktop.ini"}, base)
}
