package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// TrayRow is a package with what stands beside it.
type TrayRow struct {
	store.Package
	OfficeName  string
	CompanyName string
	Receiver    string
	Lessons     []store.OfficeCode
}

// TrayGroup is a group of the tray, by what is to be done next. Its words are the messages "tray." + TrayGroup.
type TrayGroup string

const (
	TrayReady   TrayGroup = "ready"   // its office is known
	TrayPlace   TrayGroup = "place"   // somebody must say which office
	TrayRefused TrayGroup = "refused" // it was refused, or was here before
)

// TrayGroups are all groups in the order of the page.
func TrayGroups() []TrayGroup { return []TrayGroup{TrayReady, TrayPlace, TrayRefused} }

// States are those of a group's packages.
func (g TrayGroup) States() []store.PackageState {
	switch g {
	case TrayReady:
		return []store.PackageState{store.PackageReady}
	case TrayPlace:
		return []store.PackageState{store.PackageUnplaced}
	}
	return []store.PackageState{store.PackageRefused, store.PackageDuplicate}
}

// Counts are how many packages are in each state, up to a bound.
type Counts map[store.PackageState]int

// Of is how many packages are in a group.
func (c Counts) Of(g TrayGroup) (n int) {
	for _, s := range g.States() {
		n += c[s]
	}
	return n
}

// Waiting is how many nobody has looked into yet.
func (c Counts) Waiting() int { return c[store.PackageReceived] }

// Done is how many were looked into.
func (c Counts) Done() int { return c.Total() - c.Waiting() }

// Total is how many there are.
func (c Counts) Total() (n int) {
	for _, each := range c {
		n += each
	}
	return n
}

// TrayPart is one group with a page of its packages.
type TrayPart struct {
	Group TrayGroup
	Rows  []TrayRow
	Count int
	Next  store.Cursor
	Later bool
	View  *Tray
}

// Tray is where dropped packages wait to be handed over.
type Tray struct {
	Drop       store.ID // the drop that it is narrowed to; empty: all
	NewDrop    store.ID // what files that are dropped now are grouped by
	Only       TrayGroup
	Counts     Counts
	Parts      []TrayPart
	Problem    *Problem
	MaxFiles   int
	MaxSize    int64 // bytes, of one file
	MaxArchive int64 // bytes, of a ZIP of many packages
	Accept     string
}

// Tray shows the tray; with a problem the status is 422. It is packed: five hundred packages are five hundred sentences.
func (p *Pages) Tray(w http.ResponseWriter, r *http.Request, s Shell, v Tray) error {
	s.Current = PlaceTray
	for i := range v.Parts {
		v.Parts[i].View = &v
	}
	return p.showPacked(w, r, "tray", s, v, v.Problem)
}

func (p *Pages) showPacked(w http.ResponseWriter, r *http.Request, name string, s Shell, v any, problem *Problem) error {
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	b, err := p.render(r, name, s, v)
	if err != nil {
		return err
	}
	if err := pack(w.Header(), r, b); err != nil {
		return err
	}
	return p.send(w, r, status, b)
}

// Self is the address of the tray as it is narrowed.
func (v Tray) Self() string { return v.To(v.Only) }

// To is the address of one group, or of all when it is empty.
func (v Tray) To(g TrayGroup) string {
	return link("/desk/tray", "drop", string(v.Drop), "group", string(g))
}

// All is the address of the whole tray.
func (v Tray) All() string { return "/desk/tray" }

// Groups are what the tray can be narrowed to.
func (v Tray) Groups() []TrayGroup { return TrayGroups() }

// Empty reports whether nothing is there to be done.
func (v Tray) Empty() bool {
	for _, p := range v.Parts {
		if len(p.Rows) > 0 || p.Later {
			return false
		}
	}
	return true
}

// Megabytes is the limit of one file in MB.
func (v Tray) Megabytes() int64 { return v.MaxSize >> 20 }

// ArchiveMegabytes is the limit of a ZIP of many packages in MB.
func (v Tray) ArchiveMegabytes() int64 { return v.MaxArchive >> 20 }

// NextLink and FirstLink lead through a group.
func (t TrayPart) NextLink() string {
	return link("/desk/tray", "drop", string(t.View.Drop), "group", string(t.Group), "after", string(t.Next))
}
func (t TrayPart) FirstLink() string { return t.View.To(t.Group) }

// More reports whether only the beginning of the group is shown.
func (t TrayPart) More() bool { return t.View.Only == "" && t.Next != "" }

// Parcel is one package of the tray.
type Parcel struct {
	TrayRow
	Companies []CompanyChoice
	Problem   *Problem
	Chosen    store.ID // the office that was chosen when it was refused
	Look      *Look    // what is inside; nil while nothing in it can be looked at
	Kept      string   // the key of why it cannot be looked at yet; empty if it is not kept back
}

// Parcel shows one package; with a problem the status is 422.
func (p *Pages) Parcel(w http.ResponseWriter, r *http.Request, s Shell, v Parcel) error {
	s.Current = PlaceTray
	return p.showPacked(w, r, "parcel", s, v, v.Problem)
}

