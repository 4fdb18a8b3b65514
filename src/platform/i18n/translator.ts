import i18next from 'i18next';
import { spacingFaults } from './japanese-spacing.ts';
import type { Language } from './language.ts';

/** Texts by key. A text that counts exists as `<key>_one` and `<key>_other` in English. */
export type Catalogue = Readonly<Record<string, string>>;

type Singular<Key> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;
/** The keys that code may ask for: those of the catalogue, without their plural endings. */
export type KeyOf<Texts extends Catalogue> = Singular<keyof Texts & string>;

export type Values = Readonly<Record<string, string | number | null | undefined>>;
export interface Translate<Key extends string> {
  (key: Key, values?: Values): string;
  readonly language: Language;
}

/**
 * A function from keys to texts in one language. Texts take values as `{{name}}`; `count` chooses
 * the plural form. An unknown key throws: a test keeps the catalogues complete, so it is a bug.
 */
export function createTranslator<Texts extends Catalogue>(
  language: Language,
  catalogues: { readonly en: Texts; readonly ja: Catalogue },
): Translate<KeyOf<Texts>> {
  const instance = i18next.createInstance();
  void instance.init({
    lng: language,
    initAsync: false,
    resources: {
      en: { translation: catalogues.en },
      ja: { translation: catalogues.ja },
    },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  const translate = (key: string, values: Values = {}) => {
    if (!instance.exists(key, { ...values })) throw new Error(`no text for ${key} in ${language}`);
    return instance.t(key, { ...values });
  };
  return Object.assign(translate, { language });
}

/**
 * What is wrong with a pair of catalogues, in plain words; empty when complete. `sources` are the
 * texts of the files that may use them: a key is used when it stands there as a quoted string, or
 * when a template in them begins with its prefix up to a dot or hyphen (`failure.${code}`).
 */
export function catalogueFaults(
  catalogues: { readonly en: Catalogue; readonly ja: Catalogue },
  sources: readonly string[],
): string[] {
  const base = (key: string) => key.replace(/_(one|other)$/, '');
  const english = new Map(Object.entries(catalogues.en));
  const japanese = new Map(Object.entries(catalogues.ja));
  const faults: string[] = [];
  for (const [key, text] of english) {
    // Japanese has one plural form.
    const twin = key.endsWith('_one') ? key.replace(/_one$/, '_other') : key;
    const translated = japanese.get(twin);
    if (translated === undefined) faults.push(`${twin}: missing in Japanese`);
    else if (!key.endsWith('_one') && valuesOf(text) !== valuesOf(translated)) {
      faults.push(`${key}: ${valuesOf(text)} in English, ${valuesOf(translated)} in Japanese`);
    }
    if (key.endsWith('_one') && !english.has(twin)) faults.push(`${twin}: missing in English`);
    if (text.trim() === '' || translated?.trim() === '') faults.push(`${key}: empty`);
  }
  for (const [key, text] of japanese) {
    if (!english.has(key)) faults.push(`${key}: missing in English`);
    for (const excerpt of spacingFaults(text)) faults.push(`${key}: space in ${excerpt}`);
  }
  const code = sources.join('\n');
  const prefixes = [...code.matchAll(/`([a-z][A-Za-z0-9.-]*[.-])\$\{/g)].map(
    ([, prefix]) => prefix!,
  );
  for (const key of new Set([...english.keys()].map(base))) {
    const quoted = code.includes(`'${key}'`) || code.includes(`"${key}"`);
    if (!quoted && !prefixes.some((prefix) => key.startsWith(prefix)))
      faults.push(`${key}: unused`);
  }
  return faults;
}

const valuesOf = (text: string) =>
  [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort().join(' ') ||
  'no values';
