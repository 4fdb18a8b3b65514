import type { Language } from '../../platform/i18n/language.ts';
import {
  createTranslator,
  type KeyOf,
  type Translate,
  type Values,
} from '../../platform/i18n/translator.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';

export type ScanKey = KeyOf<typeof en>;
export type ScanTexts = Translate<ScanKey>;

export function scanTexts(language: Language): ScanTexts {
  return createTranslator(language, { en, ja });
}

/** The scan could not be done: exit code 2. */
export class ScanFailure extends Error {
  readonly key: ScanKey;
  readonly values: Values;
  /** Shown below, as it is: the expression with a mark, say. */
  readonly extract: string | null;

  constructor(key: ScanKey, values: Values = {}, extract: string | null = null) {
    super(key);
    this.key = key;
    this.values = values;
    this.extract = extract;
  }
}
