import { daysUntil } from './due.ts';
import type { FindingClass } from './weakness.ts';

/** What the sentence is made of; everything in it can be looked up one click away. */
export interface WhyInputs {
  readonly findingClass: FindingClass;
  readonly dueOn: string | null;
  readonly dueOutcome: string;
  readonly exploited: boolean;
  readonly ransomware: boolean | null;
  readonly epss: number | null;
  readonly reachable: boolean | null;
  readonly exposed: boolean | null;
  /** Every package to upgrade; without a version where no fix is known. */
  readonly fixes: readonly { readonly name: string; readonly version: string | null }[];
}

/** One sentence that says why a finding stands where it stands, in both languages. */
export function whyOf(inputs: WhyInputs, today: string): { en: string; ja: string } {
  const apart = shownApart[inputs.findingClass];
  if (apart) return apart;
  const clauses = [threat(inputs), reach(inputs), due(inputs, today), fix(inputs)].filter(
    (clause) => clause !== null,
  );
  return {
    en: `${capital(clauses.map(({ en }) => en).join('; '))}.`,
    ja: `${clauses.map(({ ja }) => ja).join('。')}。`,
  };
}

type Clause = { readonly en: string; readonly ja: string };

const shownApart: Partial<Record<FindingClass, Clause>> = {
  unimportant: {
    en: 'The distribution calls it unimportant; it is shown apart and does not count.',
    ja: 'ディストリビューションが「重要でない」と判断しているため、別枠に示し、件数に含めません。',
  },
  unsupported: {
    en: 'The distribution gives no more security support for this package; replace it.',
    ja: 'このパッケージはディストリビューションのセキュリティ支援が終わっています。置き換えてください。',
  },
  'not-running-kernel': {
    en: 'It concerns a kernel that is installed but does not run here; it does not count.',
    ja: '導入済みでも動作していないカーネルの問題のため、件数に含めません。',
  },
};

function threat({ exploited, ransomware, epss }: WhyInputs): Clause {
  if (exploited && ransomware === true) {
    return {
      en: 'exploited in the wild, also by ransomware (CISA KEV)',
      ja: '悪用を確認済みで、ランサムウェアにも使われています（CISA KEV）',
    };
  }
  if (exploited)
    return { en: 'exploited in the wild (CISA KEV)', ja: '悪用が確認されています（CISA KEV）' };
  if (epss === null)
    return { en: 'likelihood not scored yet', ja: '悪用の見込みはまだ評価されていません' };
  const percent = (epss * 100).toFixed(epss < 0.1 ? 1 : 0);
  return {
    en: `${percent} % likely to be exploited within 30 days (EPSS)`,
    ja: `30日以内に悪用される見込みは${percent}%（EPSS）`,
  };
}

function reach({ reachable, exposed }: WhyInputs): Clause | null {
  if (exposed === true)
    return { en: 'the asset is exposed to the internet', ja: 'インターネットに公開されています' };
  if (reachable === true)
    return { en: 'the software listens on the network', ja: 'ネットワークで待ち受けています' };
  if (exposed === null) {
    return {
      en: 'nobody has said whether the asset is exposed, so it counts as exposed',
      ja: '公開の有無が未設定のため、公開として扱います',
    };
  }
  return null;
}

function due({ dueOn, dueOutcome }: WhyInputs, today: string): Clause {
  if (dueOn === null) {
    return {
      en: 'no date: with the next scheduled upgrade',
      ja: '期限なし（次回の定期更新で対応）',
    };
  }
  const days = daysUntil(today, dueOn);
  const forensic = dueOutcome === '3-days-forensic';
  const en =
    days < 0 ? `overdue by ${-days} days` : days === 0 ? 'due today' : `due in ${days} days`;
  const ja = days < 0 ? `期限を${-days}日超過` : days === 0 ? '今日が期限' : `期限まで${days}日`;
  return {
    en: forensic ? `${en}, with forensic triage` : en,
    ja: forensic ? `${ja}（侵害調査も必要）` : ja,
  };
}

function fix({ fixes }: WhyInputs): Clause {
  const known = fixes.flatMap(({ name, version }) =>
    version === null ? [] : [`${name} ${version}`],
  );
  const unknown = fixes.filter(({ version }) => version === null).map(({ name }) => name);
  if (known.length === 0) return { en: 'no fix is known', ja: '修正版はまだありません' };
  if (unknown.length > 0) {
    return {
      en: `${listed(known)} ${known.length === 1 ? 'fixes' : 'fix'} part of it; for ${listed(unknown)} no fix is known`,
      ja: `${listedJa(known)} で一部が直りますが、${listedJa(unknown)} の修正版はまだありません`,
    };
  }
  return {
    en: `${listed(known)} ${known.length === 1 ? 'fixes' : 'together fix'} it`,
    ja:
      known.length === 1 ? `${known[0]} で直ります` : `${listedJa(known)} をすべて入れると直ります`,
  };
}

/** A few are named, the others counted: it is one sentence. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function listedJa(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join('、') + (more > 0 ? ` ほか${more}件` : '');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
