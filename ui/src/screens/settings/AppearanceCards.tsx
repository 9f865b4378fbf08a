import { useEffect } from "react";
import { Card } from "../../parts/Card";
import { Choice } from "../../parts/Choice";
import { Segmented } from "../../parts/Segmented";
import { prefer, spoken, THEMES, usePreferences, type LanguageChoice } from "../../state/preferences";
import { words } from "../../words";
import { LANGUAGES } from "../../words/locale";

/** Each language by its own name, so that whoever speaks it finds it. */
const NAMES = { en: "English", de: "Deutsch", ja: "日本語" } as const;

/** Set when another language is chosen here: everything is drawn anew then, and what had the focus is gone. */
let chosen = false;

export function AppearanceCards() {
  useEffect(() => {
    if (!chosen) return;
    chosen = false;
    document.querySelector<HTMLElement>("[data-testid=language-setting]")?.focus();
  }, []);
  const { language, theme } = usePreferences();
  const { appearance } = words.settings;
  const choices: { value: LanguageChoice; name: string }[] = [
    { value: "system", name: appearance.system },
    ...LANGUAGES.map((value) => ({ value, name: NAMES[value] })),
  ];
  return (
    <>
      <Card
        title={appearance.language}
        hint={appearance.languageHint}
        control={
          <Choice
            label={appearance.language}
            value={language}
            choices={choices}
            onChange={(next) => {
              chosen = spoken(next) !== spoken(language);
              prefer({ language: next });
            }}
            data-testid="language-setting"
          />
        }
      />
      <Card
        title={appearance.theme}
        hint={appearance.themeHint}
        control={
          <Segmented
            label={appearance.theme}
            value={theme}
            choices={THEMES.map((value) => ({ value, name: appearance.themes[value] }))}
            onChange={(next) => prefer({ theme: next })}
            testId="theme"
          />
        }
      />
    </>
  );
}
