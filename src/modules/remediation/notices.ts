import type { Queryable } from '../../platform/db/queryable.ts';
import type { Notice, NoticeKind } from '../../platform/notify/public.ts';
import type { Bilingual } from './texts.ts';

/** Tells within the transaction that makes it true; does nothing where nobody listens. */
export type TellNotices = (tx: Queryable, notices: readonly Notice[], at: Date) => Promise<void>;

export const noticeKinds = [
  {
    kind: 'campaign-approval',
    title: { en: 'A campaign awaits approval', ja: 'キャンペーンが承認待ち' },
  },
  {
    kind: 'campaign-halted',
    title: { en: 'A campaign has halted', ja: 'キャンペーンが自動停止' },
  },
  {
    kind: 'campaign-still-there',
    title: {
      en: 'Done, but the finding is still there',
      ja: '完了したはずの火種が残っている',
    },
  },
  {
    kind: 'campaign-deadline',
    title: { en: 'The deadline of a campaign is near', ja: 'キャンペーンの期限が近い' },
  },
] as const satisfies readonly NoticeKind[];

type CampaignNotice = (typeof noticeKinds)[number]['kind'];

interface Told {
  readonly id: number;
  readonly title: string;
  readonly scopeIds: readonly string[];
}

/** One notice per scope of the campaign, so that only those hear of it whom it concerns. */
export function noticesOf(
  { id, title, scopeIds }: Told,
  kind: CampaignNotice,
  more: Bilingual = { en: '', ja: '' },
): readonly Notice[] {
  const { en, ja } = sentenceOf(kind, title);
  return scopeIds.map((scopeId) => ({
    kind,
    severity: kind === 'campaign-approval' ? 'information' : 'warning',
    text: { en: `${en} ${more.en}`.trim(), ja: `${ja}${more.ja}` },
    path: `/campaigns/${id}`,
    scopeId,
    key: `${kind}:${id}:${scopeId}`,
  }));
}

function sentenceOf(kind: CampaignNotice, title: string): Bilingual {
  switch (kind) {
    case 'campaign-approval':
      return {
        en: `The campaign "${title}" awaits the approval of a second person.`,
        ja: `キャンペーン「${title}」が承認を待っています。`,
      };
    case 'campaign-halted':
      return {
        en: `The campaign "${title}" has halted.`,
        ja: `キャンペーン「${title}」が自動停止しました。`,
      };
    case 'campaign-still-there':
      return {
        en: `The campaign "${title}" is finished, but findings are still there.`,
        ja: `キャンペーン「${title}」は終わりましたが、火種が残っています。`,
      };
    case 'campaign-deadline':
      return {
        en: `The campaign "${title}" ends within a day.`,
        ja: `キャンペーン「${title}」の期限まで1日を切りました。`,
      };
  }
}
