import type { Language } from '../../platform/i18n/language.ts';
import { createTranslator, type KeyOf, type Translate } from '../../platform/i18n/translator.ts';

const en = {
  command: 'Simulate endpoints, to find out what a server can hold',
  'option.endpoints': 'How many endpoints',
  'option.profile': 'What kind of computers',
  'option.seed': 'The same seed, the same endpoints',
  'option.server':
    'Where the server listens for endpoints; default: the server of this machine. Needs --ca and --secret-file',
  'option.secret-file': 'File with an enrolment secret',
  'option.duration': 'Stop after so long (90s, 10m, 2h); default: until Ctrl-C',
  'option.offline': 'Share of the time that an endpoint is away',
  'option.misbehaving': 'Share of the endpoints that misbehave',
  'option.clones': 'Share of the endpoints that are copies with the hardware UUID of another',
  'option.changes': 'Changes of the inventory of one endpoint in a day',
  'option.rate': 'New connections in a second',
  'option.sockets': 'Connections of one endpoint: 1, or 3 as osqueryd has them',
  'option.allow-remote': 'The server may be on another machine',
  'option.forget': 'Remove the simulated endpoints when done; alone: those of earlier runs',
  'error.endpoints': 'Say how many endpoints: --endpoints 100',
  'error.pair': '--server needs --ca and --secret-file.',
  'error.forget': '--forget needs the API of the server; it does not go with --server.',
  'error.address': '{{server}} is no address of the form host:port.',
  'error.name': 'The address of {{host}} was not found: {{reason}}',
  'error.remote':
    '{{host}} ({{address}}) is not this machine. Simulated endpoints are a heavy load: if the server is yours, say --allow-remote.',
  'error.descriptors':
    'This process may open {{limit}} files and connections, {{needed}} are needed. Raise the limit (ulimit -n {{needed}}), or simulate fewer endpoints.',
  'error.file': '{{file}} cannot be read: {{reason}}',
  'error.nobody': 'No endpoint could enrol.',
  begun:
    '{{endpoints}} endpoints (profile {{profile}}, seed {{seed}}) come to {{server}}. Ctrl-C stops.',
  'begun.sockets':
    'Each has one connection; a real osqueryd has about three (--sockets 3), so logs wait here for the end of a held read.',
  'begun.scope': 'They are in the scope "{{scope}}"; yojin simulate --forget removes them.',
  progress:
    '{{seconds}} s  enrolled {{enrolled}}/{{endpoints}}  offline {{offline}}  held reads {{held}}  answers {{answers}}  parts {{parts}}  errors {{errors}}  {{memory}}',
  stopping: 'Stopping …',
  'summary.enrolled': 'Enrolled',
  'summary.time': 'Time',
  'summary.requests': 'Requests',
  'summary.per-minute': 'Requests per endpoint and minute',
  'summary.parts': 'Parts of inventories taken by the server',
  'summary.digests': 'Digests reported',
  'summary.changes': 'Changes of inventories',
  'summary.questions': 'Questions received',
  'summary.answered': 'of these answered, and taken by the server',
  'summary.withheld': 'of these withheld by misbehaving endpoints',
  'summary.misbehaviours': 'Misbehaviours',
  'summary.errors': 'Failed requests',
  'summary.sent': 'Sent',
  'summary.memory': 'Memory of the simulator',
  forgetting: 'Removing {{count}} simulated endpoints …',
  forgotten: '{{count}} simulated endpoints removed.',
  'nothing-to-forget': 'There are no simulated endpoints.',
};

const ja: Readonly<Record<keyof typeof en, string>> = {
  command: '端末を模擬し、サーバーが何台まで受け持てるかを確かめる',
  'option.endpoints': '端末の台数',
  'option.profile': 'コンピューターの種類',
  'option.seed': '同じ値なら同じ端末になる',
  'option.server':
    'サーバーが端末を待ち受けるアドレス。省略時はこのコンピューターのサーバー。--ca と --secret-file が必要',
  'option.secret-file': '登録シークレットのファイル',
  'option.duration': 'この時間で止める（90s、10m、2h）。省略時は Ctrl-C まで',
  'option.offline': '端末が不在である時間の割合',
  'option.misbehaving': '行儀の悪い端末の割合',
  'option.clones': '別の端末とハードウェアUUIDが同じ複製の割合',
  'option.changes': '1台の1日あたりのインベントリーの変化の数',
  'option.rate': '1秒あたりの新しい接続の数',
  'option.sockets': '1台の接続数。1、または osqueryd と同じ3',
  'option.allow-remote': '別のコンピューターのサーバーでもよい',
  'option.forget': '終了時に模擬端末を削除する。単独なら以前の実行の分を削除する',
  'error.endpoints': '台数を指定してください: --endpoints 100',
  'error.pair': '--server には --ca と --secret-file が必要です。',
  'error.forget': '--forget はサーバーのAPIを使うため、--server とは併用できません。',
  'error.address': '{{server}} は「ホスト:ポート」の形式ではありません。',
  'error.name': '{{host}} のアドレスが見つかりません: {{reason}}',
  'error.remote':
    '{{host}}（{{address}}）はこのコンピューターではありません。模擬端末は大きな負荷をかけます。ご自身のサーバーであれば --allow-remote を付けてください。',
  'error.descriptors':
    'このプロセスが開けるファイルと接続は{{limit}}個までですが、{{needed}}個必要です。上限を上げるか（ulimit -n {{needed}}）、台数を減らしてください。',
  'error.file': '{{file}} を読めません: {{reason}}',
  'error.nobody': '1台も登録できませんでした。',
  begun:
    '{{endpoints}}台（種類 {{profile}}、シード {{seed}}）が {{server}} に接続します。Ctrl-C で止まります。',
  'begun.sockets':
    '1台につき接続は1本です。本物の osqueryd は約3本なので（--sockets 3）、ここではログは保留中の読み取りが終わるまで待ちます。',
  'begun.scope': '範囲「{{scope}}」に入ります。yojin simulate --forget で削除できます。',
  progress:
    '{{seconds}}秒  登録 {{enrolled}}/{{endpoints}}  不在 {{offline}}  保留中の読み取り {{held}}  回答 {{answers}}  パート {{parts}}  失敗 {{errors}}  {{memory}}',
  stopping: '止めています…',
  'summary.enrolled': '登録済み',
  'summary.time': '時間',
  'summary.requests': 'リクエスト',
  'summary.per-minute': '1台1分あたりのリクエスト',
  'summary.parts': 'サーバーが受け取ったインベントリーのパート',
  'summary.digests': '報告したダイジェスト',
  'summary.changes': 'インベントリーの変化',
  'summary.questions': '受け取った質問',
  'summary.answered': 'うち回答し、サーバーが受け取ったもの',
  'summary.withheld': 'うち行儀の悪い端末が答えなかったもの',
  'summary.misbehaviours': '行儀の悪いふるまい',
  'summary.errors': '失敗したリクエスト',
  'summary.sent': '送信量',
  'summary.memory': 'シミュレーターのメモリー',
  forgetting: '模擬端末{{count}}台を削除しています…',
  forgotten: '模擬端末{{count}}台を削除しました。',
  'nothing-to-forget': '模擬端末はありません。',
};

export type SimulateTexts = Translate<KeyOf<typeof en>>;
export const simulateCatalogue = { en, ja };

export function simulateTexts(language: Language): SimulateTexts {
  return createTranslator(language, simulateCatalogue);
}
