import type { Language } from '../../platform/i18n/language.ts';
import {
  createTranslator,
  type KeyOf,
  type Translate,
  type Values,
} from '../../platform/i18n/translator.ts';
import type { LaunchFailure } from './failure.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';

export type LaunchKey = KeyOf<typeof en>;
export type LaunchTexts = Translate<LaunchKey>;
/** Tells people about one step, by key. */
export type Tell = (key: LaunchKey, values?: Values) => void;

export function launchTexts(language: Language): LaunchTexts {
  return createTranslator(language, { en, ja });
}

/** What is wrong, and on the next line what to do about it. */
export function failureText(texts: LaunchTexts, failure: LaunchFailure): string {
  const reason = texts(`failure.${failure.code}`, failure.values);
  const remedy = texts(`failure.${failure.code}.remedy`, failure.values);
  return `${texts('failure.title', { reason })}\n${remedy}`;
}
