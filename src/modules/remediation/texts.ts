/** The same sentence in both languages. */
export interface Bilingual {
  readonly ja: string;
  readonly en: string;
}

/** Why nothing, or not everything, can be done at an endpoint. Stable. */
export type Obstacle =
  | 'NO_AGENT'
  | 'NO_FIX'
  | 'LANGUAGE_PACKAGE'
  | 'NO_MANAGER_FOR_ECOSYSTEM'
  | 'KERNEL_WITHOUT_METAPACKAGE'
  | 'NOT_INSTALLED'
  | 'NAME_NOT_ALLOWED'
  | 'EXCEPTED'
  | 'HELD'
  | 'STALE_INVENTORY'
  | 'AGENT_UNSETTLED'
  | 'MANAGER_MISSING'
  | 'NOT_PRIVILEGED'
  | 'SCRIPTS_DISABLED'
  | 'NOT_ON_THIS_PLATFORM'
  | 'NOT_CONCERNED';

export const obstacleTexts: Readonly<Record<Obstacle, Bilingual>> = {
  NO_AGENT: {
    en: 'It has stock osqueryd only, which takes no orders. The work is exported for others.',
    ja: 'osquerydのみの端末のため指示を受け取れません。作業を書き出して別の手段で実施してください。',
  },
  NO_FIX: { en: 'No fixed version is known.', ja: '修正版がまだありません。' },
  LANGUAGE_PACKAGE: {
    en: 'It is a component inside an application (npm, PyPI and the like). The application has to be built or updated with the fixed component.',
    ja: 'アプリケーションに組み込まれた部品（npm、PyPIなど）です。修正版を取り込んだアプリケーションへの更新が必要です。',
  },
  NO_MANAGER_FOR_ECOSYSTEM: {
    en: 'No package manager of the endpoint brings this kind of software.',
    ja: 'この種のソフトウェアを更新できるパッケージマネージャーがありません。',
  },
  KERNEL_WITHOUT_METAPACKAGE: {
    en: 'The kernel has its version in its package name, and no metapackage that would bring the next one is installed.',
    ja: 'カーネルのパッケージ名に版が含まれ、次の版を導入するメタパッケージが入っていません。',
  },
  NOT_INSTALLED: {
    en: 'The package is not in the inventory of the endpoint any more.',
    ja: 'このパッケージは端末のインベントリにもうありません。',
  },
  NAME_NOT_ALLOWED: {
    en: 'The name or version of the package is not one that may be handed to a package manager.',
    ja: 'パッケージの名前か版に、パッケージマネージャーへ渡せない文字が含まれています。',
  },
  EXCEPTED: {
    en: 'Everything that could be mended there is excepted.',
    ja: '対象の火種がすべて例外に設定されています。',
  },
  HELD: {
    en: 'The package is held on the endpoint, as its last order told.',
    ja: '前回の指示で、パッケージが保留（hold）されていると報告されています。',
  },
  STALE_INVENTORY: {
    en: 'Its software has not been confirmed for a week; what is installed there is not known.',
    ja: 'ソフトウェア一覧が1週間以上確認できておらず、現状がわかりません。',
  },
  AGENT_UNSETTLED: {
    en: 'Two hosts claim to be this endpoint; it is being found out which one it is.',
    ja: '2台のホストが同じ端末を名乗っており、判別中です。',
  },
  MANAGER_MISSING: {
    en: 'Its agent does not find the package manager that is needed.',
    ja: '必要なパッケージマネージャーが端末にありません。',
  },
  NOT_PRIVILEGED: {
    en: 'Its agent runs without the rights that this needs.',
    ja: 'エージェントに必要な権限がありません。',
  },
  SCRIPTS_DISABLED: {
    en: 'Scripts are not enabled on the endpoint.',
    ja: '端末でスクリプトの実行が有効になっていません。',
  },
  NOT_ON_THIS_PLATFORM: {
    en: 'There is no such action on its platform.',
    ja: 'このOSでは実行できない操作です。',
  },
  NOT_CONCERNED: {
    en: 'There is nothing to mend by this work.',
    ja: 'この作業で直せる火種がありません。',
  },
};

export const partly = ({ en, ja }: Bilingual): Bilingual => ({
  en: `Some of the findings: ${en}`,
  ja: `火種の一部: ${ja}`,
});
