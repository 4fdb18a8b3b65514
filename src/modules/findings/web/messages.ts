import { sideBySide } from '../../../platform/web/translate.ts';
import { detailMessages } from './messages-details.ts';
import { exceptionMessages } from './messages-exceptions.ts';

/** The words of the lists and the overview: `[ja, en]` or `[ja, en one, en many]`. */
const listMessages = sideBySide({
  'findings.title': ['火種', 'Findings'],
  'findings.finding.title': ['火種の詳細', 'Finding'],
  'findings.weakness.title': ['弱点', 'Weakness'],
  'findings.all': ['すべての火種', 'All findings'],
  'findings.only-observation': [
    '火種は、1台の端末に残る1つの弱点です。手動では解消にできません。更新後の再測定で消えたことを確認できたときだけ、自動で解消になります。',
    'A finding is one weakness on one asset. Nobody’s click closes it: only a new measurement that no longer sees it does.',
  ],
  'findings.group': ['まとめ方', 'Grouping'],
  'findings.group.urgency': ['急ぐ順', 'By urgency'],
  'findings.group.fix': ['直し方ごと', 'By fix'],
  'findings.where': [
    '端末で絞り込み（例: os:windows scope:大阪支社 kev:yes）',
    'Only on endpoints that are…, e.g. os:windows scope:osaka kev:yes',
  ],
  'findings.search': ['CVEなどのIDで検索', 'CVE or other id'],
  'findings.unknown': ['不明', 'Unknown'],

  'findings.kind.vulnerability': ['脆弱性', 'Vulnerability'],
  'findings.kind.end-of-life': ['サポート終了', 'End of life'],
  'findings.kind': ['弱点の種類', 'Kind'],

  'findings.column.weakness': ['弱点と順位の理由', 'Weakness, and why it stands here'],
  'findings.column.asset': ['対象', 'Asset'],
  'findings.column.due': ['期限', 'Due'],
  'findings.column.severity': ['深刻度', 'Severity'],
  'findings.column.exploited': ['悪用', 'Exploited'],
  'findings.column.epss': ['EPSS', 'EPSS'],
  'findings.column.fix': ['修正版', 'Fix'],
  'findings.column.state': ['状態', 'State'],
  'findings.column.class': ['区分', 'Class'],
  'findings.column.firstSeen': ['初回検出', 'First seen'],
  'findings.column.lastConfirmed': ['最終確認', 'Last confirmed'],
  'findings.column.closed': ['解消日時', 'Closed'],
  'findings.column.owner': ['担当者', 'Owner'],

  'findings.severity.critical': ['緊急', 'Critical'],
  'findings.severity.high': ['重要', 'High'],
  'findings.severity.medium': ['警告', 'Medium'],
  'findings.severity.low': ['注意', 'Low'],
  'findings.severity.none': ['なし', 'None'],
  'findings.severity.unknown': ['スコアなし', 'Not scored'],
  'findings.severity-hint.unknown': [
    '深刻度はまだ公表されていません。「軽微」という意味ではありません。',
    'Nobody has published a severity yet. This does not mean that it is harmless.',
  ],

  'findings.exploited': ['悪用確認', 'Exploited'],
  'findings.exploited-hint': [
    '実際の攻撃での悪用が確認されています（CISA KEV）',
    'Known to be exploited in the wild (CISA KEV)',
  ],
  'findings.exploited-hint.ransomware': [
    '実際の攻撃での悪用が確認され、ランサムウェアにも使われています（CISA KEV）',
    'Known to be exploited in the wild, also by ransomware (CISA KEV)',
  ],
  'findings.not-listed': ['—', '—'],
  'findings.not-scored': ['未算出', 'Not scored'],
  'findings.no-fix': ['修正版なし', 'No fix known'],
  'findings.no-owner': ['未設定', 'Nobody'],
  'findings.never-confirmed': ['未確認', 'Never'],

  'findings.state.open': ['未対応', 'Open'],
  'findings.state.planned': ['対応予定', 'Planned'],
  'findings.state.in-progress': ['対応中', 'In progress'],
  'findings.state.awaiting-proof': ['再測定待ち', 'Awaiting proof'],
  'findings.state.under-investigation': ['調査中', 'Under investigation'],
  'findings.state.excepted': ['例外', 'Excepted'],
  'findings.state.fixed-claimed': ['修正済みの申告', 'Fix claimed'],
  'findings.state.not-affected': ['影響なし', 'Not affected'],
  'findings.state.closed': ['解消', 'Closed'],
  'findings.state.any': ['すべての状態', 'Any state'],
  'findings.state-hint.open': ['まだ着手していません', 'Nobody has begun'],
  'findings.state-hint.planned': ['対応を予定しています', 'It is planned to be fixed'],
  'findings.state-hint.in-progress': ['対応を進めています', 'It is being fixed'],
  'findings.state-hint.awaiting-proof': [
    '対応済みとされ、再測定での確認を待っています',
    'Said to be fixed; the next measurement will tell',
  ],
  'findings.state-hint.under-investigation': [
    '提供元が影響の有無を調査中です（VEX）',
    'Its supplier is still investigating (VEX)',
  ],
  'findings.state-hint.excepted': [
    '期日まで例外として扱い、期限には数えません',
    'Accepted until a date; it does not count until then',
  ],
  'findings.state-hint.fixed-claimed': [
    '提供元は修正済みとしています（VEX）。再測定ではまだ確認できていません',
    'Its supplier says it is fixed (VEX); no measurement agrees yet',
  ],
  'findings.state-hint.not-affected': [
    '提供元は影響なしとしています（VEX）',
    'Its supplier says that it is not affected (VEX)',
  ],
  'findings.state-hint.closed': [
    '再測定で、なくなったことを確認しました',
    'A measurement has shown that it is gone',
  ],
  'findings.stale': ['情報が古い', 'Stale'],
  'findings.stale-hint': [
    '端末のソフトウェア情報を24時間以上確認できていません。残っているとも解消したとも言えません。',
    'The software of this endpoint has not been confirmed for more than 24 hours: whether it is still there cannot be said.',
  ],

  'findings.class.normal': ['通常', 'Counted'],
  'findings.class.unimportant': ['重要でない', 'Unimportant'],
  'findings.class.unsupported': ['サポート外', 'Unsupported'],
  'findings.class.not-running-kernel': ['未使用のカーネル', 'Kernel not running'],
  'findings.class-hint.normal': ['件数と期限の対象になる火種', 'These count and have a due date'],
  'findings.class-hint.unimportant': [
    'ディストリビューションが「重要でない」と判断したもの。件数に含めません',
    'Called unimportant by the distribution; they do not count',
  ],
  'findings.class-hint.unsupported': [
    'ディストリビューションのセキュリティ支援が終わったパッケージのもの。件数に含めません',
    'In packages without security support any more; they do not count',
  ],
  'findings.class-hint.not-running-kernel': [
    '導入済みでも動作していないカーネルのもの。件数に含めません',
    'In kernels that are installed but do not run; they do not count',
  ],

  'findings.due.next-upgrade': ['次回の定期更新', 'Next scheduled upgrade'],
  'findings.due.overdue': [
    '{{count, number}}日超過',
    '{{count, number}} day overdue',
    '{{count, number}} days overdue',
  ],
  'findings.due.today': ['今日まで', 'Due today'],
  'findings.due.left': [
    'あと{{count, number}}日',
    '{{count, number}} day left',
    '{{count, number}} days left',
  ],

  'findings.filter.not-exploited': ['悪用未確認', 'Not known to be exploited'],
  'findings.filter.fixable': ['修正版あり', 'Fix available'],
  'findings.filter.fix': ['直し方', 'Fix'],
  'findings.filter.scope': ['所属範囲', 'Scope'],
  'findings.filter.due.overdue': ['期限超過', 'Overdue'],
  'findings.filter.due.this-week': ['7日以内', 'Within 7 days'],
  'findings.filter.due.later': ['8日以降', 'Later'],
  'findings.filter.due.none': ['期限なし', 'No date'],

  'findings.empty-title': ['該当する火種はありません', 'No findings here'],
  'findings.empty-text': [
    '評価できたソフトウェアからは見つかっていません。未評価のものについては何も言えません。',
    'Nothing was found in what could be assessed. Of what was not assessed nothing can be said.',
  ],
  'findings.unassessed-title': ['まだ何も評価していません', 'Nothing has been assessed yet'],
  'findings.unassessed-text': [
    '脆弱性フィードを取り込むと、端末のソフトウェアと照合します。それまでは、安全とも危険とも言えません。',
    'Import the feeds, and the software of your endpoints is matched against them. Until then nothing can be said about how safe it is.',
  ],

  'findings.fixes.sentence': ['やること', 'What to do'],
  'findings.fixes.name': ['更新するもの', 'Upgrade'],
  'findings.fixes.weaknesses': ['弱点', 'Weaknesses'],
  'findings.fixes.assets': ['対象数', 'Assets'],
  'findings.fixes.findings': ['火種', 'Findings'],
  'findings.fixes.severest': ['最も高い深刻度', 'Worst severity'],
  'findings.fixes.earliestDue': ['最も早い期限', 'Earliest due'],
  'findings.fixes.actions': ['操作', 'Actions'],
  'findings.fixes.empty-title': [
    '修正版のある火種はありません',
    'No finding can be removed by an upgrade',
  ],
  'findings.fixes.empty-text': [
    '修正版が公開されると、更新するものごとにまとめて表示します。',
    'Once fixes are published, they are grouped here by what to upgrade.',
  ],

  'findings.set': ['状態を変更', 'Set state'],
  'findings.set.planned': ['対応予定にする', 'Plan'],
  'findings.set.in-progress': ['対応中にする', 'Start'],
  'findings.set.awaiting-proof': ['再測定待ちにする', 'Await proof'],
  'findings.set.open': ['未対応に戻す', 'Back to open'],
  'findings.except': ['例外を申請', 'Ask for an exception'],
  'findings.set-owner': ['担当者', 'Owner'],
  'findings.owner-title': ['担当者の設定', 'Set owner'],
  'findings.owner-hint': ['空欄にすると担当者を外します', 'Leave empty for nobody'],
  'findings.change.for': [
    '火種{{count, number}}件が対象',
    'For {{count, number}} finding',
    'For {{count, number}} findings',
  ],
  'findings.change.done': [
    '{{count, number}}件を変更しました',
    '{{count, number}} finding changed',
    '{{count, number}} findings changed',
  ],
  'findings.change.refused': [
    '{{count, number}}件は変更できませんでした',
    '{{count, number}} finding was not changed',
    '{{count, number}} findings were not changed',
  ],
  'findings.refusal.only-observation-closes': [
    '解消にできるのは再測定だけです',
    'Only a new measurement closes a finding',
  ],
  'findings.refusal.closed-reopens-by-observation': [
    '解消済みの火種は、再び検出されたときだけ再発になります',
    'A closed finding reopens only when it is seen again',
  ],
  'findings.refusal.statement-decides': [
    '提供元のVEXが状態を決めています。変更するにはVEXを取り下げてください',
    'A VEX statement decides its state; withdraw the statement to change it',
  ],
  'findings.refusal.not-by-hand': [
    'この状態は手動では設定できません',
    'This state cannot be set by hand',
  ],
  'findings.refusal.not-found': [
    '見つからないか、権限がありません',
    'It does not exist, or you may not change it',
  ],

  'findings.tile.overdue': ['期限超過', 'Overdue'],
  'findings.tile.due-this-week': ['7日以内に期限', 'Due within 7 days'],
  'findings.tile.exploited': ['悪用確認', 'Exploited'],
  'findings.tile.active': ['残っている火種', 'Active findings'],
  'findings.tile.critical': ['深刻度「緊急」', 'Critical severity'],
  'findings.tile.opened': ['7日間の新規', 'New in 7 days'],
  'findings.tile.closed': ['7日間の解消', 'Closed in 7 days'],
  'findings.tile.closed-hint': ['再測定で確認', 'Proved by re-measurement'],
  'findings.tile.unassessed': ['未評価：フィードを取り込む', 'Not assessed: import the feeds'],

  'findings.asset.none': ['火種は見つかっていません', 'No findings here'],
  'findings.asset.all-closed': ['残っている火種はありません', 'No active findings here'],
  'findings.asset.none-text': [
    '評価できた範囲での結果です。未評価の範囲は上に示しています。',
    'This speaks only of what was assessed; what was not is said above.',
  ],

  'problem.FINDING_NOT_FOUND': ['この火種はありません', 'No such finding'],
  'problem.WEAKNESS_NOT_FOUND': [
    'この弱点は、ここでは見つかっていません',
    'No such weakness was found here',
  ],
});

export const messages = {
  ja: { ...listMessages.ja, ...detailMessages.ja, ...exceptionMessages.ja },
  en: { ...listMessages.en, ...detailMessages.en, ...exceptionMessages.en },
};
