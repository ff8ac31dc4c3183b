package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"cloudpocket/store"
)

//go:embed locale/*/*.json
var locales embed.FS

// Languages are those that every page can be read in, the first being the one to fall back on.
func Languages() []string { return []string{"ja", "en"} }

// Words are the messages of one language.
type Words struct {
	Lang      string
	localizer *i18n.Localizer
	fixed     map[string]string // the messages without places and forms, which most are
}

// loadWords returns the words of each of Languages.
func loadWords() (map[string]Words, error) {
	bundle := i18n.NewBundle(language.Japanese)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	words := map[string]Words{}
	for _, lang := range Languages() {
		said, err := loadLanguage(bundle, lang)
		if err != nil {
			return nil, fmt.Errorf("load the words of %s: %w", lang, err)
		}
		words[lang] = Words{Lang: lang, fixed: fixed(said)}
	}
	for lang, w := range words {
		w.localizer = i18n.NewLocalizer(bundle, lang)
		words[lang] = w
	}
	return words, nil
}

// loadLanguage reads a language's words, one file for each area: locale/AREA/LANGUAGE.json.
func loadLanguage(bundle *i18n.Bundle, lang string) (said []*i18n.Message, err error) {
	names, err := fs.Glob(locales, "locale/*/"+lang+".json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		file, err := bundle.LoadMessageFileFS(locales, name)
		if err != nil {
			return nil, err
		}
		said = append(said, file.Messages...)
	}
	return said, nil
}

// fixed returns the texts that are the same whatever they are given.
func fixed(messages []*i18n.Message) map[string]string {
	texts := map[string]string{}
	for _, m := range messages {
		if m.Zero+m.One+m.Two+m.Few+m.Many == "" && !strings.Contains(m.Other, "{{") {
			texts[m.ID] = m.Other
		}
	}
	return texts
}

// Say returns the message called key with args in its places. A key that is not there is an error.
func (w Words) Say(key string, args map[string]any) (string, error) {
	if s, ok := w.fixed[key]; ok {
		return s, nil
	}
	return w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: args})
}

// Count returns the message called key in the form that n asks for, with n as its Count.
func (w Words) Count(key string, n int) (string, error) {
	return w.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: key, PluralCount: n, TemplateData: map[string]any{"Count": w.Number(n)},
	})
}

// Sentence returns the message called key, or the one called instead where there is none: keys of errors come from
// below, and a person must read a sentence whatever they are.
func (w Words) Sentence(key string, args map[string]any, instead string) (string, error) {
	args = w.named(args)
	if key != "" {
		if s, err := w.Say(key, args); err == nil {
			return s, nil
		}
	}
	return w.Say(instead, args)
}

// named returns args with menus by their names.
func (w Words) named(args map[string]any) map[string]any {
	menus, is := args["Menus"].(store.Permission)
	if !is {
		return args
	}
	var names []string
	for _, one := range MenusIn(menus) {
		if name, err := w.Say("people.menu."+one.String(), nil); err == nil {
			names = append(names, name)
		}
	}
	between := ", "
	if w.Lang == "ja" {
		between = "、"
	}
	args = maps.Clone(args)
	args["Menus"] = strings.Join(names, between)
	return args
}

// say is Say for templates: pairs are names and values.
func (w Words) say(key string, pairs ...any) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("message %s: a name without a value", key)
	}
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return w.Say(key, args)
}
