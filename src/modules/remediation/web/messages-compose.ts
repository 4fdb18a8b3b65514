import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of the composer. */
export const composeMessages = sideBySide({
  'remediation.compose.title': ['キャンペーンを作成', 'New campaign'],
  'remediation.compose.subtitle': [
    '何を、どの端末に、どの順で行うかを決めます。右側に、実際に起きることを表示します。',
    'What is done, where, and in which steps. What exactly will happen is shown beside it.',
  ],
  'remediation.compose.what': ['何をするか', 'What to do'],
  'remediation.compose.kind.fix': ['火種の直し方から', 'A fix of findings'],
  'remediation.compose.kind.findings': ['消せる火種をまとめて', 'All that can be mended'],
  'remediation.compose.kind.action': ['操作を指定', 'An action of your own'],
  'remediation.compose.kind-hint.fix': [
    '1つの更新で消える火種を、それを持つすべての端末で消します。',
    'One upgrade, wherever its findings are.',
  ],
  'remediation.compose.kind-hint.findings': [
    '対象の端末にある火種のうち、パッケージの更新で消せるものをまとめて消します。',
    'Everything that a package manager can mend on the endpoints you choose.',
  ],
  'remediation.compose.kind-hint.action': [
    '火種に関係なく、決まった操作を対象の端末で行います。',
    'One action on the endpoints you choose, whatever their findings.',
  ],
  'remediation.compose.fix': ['直し方', 'Fix'],
  'remediation.compose.fix-placeholder': ['パッケージ名で検索', 'Search by package'],
  'remediation.compose.fix-none': ['該当する直し方がありません', 'There is no such fix'],
  'remediation.compose.severities': ['深刻度', 'Severity'],
  'remediation.compose.severities-hint': [
    '何も選ばないと、すべての深刻度が対象です。',
    'None chosen: of every severity.',
  ],
  'remediation.compose.exploited-only': [
    '悪用が確認されたもの（KEV）だけ',
    'Only those known to be exploited (KEV)',
  ],
  'remediation.compose.where': ['対象の端末', 'Where'],
  'remediation.compose.selector': ['セレクターで対象を指定', 'Which endpoints, as a selector'],
  'remediation.compose.selector-hint': [
    '空欄のままなら、火種のあるすべての端末が対象です。',
    'Left empty: every endpoint that has these findings.',
  ],
  'remediation.compose.selector-hint-action': [
    'どの端末で行うかを必ず指定します。',
    'Say on which endpoints; an action of your own is never for everybody by omission.',
  ],
  'remediation.compose.endpoints': ['端末を選んで限定', 'Only these endpoints'],
  'remediation.compose.endpoints-hint': [
    '選ぶと、その端末だけが対象になります。',
    'When chosen, it concerns nobody else.',
  ],
  'remediation.compose.endpoints-placeholder': ['端末名で検索', 'Search by host name'],
  'remediation.compose.endpoints-type': ['端末名を入力してください', 'Type a host name'],
  'remediation.compose.name': ['題名', 'Title'],
  'remediation.compose.name-hint': [
    '空欄なら内容から自動で付けます。',
    'Left empty: made from what it does.',
  ],
  'remediation.compose.start': ['開始', 'Start'],
  'remediation.compose.start-count': [
    '{{number}}台で開始',
    'Start on {{number}} endpoint',
    'Start on {{number}} endpoints',
  ],
  'remediation.compose.ask': ['承認を依頼', 'Send for approval'],
  'remediation.compose.draft': ['下書きとして保存', 'Save as draft'],

  'remediation.ring-name.first': ['最初の1台', 'First endpoint'],
  'remediation.ring-name.small': ['先行', 'Early'],
  'remediation.ring-name.quarter': ['一部', 'A quarter'],
  'remediation.ring-name.all': ['全体', 'Everyone'],
  'remediation.rings.title': ['リング（進める順番）', 'Rings'],
  'remediation.rings.hint': [
    '少ない端末から始め、間を置いて広げます。%は、それまでのリングを含む累計です。',
    'A few first, then more, with time to notice in between. Percentages include the rings before.',
  ],
  'remediation.rings.add': ['リングを追加', 'Add a ring'],
  'remediation.rings.name': ['名前', 'Name'],
  'remediation.rings.size': ['大きさ', 'Size'],
  'remediation.rings.soak': ['次まで待つ時間', 'Then wait'],
  'remediation.rings.order': ['並べ替えと削除', 'Order'],
  'remediation.rings.unit-endpoints': ['台', 'endpoints'],
  'remediation.rings.no-soak': ['待たない', 'No wait'],
  'remediation.rings.name-of': ['リング{{number}}の名前', 'Name of ring {{number}}'],
  'remediation.rings.size-of': ['リング{{number}}の大きさ', 'Size of ring {{number}}'],
  'remediation.rings.unit-of': ['リング{{number}}の単位', 'Unit of ring {{number}}'],
  'remediation.rings.soak-of': [
    'リング{{number}}の次まで待つ時間',
    'Time to wait after ring {{number}}',
  ],
  'remediation.rings.up': ['リング{{number}}を前へ', 'Move ring {{number}} up'],
  'remediation.rings.down': ['リング{{number}}を後ろへ', 'Move ring {{number}} down'],
  'remediation.rings.remove': ['リング{{number}}を削除', 'Remove ring {{number}}'],
  'remediation.rings.selectors': ['リングに先に入れる端末を指定', 'Say which endpoints go first'],
  'remediation.rings.selector-of': ['「{{name}}」に先に入れる端末', 'First into “{{name}}”'],
  'remediation.rings.selector-label': ['セレクター', 'Selector'],
  'remediation.rings.fault.name': ['リングに名前を付けてください。', 'Give each ring a name.'],
  'remediation.rings.fault.size': [
    'リングの大きさを入力してください（%は100まで、台数は整数）。',
    'Say how large each ring is: at most 100 %, or a whole number of endpoints.',
  ],
  'remediation.rings.fault.order': [
    '%は前のリングより大きくしてください。',
    'Percentages rise from ring to ring.',
  ],
  'remediation.rings.fault.mixed': [
    '台数で決めるリングは、%のリングより前に置いてください。',
    'Rings counted in endpoints stand before those in percent.',
  ],
  'remediation.rings.fault.last': ['最後のリングは100%にしてください。', 'The last ring is 100 %.'],

  'remediation.terms.title': ['実施の条件', 'Terms'],
  'remediation.terms.window': ['メンテナンス時間帯だけに実施', 'Only in a maintenance window'],
  'remediation.terms.window-hint': [
    '時刻は、それぞれの端末のタイムゾーンで数えます。',
    'By the clock of each endpoint, in its own time zone.',
  ],
  'remediation.terms.window-days': ['始まる曜日', 'Days on which it begins'],
  'remediation.terms.window-from': ['開始', 'From'],
  'remediation.terms.window-to': ['終了', 'To'],
  'remediation.terms.window-next-day': ['翌日に終わります。', 'It ends on the next day.'],
  'remediation.terms.deadline': ['期限', 'Deadline'],
  'remediation.terms.deadline-hint': [
    'この日時を過ぎた指示は実行しません（このブラウザーの時刻）。',
    'Orders are not begun after this, by the clock of this browser.',
  ],
  'remediation.terms.halt-failure': ['失敗がこの割合に達したら停止', 'Halt when so many fail'],
  'remediation.terms.halt-failure-hint': [
    '進行中のリングの端末に対する割合。0なら最初の1台で止まります。',
    'Of the endpoints of the ring under way; 0: at the first.',
  ],
  'remediation.terms.halt-silent': [
    '応答なしがこの割合に達したら停止',
    'Halt when so many fall silent',
  ],
  'remediation.terms.halt-silent-hint': [
    '指示を受け取ったあと15分応答のない端末を数えます。',
    'Took their order and have not been heard of for 15 minutes.',
  ],
  'remediation.terms.restart': ['再起動', 'Restart'],
  'remediation.restart.never': ['再起動しない', 'Never'],
  'remediation.restart.when-needed': ['必要な端末だけ再起動する', 'Where it is needed'],
  'remediation.restart-hint.never': [
    '必要な端末は「再起動待ち」として残り、利用者が再起動したあとに確認できます。',
    'Those that need one stay as “restart pending” until their users restart them.',
  ],
  'remediation.restart-hint.when-needed': [
    '利用者に通知し、決めた回数まで延期を認めます。',
    'Users are told and may put it off a number of times.',
  ],
  'remediation.terms.notice': ['利用者への通知', 'Notice to users'],
  'remediation.terms.notice-hint': [
    'サインインしている利用者に表示します。空欄なら標準の文面です。',
    'Shown to who is signed in. Left empty: the usual words.',
  ],
  'remediation.terms.deferrals': ['延期できる回数', 'Deferrals'],
  'remediation.terms.deferrals-hint': ['0なら延期できません。', '0: it cannot be put off.'],
  'remediation.terms.dry-run': ['先に予行する', 'Dry run first'],
  'remediation.terms.dry-run-hint': [
    '何が起きるかを端末に確かめさせてから実施します。予行では何も変わりません。',
    'Each endpoint says what would happen before it is done. A dry run changes nothing.',
  ],

  'remediation.fault.fix': ['直し方を選んでください。', 'Choose a fix.'],
  'remediation.fault.action': ['操作の内容を入力してください。', 'Fill in the action.'],
  'remediation.fault.selection': [
    '対象の端末を指定してください。',
    'Say on which endpoints: a selector, or endpoints by name.',
  ],
  'remediation.fault.rings': ['リングを見直してください。', 'Look at the rings again.'],
  'remediation.fault.window-days': ['曜日を選んでください。', 'Choose days for the window.'],
  'remediation.fault.window-times': [
    '時間帯の開始と終了に、異なる時刻を入力してください。',
    'The window needs two different times.',
  ],
  'remediation.fault.deadline': [
    '期限はこれからの日時にしてください。',
    'The deadline has to lie ahead.',
  ],
  'remediation.fault.halt': [
    '停止の割合を0～100%で入力してください。',
    'Say when to halt: 0 to 100 %.',
  ],
  'remediation.fault.deferrals': ['延期できる回数を入力してください。', 'Say how many deferrals.'],

  'remediation.preview.title': ['起きること', 'What will happen'],
  'remediation.preview.missing': ['あと必要なもの:', 'Still needed:'],
  'remediation.preview.possible': [
    '台で実施します（該当{{whole}}台）',
    'endpoints, of {{whole}} that it concerns',
  ],
  'remediation.preview.findings': [
    '火種が{{number}}件消えます。',
    '{{number}} finding will close.',
    '{{number}} findings will close.',
  ],
  'remediation.preview.exploited': [
    'うち{{number}}件は悪用が確認されています。',
    ' {{number}} of them is known to be exploited.',
    ' {{number}} of them are known to be exploited.',
  ],
  'remediation.preview.reboot': [
    '{{number}}台は再起動が必要になりそうです。',
    '{{number}} endpoint will probably need a restart.',
    '{{number}} endpoints will probably need a restart.',
  ],
  'remediation.preview.actions': ['実施する内容', 'What is done'],
  'remediation.preview.not-installed': ['（なし）', '(not installed)'],
  'remediation.preview.newest': ['最新の版', 'the newest'],
  'remediation.preview.more': ['ほか{{count}}件', 'and {{count}} more', 'and {{count}} more'],
  'remediation.preview.excluded': ['実施できない端末と理由', 'What cannot be done, and why'],
  'remediation.preview.no-agent': [
    'エージェントのない{{number}}台の作業は、作成後に書き出せます。',
    'The work of {{number}} endpoint without an agent can be exported afterwards.',
    'The work of {{number}} endpoints without an agent can be exported afterwards.',
  ],
  'remediation.preview.approval': ['別の担当者の承認が必要です', 'A second person has to agree'],
  'remediation.preview.nobody': ['該当する端末がありません', 'It concerns no endpoint'],
  'remediation.preview.nobody-text': [
    '対象の条件を広げるか、別の直し方を選んでください。',
    'Widen the selector, or choose another fix.',
  ],
  'remediation.preview.other-target': [
    '対象の欄にまだ読み取っていない文字があります。Enterキーで確定し、内容を確かめてからもう一度押してください。',
    'The box of the target shows something that was not read yet. Press Enter there, look at what will happen, and press again.',
  ],
});
