import type { NoticeSeverity } from './api.ts';
import { noticeSeverities } from './api.ts';

type Language = 'ja' | 'en';

/** A notice as one channel tells it. */
export interface MessageNotice {
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly severity: NoticeSeverity;
  readonly text: { readonly ja: string; readonly en: string };
  readonly scopeId: string | null;
  readonly toldAt: Date;
  /** In the console. */
  readonly url: string;
}

/** What goes out at once: one notice, or a digest. */
export interface Message {
  /** The same when it is sent again: whoever gets it can tell a repetition. */
  readonly id: string;
  readonly language: Language;
  readonly title: string;
  /** The most severe first. */
  readonly notices: readonly MessageNotice[];
}

const shownAtMost = 50;

const words = {
  en: {
    information: 'Information',
    warning: 'Warning',
    urgent: 'Urgent',
    open: 'Open',
    test: 'This is a test notice. The channel works.',
  },
  ja: {
    information: 'お知らせ',
    warning: '注意',
    urgent: '緊急',
    open: '開く',
    test: 'テスト通知です。この通知先は正しく設定されています。',
  },
} as const;

/** `id` names the message for whoever gets it twice. */
export function messageOf(
  id: string,
  notices: readonly MessageNotice[],
  language: Language,
): Message {
  const ordered = [...notices].sort(
    (one, other) =>
      noticeSeverities.indexOf(other.severity) - noticeSeverities.indexOf(one.severity) ||
      one.id - other.id,
  );
  const [first] = ordered;
  const title =
    ordered.length === 1 && first
      ? `${severityWord(first.severity, language)}: ${first.text[language]}`
      : digestTitle(ordered, language);
  return { id, language, title, notices: ordered };
}

/** Those of a message that are written out, and how many more there are. */
export function shownOf(message: Message): {
  readonly shown: readonly MessageNotice[];
  readonly more: number;
} {
  const shown = message.notices.slice(0, shownAtMost);
  return { shown, more: message.notices.length - shown.length };
}

export function severityWord(severity: NoticeSeverity, language: Language): string {
  return words[language][severity];
}

export function openWord(language: Language): string {
  return words[language].open;
}

export function moreText(count: number, language: Language): string {
  return language === 'ja'
    ? `ほか ${count} 件はコンソールの「通知」で確認できます。`
    : `${count} more: see Notifications in the console.`;
}

export function testText(): { readonly ja: string; readonly en: string } {
  return { ja: words.ja.test, en: words.en.test };
}

/** Several lines: sentence, address; blank lines between notices. */
export function plainText(message: Message): string {
  const { shown, more } = shownOf(message);
  const { language } = message;
  const blocks = shown.map(
    ({ severity, text, url }) => `[${severityWord(severity, language)}] ${text[language]}\n${url}`,
  );
  if (more > 0) blocks.push(moreText(more, language));
  return `${blocks.join('\n\n')}\n`;
}

/** At most `length` characters, without cutting one in two. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function digestTitle(notices: readonly MessageNotice[], language: Language): string {
  const counts = noticeSeverities
    .toReversed()
    .map((severity) => ({
      severity,
      count: notices.filter((notice) => notice.severity === severity).length,
    }))
    .filter(({ count }) => count > 0);
  if (language === 'ja') {
    const parts = counts.map(({ severity, count }) => `${words.ja[severity]} ${count} 件`);
    return `通知 ${notices.length} 件（${parts.join('、')}）`;
  }
  const parts = counts.map(({ severity, count }) => `${count} ${words.en[severity].toLowerCase()}`);
  return `${notices.length} notices (${parts.join(', ')})`;
}
