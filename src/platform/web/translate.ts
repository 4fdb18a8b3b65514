import i18next from 'i18next';
import { useCallback, useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { type Language, languageOf, languages } from '../i18n/language.ts';
import type { WebModule } from './page.ts';

export type { Language } from '../i18n/language.ts';

export type Translate = ((key: string, values?: Record<string, unknown>) => string) & {
  /** Whether there are words for this key: for codes that come from the server. */
  has: (key: string) => boolean;
};

const storageKey = 'yojin.language';

/** The language chosen here before, or else the browser's first one that we speak. */
export function firstLanguage(stored: string | null, preferred: readonly string[]): Language {
  for (const tag of [stored ?? undefined, ...preferred]) {
    const found = languageOf(tag);
    if (found) return found;
  }
  return 'en';
}

/** Brings the words of all modules together. Throws when two modules use the same key. */
export function startTranslation(modules: readonly WebModule[]): void {
  const words: Record<Language, Record<string, string>> = { ja: {}, en: {} };
  for (const module of modules) {
    for (const language of languages) {
      for (const [key, text] of Object.entries(module.messages[language])) {
        if (key in words[language]) throw new Error(`Two modules define the words for ${key}`);
        words[language][key] = text;
      }
    }
  }
  const language = firstLanguage(localStorage.getItem(storageKey), navigator.languages);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { ja: { translation: words.ja }, en: { translation: words.en } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Switches the words everywhere and remembers it in this browser. */
export function setLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'ja' ? 'ja' : 'en';
}

/** The words of the interface: `t('users.title')`, `t('shell.rows', { count: 3 })`. */
export function useT(): Translate {
  const { t, i18n } = useTranslation();
  const translate = useCallback(
    (key: string, values?: Record<string, unknown>): string => String(t(key, values ?? {})),
    [t],
  );
  return useMemo(
    () => Object.assign(translate.bind(null), { has: (key: string) => i18n.exists(key) }),
    [translate, i18n],
  );
}

/**
 * Words of both languages side by side, as a reader wants to compare them: `[ja, en]`, or
 * `[ja, en for one, en for many]` with `{{count}}` in it.
 */
export function sideBySide(
  pairs: Readonly<Record<string, readonly [string, string] | readonly [string, string, string]>>,
): WebModule['messages'] {
  const ja: Record<string, string> = {};
  const en: Record<string, string> = {};
  for (const [key, [japanese, english, plural]] of Object.entries(pairs)) {
    if (plural === undefined) {
      ja[key] = japanese;
      en[key] = english;
    } else {
      ja[`${key}_other`] = japanese;
      en[`${key}_one`] = english;
      en[`${key}_other`] = plural;
    }
  }
  return { ja, en };
}
