import { sideBySide } from './translate.ts';

/** The words of the shell: frame, lists, small parts; and of problems. */
export const messages = sideBySide({
  'shell.brand-reading': ['用心（ようじん）', 'Yojin (用心): take care, as in “beware of fire”'],
  'shell.group.watch': ['見回り', 'Patrol'],
  'shell.group.manage': ['管理', 'Manage'],
  'shell.group.system': ['システム', 'System'],
  'shell.navigation': ['メニュー', 'Navigation'],
  'shell.breadcrumbs': ['現在の位置', 'You are here'],
  'shell.skip': ['本文へ移動', 'Skip to content'],
  'shell.loading': ['読み込み中', 'Loading'],
  'shell.no-server': [
    'サーバーに接続できません。Yojinが起動しているか確認してください。',
    'The server does not answer. Check that Yojin is running.',
  ],
  'shell.api-docs': ['APIリファレンス', 'API reference'],
  'shell.pages': ['画面', 'Pages'],

  'shell.search': ['検索', 'Search'],
  'shell.search-all': [
    '端末・ソフトウェア・CVE・画面を検索',
    'Find endpoints, software, CVEs, pages',
  ],
  'shell.clear': ['入力を消す', 'Clear'],

  'shell.live.live': ['自動更新中', 'Live'],
  'shell.live.connecting': ['接続中', 'Connecting'],
  'shell.live.reconnecting': ['再接続中', 'Reconnecting'],
  'shell.live-hint.live': [
    '変化があると、この画面に自動で反映されます。',
    'Changes appear on this page by themselves.',
  ],
  'shell.live-hint.waiting': [
    'サーバーからの通知が途切れています。表示は最新でないことがあります。つながり次第、自動で更新します。',
    'No news from the server at the moment, so what you see may be out of date. It updates as soon as the connection is back.',
  ],

  'shell.language': ['表示言語', 'Language'],
  'shell.scheme': ['配色', 'Colours'],
  'shell.scheme.light': ['ライト', 'Light'],
  'shell.scheme.dark': ['ダーク', 'Dark'],
  'shell.scheme.auto': ['端末の設定に合わせる', 'Same as this device'],
  'shell.user-menu': ['アカウントメニュー', 'Account menu'],
  'shell.account': ['アカウント設定', 'My account'],
  'shell.sign-out': ['サインアウト', 'Sign out'],
  'shell.role.viewer': ['閲覧者', 'Viewer'],
  'shell.role.operator': ['運用担当者', 'Operator'],
  'shell.role.administrator': ['管理者', 'Administrator'],

  'shell.shortcuts': ['キーボード操作', 'Keyboard shortcuts'],
  'shell.shortcut.search': ['すべてから検索', 'Search everything'],
  'shell.shortcut.slash': ['この画面の検索欄へ', 'Go to this page’s search box'],
  'shell.shortcut.home': ['最初の画面へ', 'Go to the first page'],
  'shell.shortcut.table': ['一覧へ移動', 'Go to the list'],
  'shell.shortcut.move': ['一覧の行を移動', 'Move through the rows'],
  'shell.shortcut.open': ['行を開く', 'Open the row'],
  'shell.shortcut.select': ['行を選択', 'Select the row'],
  'shell.shortcut.extend': ['選択範囲を広げる', 'Extend the selection'],
  'shell.shortcut.clear': ['選択を解除・閉じる', 'Clear the selection, close'],
  'shell.shortcut.help': ['この一覧を表示', 'Show this list'],

  'shell.rows': ['{{number}}件', '{{number}} row', '{{number}} rows'],
  'shell.columns': ['表示する列', 'Columns'],
  'shell.columns-reset': ['列を初期状態に戻す', 'Reset columns'],
  'shell.csv-hint': [
    '現在の絞り込みと並び順のまま、全件をCSVで保存',
    'Download all rows as CSV, with the same filter and order',
  ],
  'shell.remove-filter': ['この絞り込みを外す', 'Remove this filter'],
  'shell.clear-filters': ['絞り込みをすべて外す', 'Clear all filters'],
  'shell.no-match': ['一致するものがありません', 'Nothing matches'],
  'shell.no-match-text': [
    '検索語や絞り込みを減らしてお試しください。',
    'Try fewer words or fewer filters.',
  ],
  'shell.nothing-yet': ['まだありません', 'Nothing here yet'],
  'shell.too-many-rows': [
    '先頭の{{rows}}件まで表示しています。検索や絞り込みで範囲を狭めてください。',
    'Only the first {{rows}} rows can be scrolled to. Search or filter to see the others.',
  ],
  'shell.selected': ['{{count}}件を選択中', '{{count}} selected', '{{count}} selected'],
  'shell.selection-limit': [
    '一度に選択できるのは{{limit}}件までです',
    'At most {{limit}} at a time',
  ],
  'shell.clear-selection': ['選択を解除', 'Clear selection'],
  'shell.select-all': ['すべて選択', 'Select all'],
  'shell.select-row': ['この行を選択', 'Select this row'],

  'shell.freshness.fresh': ['最新', 'Fresh'],
  'shell.freshness.stale': ['古い', 'Stale'],
  'shell.freshness.never': ['未取得', 'Never collected'],
  'shell.freshness.failed': ['失敗', 'Failed'],
  'shell.freshness.not-applicable': ['対象外', 'Not applicable'],
  'shell.freshness-hint.fresh': [
    '予定どおりの間隔で確認できています。',
    'Confirmed within its interval.',
  ],
  'shell.freshness-hint.stale': [
    '予定の間隔を過ぎても確認できていません。今も同じとは限りません。',
    'Not confirmed within its interval: it may no longer be true.',
  ],
  'shell.freshness-hint.never': [
    '一度も取得できていません。「問題なし」という意味ではありません。',
    'No answer so far. This does not mean that all is well.',
  ],
  'shell.freshness-hint.failed': [
    '直近の取得に失敗しました。値があれば、それ以前のものです。',
    'The last attempt failed. A value, if there is one, is from before.',
  ],
  'shell.freshness-hint.not-applicable': [
    'このOSには存在しない項目です。',
    'Does not exist on this platform.',
  ],
  'shell.confirmed-at': ['最終確認{{time}}', 'Last confirmed {{time}}'],
  'shell.unknown': ['不明', 'Unknown'],

  'shell.yes': ['実行する', 'Yes'],
  'shell.cancel': ['キャンセル', 'Cancel'],
  'shell.close': ['閉じる', 'Close'],
  'shell.save': ['保存', 'Save'],
  'shell.saved': ['保存しました', 'Saved'],
  'shell.copy': ['コピー', 'Copy'],
  'shell.copied': ['コピーしました', 'Copied'],
  'shell.download': ['{{file}}を保存', 'Download {{file}}'],
  'shell.retry': ['再試行', 'Try again'],
  'shell.reload': ['再読み込み', 'Reload'],
  'shell.to-home': ['最初の画面へ', 'To the first page'],

  'shell.not-found': ['ページが見つかりません', 'Page not found'],
  'shell.not-found-title': ['ここには何もありません', 'There is nothing here'],
  'shell.not-found-text': [
    'リンクが古いか、URLが途中で切れている可能性があります。',
    'The link may be old, or part of the address is missing.',
  ],
  'shell.no-permission': ['権限がありません', 'No permission'],
  'shell.no-permission-title': [
    'この画面を表示する権限がありません',
    'Your role does not include this page',
  ],
  'shell.no-permission-text': [
    '必要な場合は、Yojinの管理者に権限の変更を依頼してください。',
    'If you need it, ask an administrator of this Yojin to change your role.',
  ],
  'shell.crash': ['エラーが発生しました', 'Something broke'],
  'shell.crash-title': ['画面を表示できませんでした', 'This page could not be drawn'],
  'shell.crash-text': [
    'Yojinの不具合です。サーバー側のデータには影響ありません。繰り返し起きる場合は、下の詳細を添えてお知らせください。',
    'This is a fault in Yojin. Nothing on the server was changed by it. If it happens again, please report it with the details below.',
  ],
  'shell.crash-details': ['詳細を表示', 'Show details'],
  'shell.hide-details': ['詳細を隠す', 'Hide details'],
  'shell.outdated': ['更新されました', 'Updated'],
  'shell.outdated-title': ['Yojinが更新されました', 'Yojin was updated'],
  'shell.outdated-text': [
    '再読み込みすると、新しい画面で続けられます。',
    'Reload to continue with the new version.',
  ],

  'shell.selector.help': ['絞り込み条件の書き方', 'How to write selectors'],
  'shell.selector.keys': [
    '↑↓で選び、TabかEnterで入力。候補を選ばずEnterで絞り込み',
    '↑ ↓ to choose, Tab or Enter to insert; Enter without a choice applies it',
  ],
  'shell.selector.did-you-mean': ['もしかして', 'Did you mean'],
  'shell.selector.matches': ['{{number}}件に一致', '{{number}} match', '{{number}} matches'],
  'shell.selector.column.key': ['キー', 'Key'],
  'shell.selector.column.meaning': ['意味', 'Meaning'],
  'shell.selector.column.examples': ['例', 'Examples'],
  'shell.selector.grammar.and': ['すべてに当てはまるもの', 'all of them apply'],
  'shell.selector.grammar.or': ['どちらかに当てはまるもの', 'one of them applies'],
  'shell.selector.grammar.list': ['いずれかの値', 'one of these values'],
  'shell.selector.grammar.not': [
    '当てはまらないもの（not でも可）',
    'does not apply; “not” says the same',
  ],
  'shell.selector.grammar.group': ['かっこでまとめる', 'parentheses group'],
  'shell.selector.grammar.wildcard': ['* は任意の文字列', '* stands for any text'],
  'shell.selector.grammar.quoted': [
    '空白や記号を含む値は引用符で囲む',
    'quotation marks around values with spaces or signs',
  ],
  'shell.selector.grammar.compare': [
    '大小・期間・範囲（両端を含む）',
    'comparisons, ages, ranges with both ends',
  ],

  'shell.all-scopes': ['すべての所属範囲', 'All scopes'],

  'problem.NO_ANSWER': ['サーバーから応答がありません', 'The server does not answer'],
  'problem.NOT_JSON': [
    'サーバーの応答を解釈できません',
    'The server answered something the console cannot read',
  ],
  'problem.REQUEST_INVALID': ['入力内容に誤りがあります', 'Something in the request is not valid'],
  'problem.CHARACTER_INVALID': [
    '使用できない文字が含まれています',
    'The text contains a character that cannot be stored',
  ],
  'problem.SORT_UNKNOWN': ['この列では並べ替えできません', 'This list cannot be sorted that way'],
  'problem.NOT_SIGNED_IN': ['サインインが必要です', 'Sign in first'],
  'problem.TOKEN_INVALID': ['トークンが無効です', 'The token is not valid'],
  'problem.CSRF_TOKEN_INVALID': [
    'セッションを確認できませんでした。再読み込みしてからお試しください',
    'The session could not be confirmed. Reload, then try again',
  ],
  'problem.OTHER_ORIGIN': [
    '別のサイトからの要求のため拒否しました',
    'Refused: the request came from another site',
  ],
  'problem.PERMISSION_MISSING': ['この操作を行う権限がありません', 'Your role does not allow this'],
  'problem.ALL_SCOPES_NEEDED': [
    'この操作には、すべての所属範囲への権限が必要です',
    'This needs access to all scopes',
  ],
  'problem.HOST_UNKNOWN': [
    'この接続先では localhost からの要求だけを受け付けます',
    'This address answers to localhost only',
  ],
  'problem.INTERNAL_ERROR': [
    'サーバーでエラーが発生しました',
    'The server met an error; its log says more',
  ],
  'problem.DATABASE_UNAVAILABLE': [
    'データベースに接続できません。復旧しだい自動で再開します',
    'The database does not answer. Yojin goes on as soon as it does',
  ],
  'problem.EXPORTS_BUSY': [
    'ほかの書き出しが実行中です。少し待ってからお試しください',
    'Other exports are running. Wait a moment, then try again',
  ],
  'problem.TOO_MANY_STREAMS': [
    '開いている画面が多すぎるため、自動更新できません',
    'Too many pages are open for live updates',
  ],
  'problem.SELECTOR_INVALID': ['絞り込みの条件に誤りがあります', 'The selector cannot be read'],
  'problem.FACETS_NOT_READY': [
    'サーバーが索引を準備しています。少し待ってからお試しください',
    'The server is still building its index. Try again in a moment',
  ],
  'problem.HTTP_500': ['サーバーでエラーが発生しました', 'The server met an error'],
  'problem.HTTP_502': ['サーバーに到達できません', 'The server cannot be reached'],
  'problem.HTTP_503': ['サーバーが一時的に利用できません', 'The server is busy or starting'],
  'problem.NOT_FOUND': ['見つかりません', 'Not found'],
  'problem.HTTP_404': ['見つかりません', 'Not found'],
  'problem.HTTP_403': ['権限がありません', 'Not permitted'],
  'problem.HTTP_429': [
    '操作が多すぎます。少し待ってからお試しください',
    'Too many requests. Wait a moment, then try again',
  ],
});
