import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of VEX documents and of "where is this component". */
export const statementMessages = sideBySide({
  'vulnerabilities.vex.title': ['VEX文書', 'VEX documents'],
  'vulnerabilities.vex.subtitle': [
    '提供元が発行する「この製品は影響を受けるか」の声明（VEX）です。声明は火種の状態を変えますが、隠しません。',
    'What suppliers state about weaknesses in their products (VEX). A statement changes the state of a finding and never hides it.',
  ],
  'vulnerabilities.vex.empty-title': ['VEX文書はまだありません', 'No VEX documents yet'],
  'vulnerabilities.vex.empty-text': [
    'OpenVEX、CycloneDX、CSAF 2.0の文書を取り込むと、声明ごとに適用の可否とその理由を示します。コマンドからは yojin vex import <ファイル> で取り込めます。',
    'Import an OpenVEX, CycloneDX or CSAF 2.0 document: of each statement you see whether it was applied, and if not, why. On the command line: yojin vex import <file>.',
  ],
  'vulnerabilities.vex.import': ['VEXを取り込む', 'Import VEX'],
  'vulnerabilities.vex.import-title': ['VEXの取り込み', 'Import VEX'],
  'vulnerabilities.vex.import-text': [
    'OpenVEX、CycloneDX（JSON・XML）、CSAF 2.0のファイルを選んでください。声明はすべての所属範囲に適用されます。',
    'Choose an OpenVEX, CycloneDX (JSON, XML) or CSAF 2.0 file. Its statements apply to all scopes.',
  ],
  'vulnerabilities.vex.file': ['VEXのファイル', 'VEX document'],
  'vulnerabilities.vex.document': ['文書と製品', 'Document and products'],
  'vulnerabilities.vex.document-title': ['VEX文書の詳細', 'VEX document'],
  'vulnerabilities.vex.gone-title': ['このVEX文書はありません', 'No such VEX document'],
  'vulnerabilities.vex.author': ['発行者', 'Author'],
  'vulnerabilities.vex.no-author': ['発行者の記載なし', 'No author given'],
  'vulnerabilities.vex.issued': ['発行日', 'Issued'],
  'vulnerabilities.vex.no-date': ['記載なし', 'Not given'],
  'vulnerabilities.vex.statements': ['声明', 'Statements'],
  'vulnerabilities.vex.no-statements': ['該当する声明はありません', 'No such statements'],
  'vulnerabilities.vex.all': ['すべて', 'All'],
  'vulnerabilities.vex.applied': ['適用', 'Applied'],
  'vulnerabilities.vex.not-applied': ['不適用', 'Not applied'],
  'vulnerabilities.vex.vulnerability': ['脆弱性と製品', 'Vulnerability and products'],
  'vulnerabilities.vex.status': ['声明の内容', 'Stated'],
  'vulnerabilities.vex.status.not_affected': ['影響なし', 'Not affected'],
  'vulnerabilities.vex.status.affected': ['影響あり', 'Affected'],
  'vulnerabilities.vex.status.fixed': ['修正済み', 'Fixed'],
  'vulnerabilities.vex.status.under_investigation': ['調査中', 'Under investigation'],
  'vulnerabilities.vex.outcome': ['結果', 'Outcome'],
  'vulnerabilities.vex.reason': ['影響・理由', 'What it decides, or why not'],
  'vulnerabilities.vex.decides': [
    '火種{{count, number}}件の状態を決めています',
    'Decides the state of {{count, number}} finding',
    'Decides the state of {{count, number}} findings',
  ],
  'vulnerabilities.vex.reason.no-such-finding': [
    'この脆弱性の火種はありません',
    'No finding of this vulnerability',
  ],
  'vulnerabilities.vex.reason.product-not-found': [
    '火種はありますが、別の製品または別のバージョンです',
    'There are findings of it, but of other products or versions',
  ],
  'vulnerabilities.vex.reason.product-not-identifiable': [
    '製品を一意に特定できる記載（purlなど）がありません',
    'Nothing in it identifies the product exactly, such as a purl',
  ],
  'vulnerabilities.vex.reason.covers-only-a-part': [
    '火種の根拠となる部品の一部しか対象にしていません',
    'It speaks of only some of the components that the finding rests on',
  ],
  'vulnerabilities.vex.reason.superseded': [
    'より新しい声明があります',
    'A newer statement says otherwise',
  ],
  'vulnerabilities.vex.reason.excepted-by-hand': [
    '担当者が例外として扱っています',
    'Somebody has excepted the finding',
  ],
  'vulnerabilities.vex.reason.withdrawn': [
    '文書が取り下げられました',
    'The document was withdrawn',
  ],
  'vulnerabilities.vex.withdraw': ['取り下げる', 'Withdraw'],
  'vulnerabilities.vex.withdraw-title': ['この文書を取り下げますか？', 'Withdraw this document?'],
  'vulnerabilities.vex.withdraw-text': [
    'この文書が状態を決めていた火種は、ふたたび未対応になります。文書と記録は残ります。',
    'Findings whose state it decided are open again. The document and the record of it stay.',
  ],
  'vulnerabilities.vex.withdrawn': ['取り下げ済み', 'Withdrawn'],
  'vulnerabilities.vex.withdrawn-text': [
    'この文書の声明は、どの火種にも適用されていません。',
    'Its statements decide nothing any more.',
  ],
  'vulnerabilities.vex.was-withdrawn': ['取り下げました', 'Withdrawn'],

  'vulnerabilities.components.title': ['部品の所在', 'Where is it?'],
  'vulnerabilities.components.subtitle': [
    '部品がどの端末とアプリケーションに含まれるかを、バージョンと火種とともに示します。',
    'Which endpoints and applications have a component, in which version, and what is wrong with it there.',
  ],
  'vulnerabilities.components.search': ['部品名またはpurlを入力', 'Name of a component, or a purl'],
  'vulnerabilities.components.ask-title': [
    '調べたい部品の名前を入力してください',
    'Which component are you looking for?',
  ],
  'vulnerabilities.components.ask-text': [
    '名前の一部（2文字以上）か、purl（pkg:npm/lodash など）で探します。purlにバージョンを付けると、そのバージョンだけに絞り込みます。',
    'A part of its name (2 characters or more) or a purl such as pkg:npm/lodash. A purl with a version finds only that version.',
  ],
  'vulnerabilities.components.empty-title': [
    'どの端末にもアプリケーションにもありません',
    'No endpoint and no application has it',
  ],
  'vulnerabilities.components.empty-text': [
    '取得済みのインベントリとSBOMに、この部品はありません。未取得の端末については分かりません。',
    'It is in no inventory and no bill of materials held here. Of endpoints that never reported, nothing is known.',
  ],
  'vulnerabilities.components.name': ['部品', 'Component'],
  'vulnerabilities.components.source': ['種別', 'Kind'],
  'vulnerabilities.components.asset': ['所在', 'Where'],
  'vulnerabilities.components.kind.endpoint': ['端末', 'Endpoint'],
  'vulnerabilities.components.kind.application': ['アプリケーション', 'Application'],
  'vulnerabilities.components.none-found': ['該当なし', 'None found'],
  'vulnerabilities.reason.no-purl': ['purlの記載なし', 'It has no purl'],
  'vulnerabilities.reason.bad-purl': ['purlを解釈できない', 'Its purl cannot be read'],
  'vulnerabilities.reason.no-version': ['バージョンの記載なし', 'It has no version'],
  'vulnerabilities.list-separator': ['、', ', '],
});
