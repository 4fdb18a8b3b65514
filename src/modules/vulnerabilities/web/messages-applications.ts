import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of applications and their bills of materials. */
export const applicationMessages = sideBySide({
  'vulnerabilities.applications.title': ['アプリケーション', 'Applications'],
  'vulnerabilities.applications.subtitle': [
    '開発・購入したアプリケーションを、SBOM（部品表）に基づいて端末と同じように評価します。',
    'What you build or buy, assessed by its bill of materials (SBOM) as endpoints are by theirs.',
  ],
  'vulnerabilities.applications.search': ['アプリケーションを検索', 'Find applications'],
  'vulnerabilities.applications.empty-title': [
    'アプリケーションはまだありません',
    'No applications yet',
  ],
  'vulnerabilities.applications.empty-text': [
    'SBOMを取り込むと、含まれる部品の弱点を調べます。コマンドからは yojin sbom import <ファイル> で取り込めます。',
    'Import a bill of materials to find the weaknesses of what is in it. On the command line: yojin sbom import <file>.',
  ],
  'vulnerabilities.application.title': ['アプリケーションの詳細', 'Application'],
  'vulnerabilities.application.gone-title': [
    'このアプリケーションはありません',
    'No such application',
  ],
  'vulnerabilities.application.name': ['名称', 'Name'],
  'vulnerabilities.application.version': ['バージョン', 'Version'],
  'vulnerabilities.application.scope': ['所属範囲', 'Scope'],
  'vulnerabilities.application.components': ['部品', 'Components'],
  'vulnerabilities.application.assessed': ['評価済みの部品', 'Assessed components'],
  'vulnerabilities.application.format': ['形式', 'Format'],
  'vulnerabilities.application.imported': ['取り込み', 'Imported'],
  'vulnerabilities.application.versions': ['取り込んだバージョン', 'Versions'],
  'vulnerabilities.application.findings': ['火種', 'Findings'],
  'vulnerabilities.application.never-assessed': ['まだ評価していません。', 'Not assessed yet.'],
  'vulnerabilities.application.differences': [
    '1つ前のバージョンとの違い',
    'Compared with the version before',
  ],
  'vulnerabilities.application.difference-counts': [
    '変更{{changed}}・追加{{added}}・削除{{removed}}',
    '{{changed}} changed, {{added}} added, {{removed}} removed',
  ],
  'vulnerabilities.application.no-difference': ['部品に違いはありません', 'The same components'],
  'vulnerabilities.application.more': [
    'ほか{{count, number}}件',
    '{{count, number}} more',
    '{{count, number}} more',
  ],
  'vulnerabilities.not-assessed-yet': ['未評価', 'Not assessed'],
  'vulnerabilities.sbom.import': ['SBOMを取り込む', 'Import SBOM'],
  'vulnerabilities.sbom.title': ['SBOMの取り込み', 'Import a bill of materials'],
  'vulnerabilities.sbom.text': [
    'CycloneDX（JSON・XML）またはSPDX（JSON・タグ形式）のファイルを選んでください。同じ名称のアプリケーションがあれば、その新しいバージョンになります。',
    'Choose a CycloneDX (JSON, XML) or SPDX (JSON, tag-value) file. Where an application of that name exists, it becomes its newest version.',
  ],
  'vulnerabilities.sbom.file': ['SBOMのファイル', 'Bill of materials'],
  'vulnerabilities.sbom.from-document': [
    '空欄ならファイルの記載に従います',
    'Empty: as the document says',
  ],
  'vulnerabilities.sbom.imported': ['{{name}}を取り込みました', '{{name}} imported'],

  'vulnerabilities.applications.statements': ['VEX文書', 'VEX documents'],
  'vulnerabilities.application.where': ['部品の所在を調べる', 'Where is a component?'],

  'problem.SBOM_INVALID': ['SBOMの内容に誤りがあります', 'The bill of materials is not valid'],
  'problem.APPLICATION_NAME_NEEDED': [
    'どのアプリケーションか判別できません',
    'Which application is this?',
  ],
  'problem.APPLICATION_NAME_NEEDED.detail': [
    'ファイルに名称の記載がありません。名称を入力してください。',
    'The document does not say what it describes: enter a name.',
  ],
  'problem.APPLICATION_NOT_FOUND': ['このアプリケーションはありません', 'No such application'],
  'problem.VERSION_NOT_FOUND': [
    'このバージョンはありません',
    'The application has no such version',
  ],
  'problem.DOCUMENT_EXPECTED': ['ファイルそのものを送ってください', 'Send the document itself'],
  'problem.NO_VDR_IN_SPDX': [
    'SPDX 2.3では脆弱性を出力できません',
    'SPDX 2.3 has no vulnerabilities',
  ],
  'problem.PURL_INVALID': ['purlの書き方に誤りがあります', 'This is not a package URL'],
  'problem.VEX_INVALID': ['VEXの内容に誤りがあります', 'The VEX document is not valid'],
  'problem.VEX_NOT_FOUND': ['このVEXはありません', 'No such VEX document'],
});
