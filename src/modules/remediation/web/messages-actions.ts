import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of actions: what they are called, as sentences, and their fields. */
export const actionMessages = sideBySide({
  'remediation.action.package-upgrade': ['パッケージの更新', 'Upgrade packages'],
  'remediation.action.package-install': ['パッケージのインストール', 'Install packages'],
  'remediation.action.package-remove': ['パッケージの削除', 'Remove packages'],
  'remediation.action.service': ['サービスの操作', 'Start or stop a service'],
  'remediation.action.set-value': ['設定ファイルの値の変更', 'Set a configuration value'],
  'remediation.action.remove-extension': ['拡張機能の削除', 'Remove an extension'],
  'remediation.action.restart': ['再起動', 'Restart'],
  'remediation.action.collect': ['ファイルの収集', 'Collect files'],
  'remediation.action.report-now': ['すぐに再観測', 'Observe again now'],
  'remediation.action.script': ['スクリプトの実行', 'Run a script'],

  'remediation.action-text.package-upgrade': [
    '{{names}}を更新（{{manager}}）',
    'Upgrade {{names}} ({{manager}})',
  ],
  'remediation.action-text.package-install': [
    '{{names}}をインストール（{{manager}}）',
    'Install {{names}} ({{manager}})',
  ],
  'remediation.action-text.package-remove': [
    '{{names}}を削除（{{manager}}）',
    'Remove {{names}} ({{manager}})',
  ],
  'remediation.action-text.set-value': [
    '{{path}} に「{{line}}」を設定',
    'Set “{{line}}” in {{path}}',
  ],
  'remediation.action-text.remove-extension': [
    '{{host}}の拡張機能 {{name}} を削除',
    'Remove the extension {{name}} from {{host}}',
  ],
  'remediation.action-text.restart': ['{{within}}以内に再起動', 'Restart within {{within}}'],
  'remediation.action-text.collect': [
    '{{names}}を収集（最大{{most}}）',
    'Collect {{names}}, at most {{most}}',
  ],
  'remediation.action-text.report-now': ['{{names}}をすぐに再観測', 'Observe {{names}} again now'],
  'remediation.action-text.script': [
    'スクリプトを実行（{{interpreter}}、SHA-256 {{hash}}…）',
    'Run a script ({{interpreter}}, SHA-256 {{hash}}…)',
  ],
  'remediation.service-text.start': ['サービス {{name}} を開始', 'Start the service {{name}}'],
  'remediation.service-text.stop': ['サービス {{name}} を停止', 'Stop the service {{name}}'],
  'remediation.service-text.restart': [
    'サービス {{name}} を再起動',
    'Restart the service {{name}}',
  ],
  'remediation.service-text.enable': [
    'サービス {{name}} の自動起動を有効化',
    'Enable the service {{name}}',
  ],
  'remediation.service-text.disable': [
    'サービス {{name}} の自動起動を無効化',
    'Disable the service {{name}}',
  ],
  'remediation.work-text.fix': ['火種の直し方から', 'A fix of findings'],
  'remediation.work-text.findings': [
    '更新で消せる火種すべて',
    'Everything that an upgrade can mend',
  ],
  'remediation.work-text.findings-of': [
    '更新で消せる火種（深刻度: {{severities}}）',
    'What an upgrade can mend, of severity {{severities}}',
  ],
  'remediation.work-text.exploited': ['悪用確認済みのみ', 'known to be exploited only'],
  'remediation.severity.critical': ['緊急', 'Critical'],
  'remediation.severity.high': ['重要', 'High'],
  'remediation.severity.medium': ['警告', 'Medium'],
  'remediation.severity.low': ['注意', 'Low'],

  'remediation.host.chrome': ['Google Chrome', 'Google Chrome'],
  'remediation.host.edge': ['Microsoft Edge', 'Microsoft Edge'],
  'remediation.host.firefox': ['Firefox', 'Firefox'],
  'remediation.host.vscode': ['Visual Studio Code', 'Visual Studio Code'],
  'remediation.operation.start': ['開始', 'Start'],
  'remediation.operation.stop': ['停止', 'Stop'],
  'remediation.operation.restart': ['再起動', 'Restart'],
  'remediation.operation.enable': ['自動起動を有効化', 'Enable'],
  'remediation.operation.disable': ['自動起動を無効化', 'Disable'],
  'remediation.separator.0': ['キー=値', 'key=value'],
  'remediation.separator.1': ['キー = 値', 'key = value'],
  'remediation.separator.2': ['キー 値（空白）', 'key value (a blank)'],
  'remediation.separator.3': ['キー: 値', 'key: value'],

  'remediation.field.type': ['操作', 'Action'],
  'remediation.field.manager': ['パッケージマネージャー', 'Package manager'],
  'remediation.field.packages': ['パッケージ', 'Packages'],
  'remediation.field.packages-hint': [
    '1行に1つ。必要な最低の版は >= に続けて書きます。省くと最新の版になります。',
    'One per line; write the least version behind >=. Without one: the newest there is.',
  ],
  'remediation.field.packages-remove-hint': ['1行に1つ。', 'One per line.'],
  'remediation.field.service': ['サービス名', 'Service'],
  'remediation.field.operation': ['操作の種類', 'Operation'],
  'remediation.field.path': ['設定ファイル', 'Configuration file'],
  'remediation.field.path-hint': [
    '1行の値だけを書き換え、元のファイルは残します。',
    'One line is rewritten; the file as it was is kept.',
  ],
  'remediation.field.key': ['キー', 'Key'],
  'remediation.field.value': ['値', 'Value'],
  'remediation.field.separator': ['書式', 'Form'],
  'remediation.field.host': ['対象アプリケーション', 'Application'],
  'remediation.field.extension': ['拡張機能のID', 'Id of the extension'],
  'remediation.field.restart-within': ['再起動までの猶予', 'Restart within'],
  'remediation.field.restart-within-hint': [
    '利用者はこの時間まで延期できます。',
    'Users may put it off until then.',
  ],
  'remediation.field.paths': ['ファイル', 'Files'],
  'remediation.field.paths-hint': ['1行に1つ、絶対パスで。', 'One absolute path per line.'],
  'remediation.field.most': ['合計サイズの上限', 'At most, in all'],
  'remediation.field.parts': ['インベントリの項目', 'Parts of the inventory'],
  'remediation.field.parts-hint': [
    '項目名を入力してEnterキーで追加します。',
    'Type a name and press Enter.',
  ],
  'remediation.field.interpreter': ['実行環境', 'Interpreter'],
  'remediation.field.script': ['スクリプト', 'Script'],
  'remediation.field.script-seconds': ['実行時間の上限（秒）', 'At most, in seconds'],
  'remediation.field.script-hint': [
    'スクリプトを有効にした端末だけで実行します。内容とSHA-256は記録に残ります。',
    'Runs only where scripts are enabled. Its text and SHA-256 are kept on record.',
  ],
  'remediation.field.missing': ['入力してください', 'This is needed'],
  'remediation.field.wrong': ['使えない値です: {{what}}', 'This does not fit: {{what}}'],

  'remediation.danger.title': ['実行する前に確認してください', 'Before this is carried out'],
  'remediation.danger.removal': [
    '{{number}}台からソフトウェアを削除します',
    'Software is removed from {{number}} endpoint',
    'Software is removed from {{number}} endpoints',
  ],
  'remediation.danger.restart': [
    '{{number}}台を再起動します',
    '{{number}} endpoint is restarted',
    '{{number}} endpoints are restarted',
  ],
  'remediation.danger.may-restart': [
    '{{number}}台が再起動することがあります',
    '{{number}} endpoint may be restarted',
    'Up to {{number}} endpoints may be restarted',
  ],
  'remediation.danger.script': [
    '{{number}}台でスクリプトを実行します',
    'A script runs on {{number}} endpoint',
    'A script runs on {{number}} endpoints',
  ],
  'remediation.danger.service-stop': [
    '{{number}}台でサービスを止めます',
    'A service is stopped on {{number}} endpoint',
    'A service is stopped on {{number}} endpoints',
  ],
  'remediation.danger.collect': [
    '{{number}}台からファイルを収集します',
    'Files are collected from {{number}} endpoint',
    'Files are collected from {{number}} endpoints',
  ],
  'remediation.danger-text.removal': [
    '削除したものは、同じ版が配布されていないと元に戻せません。',
    'It can be brought back only while the same version is still offered.',
  ],
  'remediation.danger-text.restart': [
    '保存していない作業は失われることがあります。利用者には事前に通知します。',
    'Work that was not saved may be lost. Users are told beforehand.',
  ],
  'remediation.danger-text.may-restart': [
    '更新を有効にするために必要な端末だけを、利用者に通知してから再起動します。',
    'Only those that need it for the upgrade to take effect, after their users were told.',
  ],
  'remediation.danger-text.script': [
    'エージェントの権限で何でもできます。内容をもう一度確かめてください。',
    'It may do anything that the agent may do. Read it once more.',
  ],
  'remediation.danger-text.service-stop': [
    'このサービスを使う業務が止まらないか確かめてください。',
    'Make sure that nothing which is needed depends on it.',
  ],
  'remediation.danger-text.collect': [
    '個人情報や秘密が含まれることがあります。だれが収集したかは記録に残ります。',
    'They may hold personal data or secrets. Who collected them stays on record.',
  ],
  'remediation.danger.type': [
    '確認のため端末の台数「{{number}}」を入力してください',
    'To confirm, type the number of endpoints: {{number}}',
  ],
  'remediation.danger.other-number': ['台数が違います', 'This is another number'],
  'remediation.danger.why': [
    '元に戻せない操作を、思わぬ台数に実行しないための確認です。',
    'So that what cannot be taken back is not done to more endpoints than you think.',
  ],
  'remediation.danger-do.start': ['開始する', 'Start'],
  'remediation.danger-do.ask': ['承認を依頼する', 'Send for approval'],
  'remediation.danger-do.approve': ['承認して開始する', 'Approve and start'],
  'remediation.danger-do.resume': ['再開する', 'Resume'],
  'remediation.danger-do.retry': ['再試行する', 'Retry'],
});
