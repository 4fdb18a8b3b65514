import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of exceptions, deadlines and measures. */
export const exceptionMessages = sideBySide({
  'findings.column.weakness-id': ['弱点', 'Weakness'],

  'findings.exceptions.title': ['例外', 'Exceptions'],
  'findings.exceptions.one': ['例外', 'Exception'],
  'findings.exceptions.number': ['例外#{{id}}', 'Exception #{{id}}'],
  'findings.exceptions.subtitle': [
    '期日まで対応を見送ると承認された火種です。終わると、止まっていた期限が動き出して未対応に戻ります。',
    'What is knowingly left until a day. When it ends, findings are open again and the clock that stood still goes on.',
  ],
  'findings.exceptions.empty-title': ['例外はありません', 'No exceptions'],
  'findings.exceptions.empty-text': [
    'すぐに直せない火種は、理由と期日を添えて例外を申請できます。承認するのは申請者とは別の人です。',
    'What cannot be fixed soon can be excepted with a reason and an end. Somebody else approves it.',
  ],
  'findings.exceptions.ask': ['例外を申請', 'Ask for an exception'],
  'findings.exceptions.ask-text': [
    '申請者とは別の人が承認すると有効になります。期間は最長365日です。',
    'It takes effect when somebody else approves it, for 365 days at most.',
  ],
  'findings.exceptions.ask-do': ['申請する', 'Ask for it'],
  'findings.exceptions.asked': ['例外を申請しました', 'The exception waits for approval'],
  'findings.exceptions.covers': ['対象と理由', 'What it covers, and why'],
  'findings.exceptions.until': ['最終日', 'Last day'],
  'findings.exceptions.until-hint': [
    '明日から365日後まで',
    'From tomorrow until 365 days from now',
  ],
  'findings.exceptions.covered': ['承認時の対象', 'Covered at approval'],
  'findings.exceptions.new': ['承認後に増えた対象', 'New since'],
  'findings.exceptions.count-of': ['{{findings}}件／{{assets}}台', '{{findings}} on {{assets}}'],
  'findings.exceptions.requested-by': ['申請者', 'Asked for by'],
  'findings.exceptions.decided-by': ['承認・却下した人', 'Decided by'],
  'findings.exceptions.undecided': ['未決定', 'Not decided yet'],
  'findings.exceptions.ended': ['終了', 'Ended'],
  'findings.exceptions.counted-at': ['件数の集計', 'Counted'],
  'findings.exceptions.covers-nothing': ['有効ではありません', 'Not in force'],
  'findings.exceptions.facts': ['内容', 'Details'],
  'findings.exceptions.state.current': ['申請中と有効', 'Waiting and in force'],
  'findings.exceptions.state.requested': ['承認待ち', 'Waiting'],
  'findings.exceptions.state.approved': ['有効', 'In force'],
  'findings.exceptions.state.refused': ['却下', 'Refused'],
  'findings.exceptions.state.withdrawn': ['取り下げ', 'Withdrawn'],
  'findings.exceptions.state.expired': ['終了', 'Over'],

  'findings.exceptions.which': ['どの火種か', 'Which findings'],
  'findings.exceptions.which-text': [
    '1つ以上を指定してください。複数を指定すると、すべてに当てはまる火種だけが対象です。',
    'Give at least one. Of several, all must hold.',
  ],
  'findings.exceptions.package': ['パッケージ', 'Package'],
  'findings.exceptions.package-hint': [
    '更新するパッケージ。修正版がないときは、見つかったパッケージ',
    'The one to upgrade; where there is no fix, the one it was seen in',
  ],
  'findings.exceptions.severity-at-most': ['深刻度の上限', 'Severity at most'],
  'findings.exceptions.severity-hint': [
    'スコアのない火種は含みません',
    'What is not scored is never among it',
  ],
  'findings.exceptions.where': ['どこの火種か', 'Where'],
  'findings.exceptions.scope-hint': [
    '下位の範囲を含みます。空欄はすべての範囲です',
    'With all below it; empty: everywhere',
  ],
  'findings.exceptions.selector': [
    '端末の条件（空欄はすべての端末）',
    'Only on endpoints that are… (empty: all)',
  ],
  'findings.exceptions.also-new': [
    '承認後に当てはまった端末も対象にする',
    'Also endpoints that come to match later',
  ],
  'findings.exceptions.also-new-hint': [
    '指定しないと、承認時に当てはまった端末だけが対象です。どちらでも、増えた分は別に数えて通知します。',
    'Otherwise only those that match at approval. Either way new ones are counted apart and told of.',
  ],
  'findings.exceptions.covers-exploited': [
    '悪用が確認された火種（CISA KEV）も対象にする',
    'Also what is listed in CISA KEV as exploited',
  ],
  'findings.exceptions.covers-exploited-hint': [
    '申請と承認の両方に管理者の権限が必要です',
    'For administrators: one asks, another approves',
  ],
  'findings.exceptions.why': ['理由と期間', 'Why, and until when'],
  'findings.exceptions.reason': ['理由', 'Reason'],
  'findings.exceptions.reason-hint': [
    '監査で読み返せるように、判断の根拠を書いてください',
    'For the audit: why this is acceptable',
  ],
  'findings.exceptions.control': ['代わりの対策', 'Compensating control'],
  'findings.exceptions.no-control': ['なし', 'None'],
  'findings.exceptions.control-hint': [
    '直すまでの間、何で守るか',
    'What protects you in the meantime',
  ],
  'findings.exceptions.preview': ['いま対象になる火種', 'What it would cover now'],
  'findings.exceptions.preview-none': [
    'どの火種かを指定すると、対象をここに表示します。',
    'Say which findings, and what it covers is shown here.',
  ],
  'findings.exceptions.preview-findings': [
    '件の火種（{{assets}}台）',
    'findings on {{assets}} assets',
  ],
  'findings.exceptions.preview-among': [
    '条件に当てはまる端末{{endpoints}}台、アプリケーション{{applications}}件のうち',
    'among {{endpoints}} endpoints and {{applications}} applications that match',
  ],
  'findings.exceptions.hides-exploited': [
    '悪用が確認された火種{{count, number}}件を隠します',
    'It hides {{count, number}} exploited finding',
    'It hides {{count, number}} exploited findings',
  ],
  'findings.exceptions.leaves-exploited': [
    '悪用が確認された火種{{count, number}}件は対象に含みません',
    'It leaves out {{count, number}} exploited finding',
    'It leaves out {{count, number}} exploited findings',
  ],
  'findings.exceptions.new-alert': [
    '承認後に{{count, number}}台が新しく当てはまりました',
    '{{count, number}} asset came to match after the approval',
    '{{count, number}} assets came to match after the approval',
  ],
  'findings.exceptions.new-covered': [
    'この例外は新しい端末も対象にするため、その火種も隠れています。続けてよいか確認してください。',
    'It covers new ones as well, so their findings are hidden too. Make sure that this is still meant.',
  ],
  'findings.exceptions.new-not-covered': [
    'その端末の火種は例外にしていません。対象にするには、新しく申請してください。',
    'Their findings are not excepted. To cover them, ask anew.',
  ],
  'findings.exceptions.unreadable': [
    '端末の条件を読み取れません。直るまで対象は変わりません',
    'Its selector cannot be read; whom it covers stays as it was',
  ],
  'findings.exceptions.approve': ['承認', 'Approve'],
  'findings.exceptions.refuse': ['却下', 'Refuse'],
  'findings.exceptions.withdraw': ['取り下げ', 'Withdraw'],
  'findings.exceptions.note': ['コメント', 'Note'],
  'findings.exceptions.text.approve': [
    '承認すると、いま条件に当てはまる端末の火種がすぐに例外になり、期限が止まります。',
    'Findings on the endpoints that match now are excepted at once; their clock stands still.',
  ],
  'findings.exceptions.text.refuse': [
    '却下した例外は有効になりません。',
    'It will not take effect.',
  ],
  'findings.exceptions.text.withdraw': [
    '対象の火種はすぐに未対応に戻り、止まっていた期限が動き出します。',
    'Its findings are open again at once, and the clock that stood still goes on.',
  ],
  'findings.exceptions.done.approve': ['例外を承認しました', 'Approved'],
  'findings.exceptions.done.refuse': ['例外を却下しました', 'Refused'],
  'findings.exceptions.done.withdraw': ['例外を取り下げました', 'Withdrawn'],

  'findings.input.paused-days': ['例外で止まった日数', 'Days it stood still, excepted'],
  'findings.refusal.exception-decides': [
    '例外が有効な間は変更できません。例外を取り下げてください。',
    'An exception decides this state; withdraw the exception.',
  ],
  'findings.cause.exception-expired': ['例外の最終日が過ぎた', 'its exception is over'],
  'findings.cause.exception-withdrawn': ['例外が取り下げられた', 'its exception was withdrawn'],
  'findings.cause.no-longer-covered': [
    '例外の対象ではなくなった',
    'its exception no longer covers it',
  ],

  'findings.sla.title': ['期限の状況', 'Deadlines'],
  'findings.sla.subtitle': [
    '所属範囲と深刻度ごとの期限の状況です。下位の範囲を含みます。',
    'Deadlines by scope and severity; a scope includes all below it.',
  ],
  'findings.sla.board': ['範囲と深刻度', 'Scopes and severities'],
  'findings.sla.total': ['合計', 'All'],
  'findings.sla.due-this-week': ['7日以内', 'Due in 7 days'],
  'findings.sla.excepted': ['例外', 'Excepted'],
  'findings.sla.not-assessed': ['未評価の端末', 'Not assessed'],
  'findings.sla.of': ['{{count}}／{{all}}', '{{count}} of {{all}}'],
  'findings.sla.overdue-of': ['{{overdue}}／{{open}}', '{{overdue}} of {{open}}'],
  'findings.sla.in-time': ['期限内', 'in time'],
  'findings.sla.days': ['{{days}}日', '{{days}} d'],
  'findings.sla.days-left': ['残り', 'Left'],
  'findings.sla.overdue': ['期限を過ぎた弱点', 'Overdue, by weakness'],
  'findings.sla.none-overdue': ['期限を過ぎた火種はありません', 'Nothing is overdue'],
  'findings.sla.none-overdue-text': [
    '評価できた端末の範囲での結果です。',
    'This speaks only of what was assessed.',
  ],
  'findings.sla.unassessed': [
    '端末{{count, number}}台は一度も評価していません',
    '{{count, number}} endpoint was never assessed',
    '{{count, number}} endpoints were never assessed',
  ],
  'findings.sla.unassessed-text': [
    'これらの端末の火種は不明で、下の数に入っていません。',
    'What they carry is unknown and not in the numbers below.',
  ],

  'findings.measures.title': ['対応の指標', 'Measures'],
  'findings.measures.subtitle': [
    '再測定で確認できた解消だけを数えます。どの数にも件数（n）と評価の範囲を添えます。',
    'Only what a new measurement proved counts. Each number says what it rests on.',
  ],
  'findings.measures.weeks': ['期間', 'Time'],
  'findings.measures.weeks-of': ['{{count}}週間', '{{count}} week', '{{count}} weeks'],
  'findings.measures.none-title': ['まだ集計した日がありません', 'No day has been measured yet'],
  'findings.measures.none-text': [
    '集計は30分ごとに行います。解消がゼロという意味ではありません。',
    'It is done every half hour. This does not mean that nothing was closed.',
  ],
  'findings.measures.rests-on': [
    '{{days}}日のうち{{measured}}日を集計。評価した端末: {{coverage}}。',
    '{{measured}} of {{days}} days measured. Endpoints assessed: {{coverage}}.',
  ],
  'findings.measures.coverage-of': [
    '{{share}}（{{endpoints}}台中{{assessed}}台）',
    '{{share}} ({{assessed}} of {{endpoints}})',
  ],
  'findings.measures.median': ['解消までの時間（中央値）', 'Median time to remediate'],
  'findings.measures.mean': ['解消までの時間（平均）', 'Mean time to remediate'],
  'findings.measures.sla-kept': ['期限内の解消', 'Deadlines kept'],
  'findings.measures.patch-rate': ['修正の適用率', 'Patch rate'],
  'findings.measures.identify': ['公表から発見まで（中央値）', 'Published to found (median)'],
  'findings.measures.n': ['n = {{count, number}}', 'n = {{count, number}}'],
  'findings.measures.n-few': [
    'n = {{count, number}}: データが足りません',
    'n = {{count, number}}: not enough data',
  ],
  'findings.measures.no-data': ['データなし', 'no data'],
  'findings.measures.nothing': ['まだ何もありません', 'Nothing yet'],
  'findings.measures.of': ['対象', 'Of'],
  'findings.measures.by-severity': ['深刻度ごと', 'By severity'],
  'findings.measures.by-scope': ['範囲ごと', 'By scope'],
  'findings.measures.closed-by-week': ['再測定で確認した解消（週）', 'Verified closures by week'],
  'findings.measures.overdue-by-week': ['週末時点の期限切れ', 'Overdue at the end of the week'],
  'findings.measures.sla-by-week': ['期限内の解消（週）', 'Deadlines kept by week'],
  'findings.measures.coverage-by-week': ['評価した端末の割合（週）', 'Endpoints assessed by week'],

  'problem.EXCEPTION_NOT_FOUND': ['この例外はありません', 'No such exception'],
  'problem.EXCEPTION_IN_THE_PAST': [
    '例外の最終日は明日以降にしてください',
    'An exception ends after today',
  ],
  'problem.EXCEPTION_TOO_LONG': [
    '例外の期間は最長365日です',
    'An exception lasts 365 days at most',
  ],
  'problem.EXCEPTION_END_INVALID': [
    '例外の最終日が暦にない日付です',
    'Its end is not a day of the calendar',
  ],
  'problem.EXCEPTION_WITHOUT_REASON': ['例外には理由が必要です', 'An exception needs a reason'],
  'problem.EXCEPTION_COVERS_EVERYTHING': [
    'どの火種を例外にするか指定してください',
    'Say which findings it covers',
  ],
  'problem.EXCEPTION_NEEDS_SCOPE': [
    '担当する範囲の中から範囲を選んでください',
    'Name a scope within your reach',
  ],
  'problem.EXCEPTION_HIDES_EXPLOITED': [
    '対象がすべて、悪用の確認された火種（CISA KEV）です。例外にするには管理者の申請と承認が必要です',
    'All that it would cover is listed in KEV as exploited: that takes two administrators',
  ],
  'problem.EXCEPTION_NEEDS_ADMINISTRATOR': [
    '悪用が確認された火種を隠す例外には、管理者の権限が必要です',
    'What hides a weakness listed in KEV is for administrators',
  ],
  'problem.EXCEPTION_NEEDS_ANOTHER_PERSON': [
    '申請者本人は承認も却下もできません',
    'Who asks for an exception does not decide on it',
  ],
  'problem.EXCEPTION_BEYOND_REACH': [
    '担当外の範囲も対象にした例外です',
    'It also covers what lies outside of your scopes',
  ],
  'problem.EXCEPTION_OVER': ['最終日が過ぎているため承認できません', 'It would have ended already'],
  'problem.EXCEPTION_DECIDED': [
    'この例外は、すでに決定済みか終了しています',
    'That is not possible any more: it was decided or has ended',
  ],
  'problem.SELECTOR_SPEAKS_OF_FINDINGS': [
    '例外の端末の条件には、火種についての条件を使えません',
    'The selector of an exception speaks of endpoints only',
  ],
  'problem.SELECTOR_UNREADABLE': [
    '端末の条件をいま読み取れません',
    'Its selector cannot be read now',
  ],
});
