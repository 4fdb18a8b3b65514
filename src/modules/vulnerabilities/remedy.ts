import type { NotAssessedReason } from './subject.ts';

/** What to do about something that is missing; both languages, since the CLI shows it as well. */
export interface Remedy {
  readonly en: string;
  readonly ja: string;
}

/** What makes a piece of software assessable. */
export const reasonRemedies: Readonly<Record<NotAssessedReason, Remedy>> = {
  'release-unknown': {
    en: 'The endpoint has not told its operating system. Fetch its inventory again (yojin endpoint refresh <name>).',
    ja: '端末のOS情報が届いていません。インベントリを取り直してください (yojin endpoint refresh <端末>)。',
  },
  'ecosystem-not-covered': {
    en: "Nobody publishes advisories for this kind of software in a form that could be matched exactly. Compare its version with its maker's by hand.",
    ja: 'この種のソフトウェアには、正確に照合できる形のアドバイザリが公開されていません。提供元の最新版と手作業で比べてください。',
  },
  'feed-never-imported': {
    en: 'Its advisories were never imported. Run yojin feeds sync, or yojin feeds import <bundle> without internet.',
    ja: 'アドバイザリが未取得です。yojin feeds sync を、インターネットがなければ yojin feeds import <バンドル> を実行してください。',
  },
  'feed-too-old': {
    en: 'Its advisories are too old to rule anything out. Run yojin feeds sync, or import a newer bundle.',
    ja: 'アドバイザリが古く、安全と言えません。yojin feeds sync を実行するか、新しいバンドルを取り込んでください。',
  },
  'feed-incomplete': {
    en: 'Months of its advisories are missing: what they fixed is known of no machine. Import a bundle that has them (windows/msrc-cvrf-xml.zip or windows/cve-kb-mapping.json.gz).',
    ja: '一部の月のアドバイザリが欠けており、その月の修正の有無を判断できません。欠けた月を含むバンドル（windows/msrc-cvrf-xml.zip または windows/cve-kb-mapping.json.gz）を取り込んでください。',
  },
  'version-unreadable': {
    en: 'Its version does not follow the rule of its ecosystem. Compare it with the advisory by hand.',
    ja: 'バージョン表記が規則に合わず比較できません。アドバイザリと手作業で比べてください。',
  },
};

export type FeedState = 'never' | 'fresh' | 'too-old' | 'failed' | 'importing';

/** What to do about a feed; null: nothing. */
export function feedRemedy(
  state: FeedState,
  { fetched, enabled, error }: { fetched: boolean; enabled: boolean; error: string | null },
): Remedy | null {
  const how = fetched
    ? {
        en: 'Run yojin feeds sync, or yojin feeds import <bundle> without internet.',
        ja: 'yojin feeds sync を、インターネットがなければ yojin feeds import <バンドル> を実行してください。',
      }
    : {
        en: 'Only a bundle brings it: yojin feeds import <bundle>.',
        ja: 'バンドルでのみ取り込めます: yojin feeds import <バンドル>。',
      };
  switch (state) {
    case 'never':
      return { en: `Never imported. ${how.en}`, ja: `未取得です。${how.ja}` };
    case 'too-old':
      return enabled && fetched
        ? {
            en: 'Its source has published nothing newer, or cannot be reached. Check the address.',
            ja: '配布元に新しいデータがないか、届きません。アドレスを確認してください。',
          }
        : { en: `Too old. ${how.en}`, ja: `データが古くなっています。${how.ja}` };
    case 'failed':
      return {
        en: `The last attempt failed (${error ?? 'unknown'}); what was held before is still used. ${how.en}`,
        ja: `直近の取り込みに失敗しました (${error ?? '不明'})。以前のデータを使い続けています。${how.ja}`,
      };
    case 'fresh':
    case 'importing':
      return null;
  }
}

/** What to do about months that a feed lacks. */
export function missingMonthsRemedy(months: readonly string[]): Remedy {
  const [shown, more] = [months.slice(0, 12).join(', '), months.length - 12];
  return {
    en: `Months are missing: ${shown}${more > 0 ? ` and ${more} more` : ''}. Import a bundle whose archive has them.`,
    ja: `欠けている月: ${shown}${more > 0 ? ` ほか${more}か月` : ''}。これらの月を含むバンドルを取り込んでください。`,
  };
}

/** Security support of an operating system that could not be judged. */
export const supportRemedies: Readonly<Record<'release-unknown' | 'no-data', Remedy>> = {
  'release-unknown': reasonRemedies['release-unknown'],
  'no-data': {
    en: 'No support dates are held for this release. Import the feed endoflife (yojin feeds sync, or a bundle).',
    ja: 'このリリースのサポート期限データがありません。endoflife フィードを取り込んでください (yojin feeds sync またはバンドル)。',
  },
};