// Placeable reports whether an office can be chosen.
func (v Parcel) Placeable() bool { return v.Package.Placeable() }

// Twin reports whether it is the same as another, and goes nowhere unless a person says so.
func (v Parcel) Twin() bool { return v.State == store.PackageDuplicate }

// Discardable reports whether it can be thrown away.
func (v Parcel) Discardable() bool {
	return v.State != store.PackageHanded && v.State != store.PackageDiscarded
}

// Teachable reports whether there are codes to remember for the office.
func (v Parcel) Teachable() bool {
	return v.Placeable() && len(v.Lessons) > 0 && v.Reason.Key != "package.several"
}

// Selected reports whether an office is the one to begin with.
func (v Parcel) Selected(id store.ID) bool {
	if v.Chosen != "" {
		return v.Chosen == id
	}
	return v.Office == id
}

// OfficeCount is how many offices there are to choose from.
func (v Parcel) OfficeCount() int { return Publish{Companies: v.Companies}.OfficeCount() }

// Review is the last look before packages are handed over.
type Review struct {
	Rows    []TrayRow
	Left    int // how many were chosen and are not ready any more
	Later   bool
	Due     string // as the field has it
	Note    string
	Problem *Problem
	Now     time.Time
}

// Review shows what is about to be handed over; with a problem the status is 422.
func (p *Pages) Review(w http.ResponseWriter, r *http.Request, s Shell, v Review) error {
	s.Current = PlaceTray
	return p.showPacked(w, r, "review", s, v, v.Problem)
}

// Offices is how many different offices get something.
func (v Review) Offices() int {
	seen := map[store.ID]bool{}
	for _, r := range v.Rows {
		seen[r.Office] = true
	}
	return len(seen)
}

// Earliest is the first time that can be chosen, as the field wants it.
func (v Review) Earliest() string { return DueField(v.Now) }

// Warned is how many hold what looks like an individual number.
func (v Review) Warned() (n int) {
	for _, r := range v.Rows {
		if len(r.MyNumbers) > 0 {
			n++
		}
	}
	return n
}

// Doubted is how many have a signature that does not hold.
func (v Review) Doubted() int { return v.signed(signTampered) }

// Unsure is how many have something in them that a signature should tell about and does not.
func (v Review) Unsure() int { return v.signed(signPartial) + v.signed(signUnproven) }

func (v Review) signed(as state) (n int) {
	for _, r := range v.Rows {
		if stateOf(r.Origin.Signature) == as {
			n++
		}
	}
	return n
}

// dueForm is how browsers write a day and a time (HTML, local date and time).
const dueForm = "2006-01-02T15:04"

// DueField writes a time as a date and time field has it, in Asia/Tokyo.
func DueField(t time.Time) string { return t.In(tokyo()).Format(dueForm) }

// ParseDue reads such a field; false if it is none.
func ParseDue(s string) (time.Time, bool) {
	t, err := time.ParseInLocation(dueForm, s, tokyo())
	return t, err == nil
}

// Progress is what a script learns of a drop.
type Progress struct {
	Total   int    `json:"total"`
	Waiting int    `json:"waiting"`
	Ready   int    `json:"ready"`
	Place   int    `json:"place"`
	Refused int    `json:"refused"`
	Words   string `json:"words"`
}

// ProgressOf says in w's language how far a drop is.
func (w Words) ProgressOf(c Counts) (Progress, error) {
	p := Progress{Total: c.Total(), Waiting: c.Waiting(), Ready: c.Of(TrayReady), Place: c.Of(TrayPlace), Refused: c.Of(TrayRefused)}
	words, err := w.Say("tray.progress", map[string]any{"Done": w.Number(c.Done()), "Total": w.Number(p.Total),
		"Ready": w.Number(p.Ready), "Place": w.Number(p.Place), "Refused": w.Number(p.Refused)})
	p.Words = words
	return p, err
}

// PackageWords is what a script learns of one package.
type PackageWords struct {
	ID     store.ID           `json:"id"`
	Name   string             `json:"name"`
	State  store.PackageState `json:"state"`
	Word   string             `json:"word"`
	Reason string             `json:"reason,omitempty"`
}

// PackageOf says in w's language where a package stands.
func (w Words) PackageOf(p store.Package) (PackageWords, error) {
	out := PackageWords{ID: p.ID, Name: p.Name, State: p.State}
	var err error
	if out.Word, err = w.Say(packageBadge(p.State).Key, nil); err != nil {
		return out, err
	}
	out.Reason, err = w.Reason(p.Reason)
	return out, err
}

// Reason is a reason as a sentence. Times among its arguments are written as such.
func (w Words) Reason(r store.Reason) (string, error) {
	if r.Key == "" {
		return "", nil
	}
	args := map[string]any{}
	for name, value := range r.Args {
		args[name] = value
		if at, err := time.Parse(time.RFC3339, value); err == nil && name == "At" {
			args[name] = w.When(at)
		}
	}
	return w.Sentence(r.Key, args, "error.invalid")
}
