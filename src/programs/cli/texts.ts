import type { Language } from '../../platform/i18n/language.ts';
import { createTranslator, type KeyOf, type Translate } from '../../platform/i18n/translator.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';

export type CliKey = KeyOf<typeof en>;
export type CliTexts = Translate<CliKey>;

export function cliTexts(language: Language): CliTexts {
  return createTranslator(language, { en, ja });
}
