package samlsp

// arena hands out the parts of a tree from a few larger blocks, since a message is thousands of them.
type arena struct {
	elements []element
	children []child
	attrs    []attribute
}

func (a *arena) element() *element {
	if len(a.elements) == cap(a.elements) {
		a.elements = make([]element, 0, max(32, min(2*cap(a.elements), 1024)))
	}
	a.elements = append(a.elements, element{})
	return &a.elements[len(a.elements)-1]
}

// keep copies children, which the caller is about to reuse.
func (a *arena) keep(c []child) []child {
	if len(c) > cap(a.children)-len(a.children) {
		a.children = make([]child, 0, max(64, len(c), min(2*cap(a.children), 1024)))
	}
	first := len(a.children)
	a.children = append(a.children, c...)
	return a.children[first:len(a.children):len(a.children)]
}

// attributes returns the attributes added since there were first of them, and makes room for the next element's.
func (a *arena) attributes(first int) []attribute {
	kept := a.attrs[first:len(a.attrs):len(a.attrs)]
	if cap(a.attrs)-len(a.attrs) < 8 {
		a.attrs = make([]attribute, 0, max(32, min(2*cap(a.attrs), 1024)))
	}
	return kept
}
