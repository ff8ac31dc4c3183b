package sso

// Trace is what a sign-in went through, step by step, for an administrator who tests a trust. A nil Trace records
// nothing, so connectors tell it without asking.
type Trace struct {
	Checks []Check `json:"checks"`
}

// Check is one step: what was held against what.
type Check struct {
	Step   string `json:"step"` // such as "signature" or "audience"
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was seen; never a secret
}

// Pass records a step that held.
func (t *Trace) Pass(step, detail string) {
	if t != nil {
		t.Checks = append(t.Checks, Check{step, true, detail})
	}
}

// Fail records the step that did not hold, unless err is nil, and returns err.
func (t *Trace) Fail(step string, err error) error {
	if t != nil && err != nil {
		t.Checks = append(t.Checks, Check{step, false, err.Error()})
	}
	return err
}
