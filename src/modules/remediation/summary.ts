import type { Action } from '../agent-protocol/api.ts';
import type { CampaignPreview, Ring, Work } from './api.ts';
import { type ApprovalFacts, approvalBecause } from './approval.ts';
import { type Bilingual, type Obstacle, obstacleTexts, partly } from './texts.ts';
import type { PlannedPackage } from './work-plan.ts';

/** Of a plan, what its summary needs. */
interface SummedTarget {
  readonly state: 'waiting' | 'no-agent' | 'excluded';
  readonly criticality: 'low' | 'normal' | 'high' | 'critical';
  readonly obstacle: Obstacle | null;
  readonly action: Action | null;
  readonly packages: readonly PlannedPackage[];
  readonly findingIds: readonly number[];
  readonly exploited: number;
  readonly rebootLikely: boolean;
  readonly left: ReadonlyMap<Obstacle, number>;
  readonly ring: number;
}

const shownActions = 200;

/** Why a second person has to agree to this plan. */
export function approvalOf(
  targets: readonly SummedTarget[],
  { restart, above }: { readonly restart: boolean; readonly above: number },
): readonly Bilingual[] {
  const able = targets.filter(({ state }) => state === 'waiting');
  const facts: ApprovalFacts = {
    endpoints: able.length,
    critical: able.filter(({ criticality }) => criticality === 'high' || criticality === 'critical')
      .length,
    actionTypes: new Set(able.flatMap(({ action }) => action?.type ?? [])),
    restart: restart && able.length > 0,
  };
  return approvalBecause(facts, above);
}

/** Exactly what would happen, as the preview shows it. */
export function previewOf(
  targets: readonly SummedTarget[],
  rings: readonly Ring[],
  options: { readonly restart: boolean; readonly above: number },
): CampaignPreview {
  const byState = { waiting: 0, 'no-agent': 0, excluded: 0 };
  const counts = rings.map(() => 0);
  const actions = new Map<
    string,
    { action: Action; from: Map<string, Set<string>>; endpoints: number }
  >();
  const excluded = new Map<string, { reason: Bilingual; endpoints: number }>();
  let [findingsToClose, exploitedToClose, rebootLikely] = [0, 0, 0];
  const count = (key: string, reason: Bilingual) => {
    const row = excluded.get(key) ?? { reason, endpoints: 0 };
    row.endpoints += 1;
    excluded.set(key, row);
  };
  for (const target of targets) {
    byState[target.state] += 1;
    if (target.obstacle !== null) count(target.obstacle, obstacleTexts[target.obstacle]);
    if (target.state === 'waiting') {
      counts[target.ring]! += 1;
      findingsToClose += target.findingIds.length;
      exploitedToClose += target.exploited;
      if (target.rebootLikely) rebootLikely += 1;
    }
    if (target.packages.length > 0 || target.state === 'waiting') {
      for (const obstacle of target.left.keys()) {
        count(`partly ${obstacle}`, partly(obstacleTexts[obstacle]));
      }
    }
    if (target.action === null || target.state === 'excluded') continue;
    const key = JSON.stringify(target.action);
    const row = actions.get(key) ?? { action: target.action, from: new Map(), endpoints: 0 };
    row.endpoints += 1;
    for (const { name, from } of target.packages) {
      const of = row.from.get(name) ?? new Set<string>();
      if (from !== null) of.add(from);
      row.from.set(name, of);
    }
    actions.set(key, row);
  }
  const because = approvalOf(targets, options);
  return {
    targeted: targets.length,
    byState,
    findingsToClose,
    exploitedToClose,
    rebootLikely,
    needsApproval: because.length > 0,
    approvalBecause: [...because],
    rings: rings.map(({ name }, at) => ({ name, endpoints: counts[at]! })),
    actions: [...actions.values()]
      .sort((a, b) => b.endpoints - a.endpoints)
      .slice(0, shownActions)
      .map(({ action, from, endpoints }) => ({
        manager: 'manager' in action ? action.manager : null,
        summary: actionSummary(action),
        packages:
          'packages' in action
            ? action.packages.map(({ name, atLeast = null }) => ({
                name,
                from: [...(from.get(name) ?? [])].sort().slice(0, 50),
                atLeast,
              }))
            : [],
        endpoints,
      })),
    excluded: [...excluded.values()].sort((a, b) => b.endpoints - a.endpoints),
  };
}

/** What an action does, in a sentence. */
export function actionSummary(action: Action): Bilingual {
  switch (action.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove': {
      const names = action.packages.slice(0, 5).map(({ name }) => name);
      const more = action.packages.length - names.length;
      const en = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      const ja = `${names.join('、')}${more > 0 ? ` ほか${more}個` : ''}`;
      const [verb, deed] = {
        'package-upgrade': ['Upgrade', 'を更新'],
        'package-install': ['Install', 'を導入'],
        'package-remove': ['Remove', 'を削除'],
      }[action.type] as [string, string];
      return { en: `${verb} ${en} (${action.manager})`, ja: `${ja} ${deed}（${action.manager}）` };
    }
    case 'service': {
      const deed = {
        start: '開始',
        stop: '停止',
        restart: '再起動',
        enable: '自動起動に設定',
        disable: '自動起動を解除',
      }[action.operation];
      return {
        en: `Service ${action.name}: ${action.operation}`,
        ja: `サービス ${action.name} を${deed}`,
      };
    }
    case 'set-value':
      return {
        en: `Set ${action.key} to ${action.value} in ${action.path}`,
        ja: `${action.path} の ${action.key} を ${action.value} に設定`,
      };
    case 'remove-extension':
      return {
        en: `Remove the extension ${action.identifier} from ${action.host}`,
        ja: `${action.host} の拡張機能 ${action.identifier} を削除`,
      };
    case 'restart':
      return { en: 'Restart', ja: '再起動' };
    case 'collect':
      return {
        en: `Collect ${action.paths.length} files or folders`,
        ja: `ファイルまたはフォルダー${action.paths.length}件を収集`,
      };
    case 'report-now':
      return { en: 'Report the inventory now', ja: 'インベントリを今すぐ報告' };
    case 'script':
      return {
        en: `Run a script (${action.interpreter}, SHA-256 ${action.sha256.slice(0, 12)}…)`,
        ja: `スクリプトを実行（${action.interpreter}、SHA-256 ${action.sha256.slice(0, 12)}…）`,
      };
  }
}

/** A title for who gave none; understood in both languages. */
export function titleOf(work: Work, actions: readonly Action[], fixName: string | null): string {
  if (work.kind === 'action') return actionSummary(work.action).en.slice(0, 200);
  if (work.kind === 'fix') {
    const versions = new Set(
      actions.flatMap((action) =>
        'packages' in action ? action.packages.flatMap(({ atLeast }) => atLeast ?? []) : [],
      ),
    );
    const to = versions.size === 1 ? ` → ${[...versions][0]}` : '';
    return `${fixName ?? 'fix'}${to}`.slice(0, 200);
  }
  const what = [...(work.exploitedOnly ? ['KEV'] : []), ...(work.severities ?? [])].join(', ');
  return `Upgrade: ${what === '' ? 'everything that can be mended' : what}`.slice(0, 200);
}
