import type { Action } from '../agent-protocol/api.ts';
import type { Bilingual } from './texts.ts';

export interface ApprovalFacts {
  /** Endpoints that are given an order. */
  readonly endpoints: number;
  /** Of those, how many are of high or critical criticality. */
  readonly critical: number;
  readonly actionTypes: ReadonlySet<Action['type']>;
  /** Endpoints may be restarted. */
  readonly restart: boolean;
}

/** Why a second person has to agree; empty: nobody has to. `above`: more endpoints than this. */
export function approvalBecause(
  { endpoints, critical, actionTypes, restart }: ApprovalFacts,
  above: number,
): readonly Bilingual[] {
  const because: Bilingual[] = [];
  if (endpoints > above) {
    because.push({
      en: `${endpoints} endpoints, more than ${above}.`,
      ja: `対象が${endpoints}台で、承認なしの上限${above}台を超えています。`,
    });
  }
  if (critical > 0) {
    because.push({
      en: `${critical} endpoints are of high or critical importance.`,
      ja: `重要度が「高」以上の端末が${critical}台含まれます。`,
    });
  }
  if (actionTypes.has('script')) {
    because.push({ en: 'A script runs.', ja: 'スクリプトを実行します。' });
  }
  if (actionTypes.has('package-remove') || actionTypes.has('remove-extension')) {
    because.push({ en: 'Something is removed.', ja: 'ソフトウェアを削除します。' });
  }
  if (actionTypes.has('collect')) {
    because.push({
      en: 'Files of endpoints are collected.',
      ja: '端末のファイルを収集します。',
    });
  }
  if (restart || actionTypes.has('restart')) {
    because.push({ en: 'Endpoints may be restarted.', ja: '端末を再起動することがあります。' });
  }
  return because;
}

/** May this person agree? Never who made it, and only who reaches every scope concerned. */
export function mayApprove(
  campaign: { readonly createdById: string | null; readonly scopeIds: readonly string[] },
  person: { readonly userId: string; readonly scopes: 'all' | readonly string[] },
): 'yes' | 'is-the-maker' | 'beyond-reach' {
  if (campaign.createdById === person.userId) return 'is-the-maker';
  const { scopes } = person;
  if (scopes !== 'all' && !campaign.scopeIds.every((id) => scopes.includes(id))) {
    return 'beyond-reach';
  }
  return 'yes';
}
