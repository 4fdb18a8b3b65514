import type { en } from './en.ts';

/** `yojin up`、`yojin server`、`yojin agent` の文言。 */
export const ja: Readonly<Record<keyof typeof en, string>> = {
  'step.home': 'ホームフォルダー {{path}}',
  'step.postgres-made': 'データベース: PostgreSQL {{version}} を新しいクラスターで起動しました',
  'step.postgres-started': 'データベース: PostgreSQL {{version}} を前回のデータで起動しました',
  'step.postgres-copied':
    'ユーザー「yojin」が実行できるよう、PostgreSQLを {{path}} にコピーしました',
  'step.postgres-stale': '強制終了されたYojinが残したPostgreSQLを正常に終了させました',
  'step.database-external': 'データベース: {{url}} のPostgreSQL {{version}}',
  'step.certificates-made': '証明書: 独自のCAとサーバー証明書を作成しました',
  'step.certificates-renewed': '証明書: サーバー証明書を更新しました（有効期限 {{date}}）',
  'step.certificates-kept': '証明書: 独自のCA、サーバー証明書の有効期限 {{date}}',
  'step.certificates-operator': '証明書: {{path}}',
  'step.server': 'サーバーの準備ができました',
  'step.agent-asked': 'エージェント: osquery {{version}}（{{path}}）を起動しました',
  'step.agent-system': 'エージェント: このマシンの osquery {{version}}（{{path}}）を起動しました',
  'step.agent-carried': 'エージェント: 同梱の osquery {{version}} を起動しました',
  'step.agent-none': 'エージェント: 起動しません（--no-agent）',
  'step.agent-stale': '強制終了されたYojinが残した osqueryd（プロセス {{pid}}）を終了させました',

  'ready.console': 'Yojinが動作しています: {{url}}',
  'ready.console-tls': 'ほかのマシンからは: {{url}}',
  'ready.setup': '最初の管理者を作成してください（一度だけ使えるリンク）: {{url}}',
  'ready.agents': '端末の登録先: {{address}}',
  'ready.stop': 'Ctrl-C で停止します。',
  'ready.agent': 'osquery {{version}} が {{server}} に報告しています。Ctrl-C で停止します。',

  'stop.begun': '停止しています。もう一度 Ctrl-C を押すと直ちに終了します',
  'stop.done': '停止しました',
  'stop.forced': '直ちに終了しました',

  'event.postgres-ended': 'PostgreSQLが終了しました（{{reason}}）。再起動します',
  'event.postgres-restarted': 'PostgreSQLが再び動作しています（プロセス {{pid}}）',
  'event.postgres-failed':
    'PostgreSQLを起動できません: {{reason}}。{{seconds}}秒後にもう一度試します',
  'event.osqueryd-ended': 'osqueryd が終了しました（{{reason}}）。{{seconds}}秒後に再起動します',
  'event.osqueryd-restarted': 'osqueryd が再び動作しています（プロセス {{pid}}）',
  'event.order-begun': '指示 {{id}} を開始しました: {{action}}',
  'event.order-recovering':
    '指示 {{id}}（{{action}}）は途中で中断されていました。どこまで進んだかを確認しています',
  'event.order-ended': '指示 {{id}}（{{action}}）の結果: {{state}}',
  'event.order-refused': '指示 {{id}} を拒否しました: {{reason}}',
  'event.clock-wrong':
    'このコンピューターの時計はサーバーより{{seconds}}秒進んでいます。指示の期限はサーバーの時計で判断します',
  'event.certificate-renewed': 'サーバー証明書を更新しました（有効期限 {{date}}）',

  'limits.intro': 'osquery を root で実行していないため、次のものは見えません:',
  'limits.hardware-identity': 'ハードウェアのシリアル番号とUUID',
  'limits.disk-encryption': 'ディスクが暗号化されているかどうか',
  'limits.listening-processes': 'ほかのユーザーのプログラムが待ち受けているポートのプログラム名',
  'limits.other-users': 'ほかのユーザーのホームフォルダーにあるソフトウェアとブラウザー拡張機能',
  'limits.protected-files': 'root だけが読めるファイル（sudoers、crontab、非公開の証明書ストア）',
  'limits.remedy': 'このマシンのすべてを見るには、root でYojinを起動してください。',

  'failure.title': 'Yojinを起動できません: {{reason}}',
  'failure.home-not-writable': '{{path}} に書き込めません（{{reason}}）',
  'failure.home-not-writable.remedy':
    '--home で別のフォルダーを指定するか、このユーザーが書き込めるようにしてください。',
  'failure.home-not-reachable':
    'PostgreSQLを実行するユーザー「yojin」が、{{path}} の途中の {{closed}} に入れません',
  'failure.home-not-reachable.remedy':
    'どのユーザーも通れるフォルダーを --home で指定するか（root の標準は /var/lib/yojin）、通れるようにしてください: chmod o+x {{closed}}',
  'failure.no-home': 'データを置くフォルダーが決まりません。HOMEも YOJIN_HOME も設定されていません',
  'failure.no-home.remedy': '--home で指定してください。',
  'failure.already-running':
    '{{home}} では、すでにYojinが動作しています（プロセス {{pid}}、{{address}}）',
  'failure.already-running.remedy':
    '動作中のものを使うか、停止するか（kill {{pid}}）、別の --home、--port、--tls-port で起動してください。',
  'failure.port-taken': '{{host}} のポート {{port}} は、ほかのプログラムが使用しています',
  'failure.port-taken.remedy': '別のポートを指定してください。例: {{option}} {{suggestion}}',
  'failure.port-forbidden': 'このユーザーはポート {{port}} で待ち受けできません',
  'failure.port-forbidden.remedy':
    '1024以上のポートを指定してください。例: {{option}} {{suggestion}}',
  'failure.address-unknown': '{{host}} はこのマシンのアドレスではありません',
  'failure.address-unknown.remedy':
    'このマシンのアドレスを --host で指定してください。すべてのアドレスなら 0.0.0.0 です。',
  'failure.disk-full': '{{path}} のディスクに空きがありません',
  'failure.disk-full.remedy':
    '空きを作るか、ホームフォルダーをより大きなディスクに移してください（--home）。',
  'failure.clock-behind':
    'このマシンの時計は {{now}} を指していますが、{{path}} は {{known}} からしか有効ではありません',
  'failure.clock-behind.remedy':
    '時計を合わせてから（timedatectl set-ntp true）、もう一度起動してください。',
  'failure.postgres-missing': '同梱のPostgreSQL（{{name}}）がインストールされていません',
  'failure.postgres-missing.remedy':
    'オプションのパッケージを省かずにインストールし直すか（npm install）、お手持ちのPostgreSQLを使ってください: DATABASE_URL=postgresql://…',
  'failure.postgres-needs-user':
    'PostgreSQLは root では動作せず、専用のユーザーも作成できませんでした: {{reason}}',
  'failure.postgres-needs-user.remedy':
    'システムユーザー「yojin」を作成するか（useradd --system yojin）、一般ユーザーでYojinを起動するか、お手持ちのPostgreSQLを使ってください: DATABASE_URL=postgresql://…',
  'failure.postgres-init-failed':
    'initdb が {{path}} にデータベースを作成できませんでした:\n{{reason}}',
  'failure.postgres-init-failed.remedy':
    '示された原因を取り除いてから、もう一度起動してください。作成途中のデータベースには何も入っておらず、作り直されます。',
  'failure.postgres-folder-broken':
    '{{path}} は完全なPostgreSQLデータベースではありません。{{missing}} がありません',
  'failure.postgres-folder-broken.remedy':
    '何も変更していません。バックアップから復元するか、空のデータベースで始めるなら移動してください: mv {{path}} {{path}}.broken',
  'failure.postgres-wrong-version':
    '{{path}} はPostgreSQL {{found}} のデータです。このYojinに同梱されているのはPostgreSQL {{wanted}} です',
  'failure.postgres-wrong-version.remedy':
    '何も変更していません。作成した版のYojinを起動してデータを書き出すか（pg_dump）、空のデータベースで始めるなら移動してください: mv {{path}} {{path}}.{{found}}',
  'failure.postgres-in-use': '別のPostgreSQLが {{path}} を使用しており、終了しません: {{reason}}',
  'failure.postgres-in-use.remedy':
    'それを見つけて（ps -ef | grep postgres）停止してから、もう一度起動してください。動作中に postmaster.pid を消してはいけません。',
  'failure.postgres-corrupt': '{{path}} のデータベースが壊れています:\n{{reason}}',
  'failure.postgres-corrupt.remedy':
    '何も変更していません。バックアップから復元するか、空のデータベースで始めるなら移動してください: mv {{path}} {{path}}.broken',
  'failure.postgres-start-failed': 'PostgreSQLを起動できません:\n{{reason}}',
  'failure.postgres-start-failed.remedy':
    '示された原因を取り除くか、お手持ちのPostgreSQLを使ってください: DATABASE_URL=postgresql://…',
  'failure.database-unreachable': '{{url}} のPostgreSQLが応答しません: {{reason}}',
  'failure.database-unreachable.remedy':
    '動作していること、DATABASE_URL のホストとポートが正しいことを確認してください。',
  'failure.database-refused': '{{url}} のPostgreSQLに拒否されました: {{reason}}',
  'failure.database-refused.remedy':
    'DATABASE_URL のユーザー、パスワード、データベースを確認してください。ユーザーはデータベースの所有者でなければなりません: create database yojin owner <ユーザー>',
  'failure.database-too-old': 'PostgreSQL {{found}} は古すぎます。{{wanted}} 以降が必要です',
  'failure.database-too-old.remedy':
    '更新するか、DATABASE_URL を外して同梱のPostgreSQLを使ってください。',
  'failure.database-url-wrong': 'DATABASE_URL がPostgreSQLのアドレスではありません: {{url}}',
  'failure.database-url-wrong.remedy':
    '次のような形です: postgresql://ユーザー:パスワード@ホスト:5432/yojin',
  'failure.database-url-missing': 'DATABASE_URL が設定されていません',
  'failure.database-url-missing.remedy':
    '「yojin server」にはお手持ちのPostgreSQLが必要です: DATABASE_URL=postgresql://ユーザー:パスワード@ホスト:5432/yojin。「yojin up」なら同梱されています。',
  'failure.nats-unreachable': 'NATS（{{url}}）に接続できません: {{reason}}',
  'failure.nats-unreachable.remedy':
    'nats-server が動いていること、NATS_URL のアドレス（nats://user:password@host:4222）が正しいことを確認してください。NATS_URL を指定しなければ、複数のサーバーはPostgreSQLを通じて連絡します。',
  'failure.order-key-unreadable': 'エージェントへの指示に署名する鍵を使えません: {{reason}}',
  'failure.order-key-unreadable.remedy':
    'このユーザーだけが読める、PEM形式のEd25519秘密鍵が必要です: {{path}}',
  'failure.order-key-missing': 'エージェントへの指示に署名する鍵がありません: {{reason}}',
  'failure.order-key-missing.remedy':
    '最初に構築したサーバーからkeys/order-signing.pemをコピーするか、YOJIN_ORDER_KEYで指定してください。失われた場合は、一度だけYOJIN_REPLACE_ORDER_KEY=1を付けて起動します（すべてのエージェントが登録し直します）。',
  'failure.order-key-other': 'エージェントへの指示には別の鍵が使われています: {{reason}}',
  'failure.order-key-other.remedy':
    '同じデータベースを使うサーバーには同じ鍵が必要です。もう一方のサーバーから{{path}}へコピーするか、YOJIN_ORDER_KEYで指定してください。この鍵に替える場合は、一度だけYOJIN_REPLACE_ORDER_KEY=1を付けて起動します（すべてのエージェントが登録し直します）。',
  'failure.database-conflict': 'データベースは別の版のYojinで作成されたものです: {{reason}}',
  'failure.database-conflict.remedy':
    '作成した版を起動するか、この版を更新してください。何も変更していません。',
  'failure.certificate-broken': '{{path}}: {{reason}}',
  'failure.certificate-broken.remedy':
    'バックアップから復元してください。バックアップがなければフォルダーを移動すると（mv {{folder}} {{folder}}.old）新しいCAが作成されますが、すべての端末に新しい ca.pem が必要になります。',
  'failure.certificate-unreadable': '{{path}} を読めません',
  'failure.certificate-unreadable.remedy':
    '証明書（チェーンを含む）と鍵をPEM形式で指定してください: --tls-cert <ファイル> --tls-key <ファイル>',
  'failure.osqueryd-missing': 'osqueryd が見つかりません。探した場所:\n{{tried}}',
  'failure.osqueryd-missing.remedy':
    'osquery をインストールするか（https://osquery.io/downloads）、--osqueryd で指定するか、エージェントなしで起動してください: --no-agent',
  'failure.osqueryd-unusable': '指定された osqueryd は使えません:\n{{tried}}',
  'failure.osqueryd-unusable.remedy': '--osqueryd で別のものを指定するか、指定を外してください。',
  'failure.secret-unreadable': '{{path}} を読めません（{{reason}}）',
  'failure.secret-unreadable.remedy':
    'このユーザーが読める既存のファイルを指定してください（--ca、--secret-file）。',
};
