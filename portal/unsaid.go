package portal

// unsaid is an error whose text may hold what stands in a file, such as the name of an element: what is logged is what
// alone. Its cause can be looked for, and is in no log.
type unsaid struct {
	what  string
	cause error
}

func (u unsaid) Error() string { return u.what }

func (u unsaid) Unwrap() error { return u.cause }
