import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import type { Campaign, NewCampaign } from '../api.ts';
import { DangerModal } from './danger-modal.tsx';
import { dangersOf } from './dangers.ts';
import { type CampaignDraft, draftFaults, newCampaignOf, workOf } from './draft.ts';
import { PreviewPanel } from './preview-panel.tsx';
import classes from './remediation.module.css';
import { RingsSection } from './rings-section.tsx';
import { TargetSection } from './target-section.tsx';
import { TermsSection } from './terms-section.tsx';
import { campaignsKey, usePreview } from './use-campaigns.ts';
import { WorkSection } from './work-section.tsx';

/** Waits so long after the last key before the preview is asked. */
const pauseMs = 400;

/** What, where, in which steps; beside it what that means, and the buttons. */
export function Composer({ initial }: { initial: CampaignDraft }) {
  const go = useGo();
  const [draft, setDraft] = useState(initial);
  const change = (patch: Partial<CampaignDraft>) => setDraft((now) => ({ ...now, ...patch }));
  const now = new Date();
  const faults = draftFaults(draft, now);
  const wanted = newCampaignOf(draft, now);
  // The title changes nothing of what happens.
  const { title: _, ...asked } = wanted ?? {};
  const askedText = wanted === null ? 'null' : JSON.stringify(asked);
  const [settledText] = useDebouncedValue(askedText, pauseMs);
  const settled = useMemo(() => JSON.parse(settledText) as NewCampaign | null, [settledText]);
  const preview = usePreview(settled);
  const isOutdated = settledText !== askedText || preview.isPlaceholderData;
  const shown = wanted === null || settled === null ? undefined : preview.data;
  const problem = wanted === null ? null : preview.error;

  const work = workOf(draft);
  const dangers = work === null ? [] : dangersOf(work, draft.restart);
  const [isAsking, setAsking] = useState(false);
  const targetPlace = useRef<HTMLDivElement>(null);
  const [isOtherTarget, setOtherTarget] = useState(false);

  const send = useApiAction<NewCampaign, Campaign>({
    run: (body) => api.post('/api/campaigns', body),
    invalidates: [campaignsKey],
    silentFailure: true,
    onSuccess: ({ id }) => go(`/campaigns/${id}`),
  });
  const canSend = wanted !== null && !isOutdated && shown !== undefined && !problem;

  /** What a box of the target shows and was not read: others would be concerned than one sees. */
  const isUnread = () =>
    [...(targetPlace.current?.querySelectorAll('[data-target-box] input') ?? [])].some(
      (box) => (box as HTMLInputElement).value.trim() !== draft.selector.trim(),
    );
  const submit = (start: boolean) => {
    const unread = isUnread();
    setOtherTarget(unread);
    if (unread || !canSend || wanted === null) return;
    if (start && dangers.length > 0) setAsking(true);
    else send.mutate({ ...wanted, start });
  };

  return (
    <div className={classes.composer}>
      <div className={classes.column} ref={targetPlace}>
        <WorkSection draft={draft} onChange={change} />
        <TargetSection
          draft={draft}
          onChange={(patch) => {
            setOtherTarget(false);
            change(patch);
          }}
        />
        <RingsSection
          rings={draft.rings}
          counts={isOutdated ? null : (shown?.rings ?? null)}
          onChange={(rings) => change({ rings })}
        />
        <TermsSection draft={draft} faults={faults} onChange={change} />
      </div>
      <div className={classes.preview}>
        <PreviewPanel
          preview={shown}
          faults={faults}
          problem={problem}
          failure={send.error}
          isOutdated={wanted !== null && isOutdated}
          isOtherTarget={isOtherTarget}
          isSending={send.isPending}
          canSend={canSend}
          dangers={dangers}
          isOwnAction={draft.kind === 'action'}
          title={draft.title}
          onTitle={(title) => change({ title })}
          onSubmit={submit}
        />
      </div>
      <DangerModal
        opened={isAsking}
        dangers={dangers}
        endpoints={shown?.byState['waiting'] ?? 0}
        verb={shown?.needsApproval ? 'ask' : 'start'}
        busy={send.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          if (wanted !== null) send.mutate({ ...wanted, start: true });
        }}
      />
    </div>
  );
}
