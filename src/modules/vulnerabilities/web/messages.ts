import { sideBySide } from '../../../platform/web/translate.ts';
import { applicationMessages } from './messages-applications.ts';
import { statementMessages } from './messages-statements.ts';

/** The words of feeds and of what was not assessed: `[ja, en]` or `[ja, en one, en many]`. */
const feedMessages = sideBySide({
  'vulnerabilities.feeds.title': ['脆弱性フィード', 'Feeds'],
  'vulnerabilities.feeds.subtitle': [
    '端末のソフトウェアと照合する、脆弱性とサポート期限の公開データです。取り込んでいない範囲は「未評価」になり、安全とは扱いません。',
    'Published data on vulnerabilities and support dates that the software here is matched against. What no feed covers is “not assessed”, never safe.',
  ],
  'vulnerabilities.feeds': ['フィードの一覧', 'All feeds'],
  'vulnerabilities.feed.name': ['フィード', 'Feed'],
  'vulnerabilities.feed.state': ['状態', 'State'],
  'vulnerabilities.feed.data': ['最新のデータ', 'Newest data'],
  'vulnerabilities.feed.imported': ['最終取り込み', 'Last import'],
  'vulnerabilities.feed.records': ['件数', 'Records'],
  'vulnerabilities.feed.licence': ['ライセンスと提供元', 'Licence and source'],
  'vulnerabilities.feed.max-age': [
    '有効期間{{count, number}}日',
    'good for {{count, number}} day',
    'good for {{count, number}} days',
  ],
  'vulnerabilities.state.never': ['未取得', 'Never imported'],
  'vulnerabilities.state.fresh': ['最新', 'Fresh'],
  'vulnerabilities.state.too-old': ['期限切れ', 'Too old'],
  'vulnerabilities.state.failed': ['失敗', 'Failed'],
  'vulnerabilities.state.importing': ['取り込み中', 'Importing'],
  'vulnerabilities.not-needed': ['現在の端末には不要', 'Nothing here needs it'],
  'vulnerabilities.origin.network': ['インターネットから', 'from the internet'],
  'vulnerabilities.origin.bundle': ['バンドルから', 'from a bundle'],
  'vulnerabilities.only-bundle': ['バンドルでのみ取り込めます', 'Only a bundle brings it'],
  'vulnerabilities.tile.assessed-of': [
    '全{{count, number}}台',
    'of {{count, number}}',
    'of {{count, number}}',
  ],
  'vulnerabilities.months-missing': [
    '{{count, number}}か月分が欠けています（{{months}}）。その月を含むバンドルを取り込んでください',
    '{{count, number}} month is missing: {{months}}. Import a bundle that has it',
    '{{count, number}} months are missing: {{months}}. Import a bundle that has them',
  ],
  'vulnerabilities.some-missing': [
    '未取得または期限切れのフィードがあります。「今すぐ取得」でインターネットから取得するか、「バンドルを取り込む」で新しいファイルから取り込んでください。',
    'Some feeds were never imported or are too old. “Sync now” fetches them from the internet; “Import bundle” takes them from a newer file.',
  ],
  'vulnerabilities.daily': ['毎日自動で取得', 'Fetch every day'],

  'vulnerabilities.sync': ['今すぐ取得', 'Sync now'],
  'vulnerabilities.sync-title': ['インターネットから取得しますか？', 'Fetch from the internet?'],
  'vulnerabilities.sync-text': [
    'このサーバーが各フィードの配布元へ接続します。以後は毎日自動で取得します（下のスイッチで止められます）。端末の情報は送信しません。',
    'This server connects to the sources of the feeds, now and from now on every day (the switch below ends that). Nothing about your endpoints is sent.',
  ],
  'vulnerabilities.export': ['バンドルを書き出す', 'Export bundle'],
  'vulnerabilities.import': ['バンドルを取り込む', 'Import bundle'],
  'vulnerabilities.import-title': ['バンドルの取り込み', 'Import a bundle'],
  'vulnerabilities.import-text': [
    'インターネットにつながらない環境向けの取り込みです。別のYojinで書き出したバンドル（tar、tar.gz、zip）を選んでください。壊れたファイルや不正なファイルの場合、既存のデータは変わりません。',
    'For sites without internet: choose a bundle (tar, tar.gz or zip) that another Yojin has exported. A damaged or hostile file changes nothing.',
  ],
  'vulnerabilities.import-file': ['バンドルのファイル', 'Bundle'],
  'vulnerabilities.import-choose': ['ファイルを選択', 'Choose a file'],
  'vulnerabilities.import-smaller': [
    '件数が大きく減っていても取り込む',
    'Accept feeds that have become much smaller',
  ],
  'vulnerabilities.import-smaller-hint': [
    '通常は、途中で切れたデータを防ぐために拒否します',
    'Usually refused: it is what a file cut short looks like',
  ],
  'vulnerabilities.import-do': ['取り込む', 'Import'],
  'vulnerabilities.sending': ['送信中', 'Sending'],
  'vulnerabilities.sent': ['{{all}}のうち{{done}}を送信', '{{done}} of {{all}} sent'],
  'vulnerabilities.sent-all': [
    '送信しました。サーバーの確認を待っています',
    'Sent; waiting for the server',
  ],

  'vulnerabilities.activity.import': ['バンドルを取り込み中', 'Importing a bundle'],
  'vulnerabilities.activity.sync': ['フィードを取得中', 'Fetching feeds'],
  'vulnerabilities.activity.last-import': ['前回の取り込み', 'Last import'],
  'vulnerabilities.activity.last-sync': ['前回の取得', 'Last sync'],
  'vulnerabilities.activity.failed': ['取り込めませんでした', 'It was not imported'],
  'vulnerabilities.activity.failed-text': [
    '以前に取り込んだデータは、そのまま使い続けています。',
    'What was held before is still used.',
  ],
  'vulnerabilities.activity.settling': [
    '取り込みは完了しました。端末のソフトウェアと照合しています…',
    'The feeds are in; matching them against the software here …',
  ],
  'vulnerabilities.activity.settled': [
    '端末{{endpoints}}台を照合しました。火種の新規{{opened}}件、解消{{closed}}件。',
    'Endpoints matched: {{endpoints}}. Findings opened: {{opened}}, closed: {{closed}}.',
  ],
  'vulnerabilities.activity.in-order': [
    '{{count, number}}個のフィードを取り込み済みです（うち変更なし{{unchanged}}個）。',
    '{{count, number}} feed is in ({{unchanged}} of them unchanged).',
    '{{count, number}} feeds are in ({{unchanged}} of them unchanged).',
  ],
  'vulnerabilities.phase.fetching': ['取得中', 'Fetching'],
  'vulnerabilities.phase.reading': ['読み込み中', 'Reading'],
  'vulnerabilities.phase.imported': ['取り込み済み', 'Imported'],
  'vulnerabilities.phase.unchanged': ['変更なし', 'Unchanged'],
  'vulnerabilities.phase.older': ['手元より古い', 'Older than what is held'],
  'vulnerabilities.phase.failed': ['失敗', 'Failed'],
  'vulnerabilities.records': [
    '{{count, number}}件',
    '{{count, number}} record',
    '{{count, number}} records',
  ],
  'vulnerabilities.rejected': [
    '読めない記録{{count, number}}件',
    '{{count, number}} rejected',
    '{{count, number}} rejected',
  ],
  'vulnerabilities.rejections': ['{{name}}の読めなかった記録', 'Rejected records of {{name}}'],
  'vulnerabilities.rejections-text': [
    'これらの記録だけを除いて、残りを取り込みました。',
    'These records were left out; all others were imported.',
  ],
  'vulnerabilities.rejections-cut': [
    '全{{all}}件のうち最初の{{shown}}件です。',
    'The first {{shown}} of {{all}}.',
  ],
  'vulnerabilities.rejection.at': ['場所', 'Place'],
  'vulnerabilities.rejection.reason': ['理由', 'Reason'],
  'vulnerabilities.checksums.verified': ['チェックサムを確認済み', 'Checksums verified'],
  'vulnerabilities.checksums.none': ['チェックサムなし', 'Without checksums'],
  'vulnerabilities.signature.verified': ['署名を確認済み', 'Signature verified'],
  'vulnerabilities.signature.not-signed': ['署名なし', 'Not signed'],
  'vulnerabilities.signature.signer-not-pinned': [
    '署名者は未登録',
    'Signed by a key that is not pinned here',
  ],

  'vulnerabilities.fault.ARCHIVE_DAMAGED': [
    'アーカイブが壊れているか、途中で切れています',
    'The archive is damaged or cut off',
  ],
  'vulnerabilities.fault.NOT_AN_ARCHIVE': [
    'tar、tar.gz、zipのいずれでもありません',
    'It is neither a tar, a tar.gz nor a zip archive',
  ],
  'vulnerabilities.fault.BOMB': [
    '展開すると異常に大きくなります',
    'It would unpack to an abnormal size',
  ],
  'vulnerabilities.fault.TOO_LARGE': ['大きすぎます', 'It is too large'],
  'vulnerabilities.fault.TOO_MANY_ENTRIES': [
    '含まれるファイルが多すぎます',
    'It holds too many files',
  ],
  'vulnerabilities.fault.UNSAFE_NAME': [
    '展開先の外を指すファイル名が含まれています',
    'It holds a file name that points outside of it',
  ],
  'vulnerabilities.fault.NOT_A_FILE': [
    '通常のファイルでないもの（リンクなど）が含まれています',
    'It holds something that is not a plain file, such as a link',
  ],
  'vulnerabilities.fault.NO_FEEDS': ['フィードが1つも含まれていません', 'It holds no feed'],
  'vulnerabilities.fault.FILE_MISSING': ['必要なファイルがありません', 'A file is missing'],
  'vulnerabilities.fault.CHECKSUM_MISSING': [
    'チェックサムのないファイルがあります',
    'A file has no checksum',
  ],
  'vulnerabilities.fault.CHECKSUM_WRONG': [
    'チェックサムが一致しません',
    'A checksum does not match',
  ],
  'vulnerabilities.fault.NOT_SIGNED': [
    '署名がありません',
    'It is not signed, and a signing key is pinned here',
  ],
  'vulnerabilities.fault.SIGNATURE_WRONG': [
    '登録済みの鍵による署名ではありません',
    'No pinned key made its signature',
  ],
  'vulnerabilities.fault.NOT_JSON': ['JSONとして読めません', 'It is not JSON'],
  'vulnerabilities.fault.WRONG_SHAPE': [
    '想定した形式ではありません',
    'It does not have the expected form',
  ],
  'vulnerabilities.fault.LINE_TOO_LONG': ['長すぎる行があります', 'A line is too long'],
  'vulnerabilities.fault.MOSTLY_BAD': [
    '読めない記録が多すぎます',
    'Too many of its records cannot be read',
  ],
  'vulnerabilities.fault.NOTHING_USABLE': ['使える記録がありません', 'It has no usable record'],
  'vulnerabilities.fault.SHRUNK': ['件数が大きく減っています', 'It has become much smaller'],

  'vulnerabilities.coverage': ['評価できている範囲', 'How much is assessed'],
  'vulnerabilities.assessed-endpoints': ['評価済みの端末', 'Assessed endpoints'],
  'vulnerabilities.assessed-software': ['評価済みのソフトウェア', 'Assessed software'],
  'vulnerabilities.part-of': ['{{whole}}のうち{{part}}', '{{part}} of {{whole}}'],
  'vulnerabilities.nothing-to-assess': ['対象がまだありません', 'Nothing to assess yet'],
  'vulnerabilities.not-assessed': ['未評価のソフトウェア', 'Software not assessed'],
  'vulnerabilities.reason.release-unknown': [
    '端末のOSのリリースが不明',
    'The release of the operating system is not known',
  ],
  'vulnerabilities.reason.ecosystem-not-covered': [
    '照合できるアドバイザリがない種類',
    'No feed covers this kind of software',
  ],
  'vulnerabilities.reason.feed-never-imported': ['フィードが未取得', 'Its feed was never imported'],
  'vulnerabilities.reason.feed-too-old': ['フィードが古い', 'Its feed is too old'],
  'vulnerabilities.reason.feed-incomplete': [
    'フィードに欠けた月がある',
    'Months of its feed are missing',
  ],
  'vulnerabilities.reason.version-unreadable': [
    'バージョンを解釈できない',
    'Its version cannot be read',
  ],

  'vulnerabilities.remedy.feed-never-imported': [
    'フィードを取得するか、バンドルを取り込んでください',
    'Fetch the feeds, or import a bundle',
  ],
  'vulnerabilities.remedy.feed-too-old': [
    'アドバイザリが古く、安全とは言えません。フィードを更新してください',
    'Its advisories are too old to rule anything out: update the feeds',
  ],

  'vulnerabilities.note.nothing': [
    'まだ1台も評価していません。件数がないのは、安全という意味ではありません。',
    'No endpoint has been assessed yet. No number here does not mean that all is well.',
  ],
  'vulnerabilities.note.part': [
    '評価できた端末は{{allEndpoints}}台のうち{{endpoints}}台です。ソフトウェア{{software}}件は未評価です。',
    'Assessed: {{endpoints}} of {{allEndpoints}} endpoints. Software not assessed: {{software}}.',
  ],
  'vulnerabilities.note.import': ['フィードを取り込む', 'Import the feeds'],
  'vulnerabilities.note.why': ['理由を見る', 'See why'],

  'vulnerabilities.assessment': ['評価の範囲', 'What was assessed'],
  'vulnerabilities.matched-with': ['照合に使ったフィード', 'Matched with'],
  'vulnerabilities.endpoint.never-title': [
    'この端末はまだ評価していません',
    'This endpoint has not been assessed yet',
  ],
  'vulnerabilities.endpoint.never-text': [
    'フィードの取り込み後、端末のソフトウェア情報が届くと評価します。',
    'It is assessed once feeds are imported and its software is known.',
  ],
  'vulnerabilities.support': ['OSのサポート', 'Support of its operating system'],
  'vulnerabilities.support.supported': ['サポート中', 'Supported'],
  'vulnerabilities.support.lts-only': ['LTSのみ', 'LTS only'],
  'vulnerabilities.support.extended-only': ['延長サポートのみ', 'Extended support only'],
  'vulnerabilities.support.ended': ['OSのサポートが終了しています', 'Its support has ended'],
  'vulnerabilities.support.release-unknown': ['リリース不明', 'Release not known'],
  'vulnerabilities.support.no-data': ['期限のデータなし', 'No dates held'],
  'vulnerabilities.support-text.lts-only': [
    '通常のサポートは終わり、LTSの対象パッケージだけが修正されます。',
    'Regular support has ended: only the packages that LTS covers are still fixed.',
  ],
  'vulnerabilities.support-text.extended-only': [
    '契約者だけが修正を受け取れる延長サポートの期間です。',
    'Only extended support remains, whose fixes go to those who subscribe.',
  ],
  'vulnerabilities.support-text.ended': [
    '新しい弱点が見つかっても修正されません。新しいリリースへ移行してください。',
    'New weaknesses are not fixed any more. Move to a newer release.',
  ],

  'problem.ARCHIVE_EXPECTED': [
    'バンドルのファイルそのものを送ってください',
    'Send the archive itself',
  ],
  'problem.BODY_TOO_LARGE': ['ファイルが大きすぎます', 'The file is too large'],
  'problem.FEEDS_OFF': [
    'このサーバーでは外部からの取得が禁止されています',
    'This server fetches nothing',
  ],
  'problem.FEEDS_OFF.detail': [
    'YOJIN_FEEDS=off で起動しています。バンドルを取り込んでください。',
    'It was started with YOJIN_FEEDS=off. Import a bundle instead.',
  ],
  'problem.FEEDS_BUSY': ['別の取り込みが進行中です', 'An import or a sync is under way'],
  'problem.FEEDS_BUSY.detail': [
    '終わってからもう一度お試しください。',
    'Try again when it has ended.',
  ],
  'problem.NO_HOME': [
    'このサーバーには署名鍵の保存先がありません',
    'This server has no home to keep a signing key in',
  ],
});

export const messages = {
  ja: { ...feedMessages.ja, ...applicationMessages.ja, ...statementMessages.ja },
  en: { ...feedMessages.en, ...applicationMessages.en, ...statementMessages.en },
};
