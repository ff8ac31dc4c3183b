package interop

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/chromedp"
)

// Violation is a rule of accessibility that a page breaks.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"` // "serious" or "critical"
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n\t%s\n\t\t%s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n\t\t"))
	}
	return b.String()
}

// Axe runs axe-core's rules for WCAG 2.0 to 2.2, levels A and AA, and returns what is broken seriously or critically.
// Frames are not looked into.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	source, err := os.ReadFile(variable(p.t, "CLOUDPOCKET_TEST_AXE"))
	if err != nil {
		p.t.Fatal("read axe-core:", err)
	}
	get(p, "load axe-core", chromedp.Evaluate[any](string(source)+";null"))
	result := p.Eval(`axe.run(document, {
		iframes: false, resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
	}).then(r => JSON.stringify(r.violations.filter(v => ["serious", "critical"].includes(v.impact))))`)
	var violations []Violation
	if err := json.Unmarshal([]byte(result), &violations); err != nil {
		p.t.Fatal("read axe-core's result:", err)
	}
	return violations
}
