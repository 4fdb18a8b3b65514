import type { Language } from '../../platform/i18n/language.ts';
import { createTranslator, type KeyOf, type Translate } from '../../platform/i18n/translator.ts';

const en = {
  'command.package': 'Make a package of the agent for Linux endpoints, with CA and secret inside',
  'argument.kind': 'deb, rpm or tar (for any Linux)',
  'option.out': 'file to write; readable by you alone',
  'option.server': 'where endpoints reach the server (host:port); as the server knows it otherwise',
  'option.scope': 'scope of the endpoints that enrol with it; the default scope otherwise',
  'option.expires': 'how long new endpoints can enrol with it, e.g. 30d (1d to 3650d)',
  made: 'Made: {{path}} ({{megabytes}} MB, {{architecture}})',
  secret:
    'It contains the secret “{{name}}” (scope {{scope}}, until {{until}}): keep it like a password. Revoke it with: yojin enrol-secrets revoke {{id}}',
  server: 'Endpoints report to {{server}}. The certificate has to name it.',
  'server-is-local':
    '{{server}} is this machine alone: other endpoints cannot reach it. Name the address that they use with --server.',
  'wrong-expires': '--expires: {{value}} is not a number of days from 1d to 3650d',
  'wrong-server': '--server: {{value}} is not host:port',
  'server-unknown': 'The server does not know where endpoints reach it ({{value}}): use --server.',
  'no-rpmbuild': 'rpmbuild is not here ({{reason}}).',
  'no-rpmbuild.remedy':
    'Install it (Debian, Ubuntu: apt install rpm; Fedora, RHEL: dnf install rpm-build), or make a tar.',
  'rpmbuild-failed': 'rpmbuild failed: {{reason}}',
  'wrong-platform':
    'Packages can be made on Linux only: they contain the programs of this machine.',
  'no-osqueryd': 'There is no osqueryd to put into the package:',
  'not-written': '{{path}} cannot be written: {{reason}}',
  'not-made': 'The package could not be made: {{reason}}',
  'secret-left':
    'The secret “{{name}}” was made and could not be revoked. Revoke it with: yojin enrol-secrets revoke {{id}}',
};

const ja: Record<keyof typeof en, string> = {
  'command.package':
    'Linux端末用のエージェントのパッケージを作る（CA証明書と登録シークレットを含む）',
  'argument.kind': 'deb、rpm、tar（Linux全般）のいずれか',
  'option.out': '出力先のファイル（本人だけが読める）',
  'option.server': '端末から見たサーバー（host:port）。省略時はサーバーの設定どおり',
  'option.scope': '登録する端末のスコープ。省略時は既定のスコープ',
  'option.expires': '新しい端末を登録できる期間（例: 30d。1d〜3650d）',
  made: '作成しました: {{path}}（{{megabytes}} MB、{{architecture}}）',
  secret:
    '登録シークレット「{{name}}」（スコープ: {{scope}}、期限: {{until}}）が入っています。パスワードと同じように扱ってください。失効させるには: yojin enrol-secrets revoke {{id}}',
  server: '端末は{{server}}に報告します。サーバーの証明書にこの名前が必要です。',
  'server-is-local':
    '{{server}}はこのマシン自身を指すため、ほかの端末からは届きません。端末から見たアドレスを--serverで指定してください。',
  'wrong-expires': '--expires: {{value}}は1d〜3650dの日数ではありません',
  'wrong-server': '--server: {{value}}はhost:portの形ではありません',
  'server-unknown':
    'サーバーは端末から見た自身のアドレスを知りません（{{value}}）。--serverで指定してください。',
  'no-rpmbuild': 'rpmbuildがありません（{{reason}}）。',
  'no-rpmbuild.remedy':
    'インストールするか（Debian・Ubuntu: apt install rpm、Fedora・RHEL: dnf install rpm-build）、tarを作ってください。',
  'rpmbuild-failed': 'rpmbuildが失敗しました: {{reason}}',
  'wrong-platform': 'パッケージを作れるのはLinuxだけです（このマシンのプログラムを入れるため）。',
  'no-osqueryd': 'パッケージに入れるosquerydが見つかりません:',
  'not-written': '{{path}}に書き込めません: {{reason}}',
  'not-made': 'パッケージを作れませんでした: {{reason}}',
  'secret-left':
    '作成済みの登録シークレット「{{name}}」を失効できませんでした。失効させるには: yojin enrol-secrets revoke {{id}}',
};

export type AgentPackageTexts = Translate<KeyOf<typeof en>>;
export const agentPackageCatalogue = { en, ja };

export function agentPackageTexts(language: Language): AgentPackageTexts {
  return createTranslator(language, agentPackageCatalogue);
}
