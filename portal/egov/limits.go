package egov

// Limits bound what reading an upload may cost. A zero field takes [DefaultLimits]'s value.
type Limits struct {
	Size     int64 // bytes of an upload
	Package  int64 // bytes of one package's archive inside an upload of many
	Unpacked int64 // bytes that may come out of one package
	Total    int64 // bytes that may come out of an upload of many packages
	Entries  int   // entries of one archive, folders included
	Packages int   // packages in one upload
	Depth    int   // archives within archives; 1: none
	Ratio    int64 // how many bytes may come out for one that went in, beyond the first mebibyte
	Name     int   // bytes of a path, in UTF-8
	Text     int   // bytes of XML of one package, all its files together, in UTF-8
	Nodes    int   // nodes of the same: each takes 44 bytes of memory
}

// DefaultLimits are generous for what offices send and small for a server: a package is some hundred kilobytes, a
// notice of a thousand persons some megabytes that compress 30 to 1. A notice of 20,000 persons, with everything about
// the office again beside each as the pension service writes it, has 39 MiB and 1,840,000 nodes.
func DefaultLimits() Limits {
	return Limits{
		Size:     512 << 20,
		Package:  64 << 20,
		Unpacked: 128 << 20,
		Total:    2 << 30,
		Entries:  2000,
		Packages: 1000,
		Depth:    4,
		Ratio:    200,
		Name:     1024,
		Text:     64 << 20,
		Nodes:    2_500_000,
	}
}

// withDefaults fills what is zero.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	fill(&l.Size, d.Size)
	fill(&l.Package, d.Package)
	fill(&l.Unpacked, d.Unpacked)
	fill(&l.Total, d.Total)
	fill(&l.Entries, d.Entries)
	fill(&l.Packages, d.Packages)
	fill(&l.Depth, d.Depth)
	fill(&l.Ratio, d.Ratio)
	fill(&l.Name, d.Name)
	fill(&l.Text, d.Text)
	fill(&l.Nodes, d.Nodes)
	return l
}

func fill[T int | int64](value *T, otherwise T) {
	if *value <= 0 {
		*value = otherwise
	}
}
