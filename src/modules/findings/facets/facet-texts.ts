import type { Bilingual } from '../../../platform/facets/facet.ts';

const several = {
  ja: '条件を複数並べたときは、別々の火種で満たしていても選ばれます。',
  en: 'Several such terms may be met by different findings of an endpoint.',
};

/** What each facet of this module is called, and how its terms are written. */
export const findingFacetTexts = {
  weakness: {
    key: 'weakness',
    aliases: ['cve', 'vuln'],
    title: { ja: '弱点', en: 'Weakness' },
    description: {
      ja: `この弱点の火種が残っている端末。CVE・GHSA・DSAなど、どの番号でも構いません。${several.ja}`,
      en: `Endpoints with an active finding of this weakness, by any of its ids (CVE, GHSA, DSA, …). ${several.en}`,
    },
    examples: ['cve:CVE-2024-3094', 'cve:CVE-2024-*'],
  },
  kev: {
    key: 'kev',
    aliases: ['exploited'],
    title: { ja: '悪用確認', en: 'Known exploited' },
    description: {
      ja: 'CISA KEVに載った弱点の火種があるか。no は評価済みで1件もない端末、unknown は未評価の端末。',
      en: 'Whether there is an active finding of a weakness in CISA KEV. no: assessed, and none; unknown: never assessed.',
    },
    examples: ['kev:yes'],
  },
  ransomware: {
    key: 'ransomware',
    title: { ja: 'ランサムウェアで悪用', en: 'Used by ransomware' },
    description: {
      ja: 'ランサムウェアに使われたとCISAが示す弱点の火種があるか。',
      en: 'Whether there is an active finding of a weakness that ransomware is known to use (CISA).',
    },
    examples: ['ransomware:yes'],
  },
  severity: {
    key: 'severity',
    title: { ja: '深刻度', en: 'Severity' },
    description: {
      ja: `この深刻度の火種がある端末。unknown はスコアがないもの。${several.ja}`,
      en: `Endpoints with an active finding of this severity; unknown: nobody rated it. ${several.en}`,
    },
    examples: ['severity:critical', 'severity:>=high'],
  },
  due: {
    key: 'due',
    title: { ja: '期限', en: 'Due date' },
    description: {
      ja: '残っている火種のうち、いちばん早い期限。',
      en: 'The earliest due date of the active findings.',
    },
    examples: ['due:<7d', 'due:overdue', 'due:<2027-01-01'],
  },
  overdue: {
    key: 'overdue',
    title: { ja: '期限切れ', en: 'Overdue' },
    description: {
      ja: '期限を過ぎた火種があるか。no は評価済みで1件もない端末。',
      en: 'Whether a finding is past its due date. no: assessed, and none is.',
    },
    examples: ['overdue:yes'],
  },
  kind: {
    key: 'kind',
    title: { ja: '火種の種類', en: 'Kind of finding' },
    description: {
      ja: '脆弱性、サポート切れ。',
      en: 'A vulnerability, or an end of life.',
    },
    examples: ['kind:end-of-life'],
  },
  findingstate: {
    key: 'findingstate',
    title: { ja: '火種の状態', en: 'State of a finding' },
    description: {
      ja: 'この状態の火種がある端末。解消した火種（closed）は数えません。',
      en: 'Endpoints with a finding in this state. Closed ones are not counted.',
    },
    examples: ['findingstate:planned', 'findingstate:excepted'],
  },
  fixable: {
    key: 'fixable',
    title: { ja: '修正あり', en: 'Fixable' },
    description: {
      ja: '修正版が出ている火種があるか。no は評価済みで1件もない端末。',
      en: 'Whether there is an active finding with a known fix. no: assessed, and none.',
    },
    examples: ['fixable:yes'],
  },
  epss: {
    key: 'epss',
    title: { ja: 'EPSS', en: 'EPSS' },
    description: {
      ja: '残っている火種のうち、いちばん高い悪用確率（30日間、0〜1）。',
      en: 'The highest probability of exploitation of the active findings (30 days, 0 to 1).',
    },
    examples: ['epss:>0.5'],
  },
  assessed: {
    key: 'assessed',
    title: { ja: '評価済み', en: 'Assessed' },
    description: {
      ja: '脆弱性を評価したことがあるか。no の端末に火種がなくても、安全とは言えません。',
      en: 'Whether vulnerabilities were ever assessed. Where not, no findings does not mean safe.',
    },
    examples: ['assessed:no'],
  },
} as const satisfies Readonly<Record<string, FacetWords>>;

interface FacetWords {
  readonly key: string;
  readonly aliases?: readonly string[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly examples: readonly string[];
}

/** What a value of a choice is called. */
export const choiceTitles: Readonly<Record<string, Bilingual>> = {
  unknown: { ja: 'スコアなし', en: 'Not scored' },
  none: { ja: 'なし', en: 'None' },
  low: { ja: '注意', en: 'Low' },
  medium: { ja: '警告', en: 'Medium' },
  high: { ja: '重要', en: 'High' },
  critical: { ja: '緊急', en: 'Critical' },
  vulnerability: { ja: '脆弱性', en: 'Vulnerability' },
  'end-of-life': { ja: 'サポート切れ', en: 'End of life' },
  open: { ja: '未対応', en: 'Open' },
  planned: { ja: '対応予定', en: 'Planned' },
  'in-progress': { ja: '対応中', en: 'In progress' },
  'awaiting-proof': { ja: '再測定待ち', en: 'Awaiting proof' },
  excepted: { ja: '例外', en: 'Excepted' },
  'under-investigation': { ja: '調査中', en: 'Under investigation' },
  'fixed-claimed': { ja: '修正済みの申告', en: 'Fix claimed' },
  'not-affected': { ja: '影響なし', en: 'Not affected' },
};
