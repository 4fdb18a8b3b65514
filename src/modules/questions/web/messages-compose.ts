import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of the library and the composer, and of what the server refuses. */
export const composeMessages = sideBySide({
  'questions.ask': ['質問する', 'Ask'],
  'questions.ask-count': [
    '{{count, number}}台に質問する',
    'Ask {{count, number}} endpoint',
    'Ask {{count, number}} endpoints',
  ],
  'questions.may-not-ask': [
    '質問するには、運用担当者以上の権限が必要です。',
    'Asking needs the role of an operator.',
  ],
  'questions.write-sql': ['SQLで質問', 'Write SQL'],

  'questions.library.title': ['質問ライブラリ', 'Library of questions'],
  'questions.library.subtitle': [
    'よくある確認を、そのまま使える質問にまとめています。',
    'What is often asked, ready to use.',
  ],
  'questions.library.search': ['質問を検索', 'Find a question'],
  'questions.library.category': ['分類', 'Category'],
  'questions.library.found': [
    '{{count, number}}件',
    '{{count, number}} question',
    '{{count, number}} questions',
  ],
  'questions.library.parameters': [
    '入力項目 {{count}}',
    '{{count}} parameter',
    '{{count}} parameters',
  ],
  'questions.library.source': ['出典', 'Source'],
  'questions.library.empty-title': ['ライブラリに質問がありません', 'The library is empty'],
  'questions.library.empty-text': [
    'サーバーにライブラリの質問が見つかりません。SQLで質問することはできます。',
    'The server found no questions for it. You can still write SQL.',
  ],
  'questions.library.none-title': ['一致する質問がありません', 'No question matches'],
  'questions.library.none-text': [
    '検索語を減らすか、SQLで質問してください。',
    'Try fewer words, or write SQL.',
  ],
  'questions.library.gone-title': ['この質問はライブラリにありません', 'Not in the library'],
  'questions.library.gone-text': [
    '「{{key}}」という質問は、ライブラリから削除されたか、名前が変わりました。',
    'The question “{{key}}” was removed from the library or has another name now.',
  ],
  'questions.category.software': ['ソフトウェア', 'Software'],
  'questions.category.network': ['ネットワーク', 'Network'],
  'questions.category.accounts': ['アカウント', 'Accounts'],
  'questions.category.files': ['ファイル', 'Files'],
  'questions.category.processes': ['プロセス', 'Processes'],
  'questions.category.persistence': ['自動起動・常駐', 'Persistence'],
  'questions.category.protection': ['保護対策', 'Protection'],
  'questions.category.hardware': ['ハードウェア', 'Hardware'],
  'questions.category.configuration': ['設定', 'Configuration'],
  'questions.category.browser': ['ブラウザー', 'Browsers'],
  'questions.cost.low': ['負荷: 小', 'Low cost'],
  'questions.cost.medium': ['負荷: 中', 'Medium cost'],
  'questions.cost.high': ['負荷: 大', 'High cost'],

  'questions.parameter.example': ['例: {{example}}', 'For example {{example}}'],
  'questions.parameter.missing': [
    '入力してください（例: {{example}}）',
    'Needed, for example {{example}}',
  ],
  'questions.parameter.pattern': [
    'この形式では質問できません（例: {{example}}）',
    'This does not fit; write it like {{example}}',
  ],

  'questions.compose.title': ['質問する', 'Ask a question'],
  'questions.compose.subtitle': [
    '質問と対象を決めると、送信する前に対象の台数と負荷を確認できます。',
    'Choose what to ask and of whom. Before anything is sent you see how many endpoints it reaches and what it costs them.',
  ],
  'questions.compose.what': ['質問の内容', 'What to ask'],
  'questions.compose.from-library': ['ライブラリから選ぶ', 'From the library'],
  'questions.compose.other': ['別の質問を選ぶ', 'Choose another'],
  'questions.compose.edit-sql': ['SQLを編集', 'Edit as SQL'],
  'questions.compose.whom': ['対象の端末', 'Whom to ask'],
  'questions.compose.selector': ['対象の条件', 'Which endpoints'],
  'questions.compose.selector-hint': [
    '空欄なら、閲覧できるすべての端末が対象です。例: os:windows scope:大阪',
    'Empty: all endpoints that you may see. For example os:windows scope:osaka',
  ],
  'questions.compose.selector-hint-one': [
    'この端末だけに質問します。条件に合わなければ対象になりません。',
    'Only this endpoint is asked, and only if it matches.',
  ],
  'questions.compose.only': ['{{name}}だけに質問', 'Only {{name}}'],
  'questions.compose.not-only': ['この端末だけにしない', 'Not only this endpoint'],
  'questions.compose.more': [
    '詳細設定（受付時間{{expiry}}、1台あたり{{rows}}行まで）',
    'More (open for {{expiry}}, {{rows}} rows per endpoint)',
  ],
  'questions.compose.title-field': ['題名', 'Title'],
  'questions.compose.title-hint': [
    '空欄なら、質問の内容から付けます。',
    'Empty: made from the question.',
  ],
  'questions.compose.expires': ['受付時間', 'Stays open for'],
  'questions.compose.expires-hint': [
    'オフラインの端末を待つ長さです。',
    'How long to wait for endpoints that are away.',
  ],
  'questions.compose.max-rows': ['1台あたりの行数の上限', 'Rows per endpoint, at most'],
  'questions.compose.max-rows-hint': [
    'これを超える回答は「回答が過大」になります。',
    'A larger answer counts as “Answer too large”.',
  ],
  'questions.compose.answer-within': ['回答までの制限時間（秒）', 'Seconds to answer in'],
  'questions.compose.answer-within-hint': [
    '質問を受け取ってからの時間です。過ぎると「時間切れ」になります。',
    'Counted from when the endpoint took it; later is “Timed out”.',
  ],

  'questions.editor.label': ['SQL', 'SQL statement'],
  'questions.editor.label-of': ['{{platform}}のSQL', 'SQL statement for {{platform}}'],
  'questions.editor.hint': [
    'select name, version from os_version',
    'select name, version from os_version',
  ],
  'questions.editor.not-asked': [
    '空欄のプラットフォームには質問しません',
    'Left empty, this platform is not asked',
  ],
  'questions.editor.split': [
    'プラットフォームごとに書き分ける',
    'Another statement for each platform',
  ],
  'questions.editor.none': ['質問しない', 'not asked'],
  'questions.editor.errors': ['エラー{{count}}件', '{{count}} error', '{{count}} errors'],
  'questions.editor.replace': ['「{{word}}」に置き換え', 'Replace by {{word}}'],
  'questions.editor.keys': [
    'Ctrl+Spaceで入力候補、Ctrl+Enterで送信',
    'Ctrl+Space completes, Ctrl+Enter asks',
  ],

  'questions.preview.title': ['送信前の確認', 'Before you ask'],
  'questions.preview.nothing': [
    '質問を選ぶかSQLを書くと、対象の台数と負荷がここに表示されます。',
    'Choose a question or write SQL, and this says how many endpoints it reaches and what it costs them.',
  ],
  'questions.preview.parameters': [
    '入力項目を埋めると、対象の台数と負荷がここに表示されます。',
    'Fill in the parameters, and this says how many endpoints it reaches and what it costs them.',
  ],
  'questions.preview.targeted': [
    '台の端末が対象です',
    'endpoint is targeted',
    'endpoints are targeted',
  ],
  'questions.preview.online': [
    'オンライン{{online}}台・オフライン{{offline}}台（復帰時に回答）',
    '{{online}} online, {{offline}} offline (they answer when they return)',
  ],
  'questions.preview.all-online': [
    'すべてオンラインです',
    'It is online',
    'All of them are online',
  ],
  'questions.preview.not-applicable': [
    'うち{{number}}台は対象外のプラットフォームです',
    '{{number}} of them have a platform without a statement',
  ],
  'questions.preview.problems': ['SQLの指摘', 'Problems of the statement'],
  'questions.preview.error': ['エラー', 'Error'],
  'questions.preview.warning': ['警告', 'Warning'],
  'questions.preview.nearest': ['もしかして: {{words}}', 'Did you mean {{words}}?'],
  'questions.preview.by-platform': ['プラットフォーム別', 'By platform'],
  'questions.preview.platform-not-applicable': ['対象外', 'not applicable'],
  'questions.preview.by-scope': ['所属範囲別', 'By scope'],
  'questions.preview.more-scopes': [
    'ほか{{count, number}}件',
    'and {{count, number}} more',
    'and {{count, number}} more',
  ],
  'questions.preview.cost': ['端末への負荷', 'Cost on the endpoint'],
  'questions.preview.accept': [
    '警告と負荷を確認したうえで質問する',
    'Ask in spite of the warnings and the cost',
  ],
  'questions.preview.verdict.errors': [
    'SQLのエラーを直すと質問できます',
    'Mend the errors of the statement first',
  ],
  'questions.preview.verdict.no-target': ['条件に合う端末がありません', 'No endpoint matches'],
  'questions.preview.verdict.no-platform': [
    '対象の端末で実行できるSQLがありません',
    'There is no statement for the platforms of these endpoints',
  ],
  'questions.preview.verdict.accept': ['警告を確認すると質問できます', 'Accept the warnings first'],

  'questions.preview.other-target': [
    '対象の条件がまだ反映されていません。Enterで確定し、台数を確認してから質問してください。',
    'What you wrote as the target is not in force yet. Press Enter there, look at the number, then ask.',
  ],

  'problem.QUESTION_NOT_FOUND': ['この質問はありません', 'There is no such question'],
  'problem.QUESTION_ENDED': ['この質問はすでに終了しています', 'The question has ended already'],
  'problem.SCHEDULE_NOT_FOUND': ['このスケジュールはありません', 'There is no such schedule'],
  'problem.BEYOND_REACH': [
    '権限のない範囲の端末に、ほかの人が質問したものです。中止できません',
    'Somebody else asked it, of endpoints beyond your scopes: you cannot cancel it',
  ],
  'problem.QUESTION_UNCLEAR': [
    'SQLかライブラリの質問のどちらかを指定してください',
    'Give either a statement or a question of the library',
  ],
  'problem.LIBRARY_QUESTION_NOT_FOUND': [
    'この質問はライブラリにありません',
    'No such question in the library',
  ],
  'problem.PARAMETERS_INVALID': [
    '入力項目の値を確認してください',
    'The parameters do not fit the question',
  ],
  'problem.SQL_INVALID': ['このSQLは送信できません', 'The statement cannot be sent'],
  'problem.WARNINGS_NOT_ACCEPTED': [
    '警告を確認してから質問してください',
    'The statement has warnings that nobody has accepted',
  ],
  'problem.NO_ENDPOINTS': [
    '条件に合う端末がありません',
    'The selector selects no endpoint of yours',
  ],
  'problem.NOT_APPLICABLE': [
    '対象の端末で実行できるSQLがありません',
    'There is no statement for the platforms of these endpoints',
  ],
  'problem.TOO_MANY_QUESTIONS': [
    '質問が多すぎます。終わるのを待つか、不要な質問を中止してください',
    'Too many questions at once. Wait for some to end, or cancel those that you do not need',
  ],
});
