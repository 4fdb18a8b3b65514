/** Languages the product speaks. */
export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

/** A language tag or locale name (`ja`, `ja_JP.UTF-8`, `en-GB`) as one of ours; else undefined. */
export function languageOf(tag: string | undefined): Language | undefined {
  const primary = tag
    ?.trim()
    .toLowerCase()
    .split(/[-_.@]/)[0];
  return languages.find((language) => language === primary);
}

/**
 * The language of a terminal: what was asked for, then YOJIN_LANG, then the first of LC_ALL,
 * LC_MESSAGES and LANG that is set (POSIX: an empty value counts as not set; the first one set
 * decides, so `LC_ALL=C` with `LANG=ja_JP.UTF-8` is English). Anything that we do not speak: English.
 */
export function terminalLanguage(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const own = languageOf(asked) ?? languageOf(environment['YOJIN_LANG']);
  if (own) return own;
  const locale = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name]).find(Boolean);
  return languageOf(locale) ?? 'en';
}
