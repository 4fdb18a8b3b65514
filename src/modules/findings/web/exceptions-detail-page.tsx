import { Alert, Button, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconUserCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { type ApiProblem, api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam } from '../../../platform/web/page.ts';
import { Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Exception, ExceptionPreview } from '../exceptions/api.ts';
import { findingQueryKeys } from './change-findings.tsx';
import { PreviewNumbers } from './exceptions-ask-page.tsx';
import { ExceptionState, UntilLabel } from './exceptions-page.tsx';
import { FactList } from './fact-list.tsx';

type Verb = 'approve' | 'refuse' | 'withdraw';

/** One exception: what it covers, who asked and who decided, and what came to match since. */
export function ExceptionPage() {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const id = useParam('id');
  const answer = useApi<Exception>(['exceptions', id], `/api/exceptions/${encodeURIComponent(id)}`);
  useLive(['exceptions'], [['exceptions', id]]);
  const [verb, setVerb] = useState<Verb | null>(null);
  const breadcrumbs = [{ label: t('findings.exceptions.title'), href: '/exceptions' }];
  const { data } = answer;
  if (!data) {
    return (
      <Page titleKey="findings.exceptions.one" breadcrumbs={breadcrumbs}>
        {answer.error ? (
          <ProblemAlert problem={answer.error} onRetry={() => void answer.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  }
  const { counts, covers } = data;
  return (
    <Page
      title={t('findings.exceptions.number', { id: data.id })}
      breadcrumbs={breadcrumbs}
      subtitle={
        <Group gap="xs">
          <ExceptionState state={data.state} />
          {data.sentence[language]}
        </Group>
      }
      actions={
        <>
          {data.mayDecide && (
            <Button
              leftSection={<IconUserCheck size={16} aria-hidden="true" />}
              onClick={() => setVerb('approve')}
            >
              {t('findings.exceptions.approve')}
            </Button>
          )}
          {data.mayDecide && (
            <Button variant="default" onClick={() => setVerb('refuse')}>
              {t('findings.exceptions.refuse')}
            </Button>
          )}
          {data.mayWithdraw && (
            <Button variant="default" onClick={() => setVerb('withdraw')}>
              {t('findings.exceptions.withdraw')}
            </Button>
          )}
        </>
      }
    >
      <Stack gap="md">
        {data.selectorProblem !== null && (
          <Alert
            color="amber"
            icon={<IconAlertTriangle size={18} aria-hidden="true" />}
            title={t('findings.exceptions.unreadable')}
          >
            {data.selectorProblem}
          </Alert>
        )}
        {counts !== null && counts.newAssets > 0 && (
          <Alert
            color="amber"
            icon={<IconAlertTriangle size={18} aria-hidden="true" />}
            title={t('findings.exceptions.new-alert', { count: counts.newAssets })}
          >
            {t(
              covers.alsoNew
                ? 'findings.exceptions.new-covered'
                : 'findings.exceptions.new-not-covered',
            )}
          </Alert>
        )}
        {data.state === 'requested' && <DecisionPreview exception={data} />}
        <Section title={t('findings.exceptions.facts')}>
          <FactList
            facts={[
              [t('findings.exceptions.reason'), data.reason],
              [
                t('findings.exceptions.control'),
                data.compensatingControl,
                t('findings.exceptions.no-control'),
              ],
              [t('findings.exceptions.until'), <UntilLabel key="until" exception={data} />],
              [
                t('findings.exceptions.covered'),
                counts && (
                  <AppLink
                    key="covered"
                    href={`/findings?state=excepted&class=any&exceptionId=${data.id}`}
                    inherit
                  >
                    {t('findings.exceptions.count-of', {
                      findings: format.number(counts.coveredFindings),
                      assets: format.number(counts.coveredAssets),
                    })}
                  </AppLink>
                ),
                t('findings.exceptions.covers-nothing'),
              ],
              [
                t('findings.exceptions.new'),
                counts &&
                  t('findings.exceptions.count-of', {
                    findings: format.number(counts.newFindings),
                    assets: format.number(counts.newAssets),
                  }),
                t('findings.exceptions.covers-nothing'),
              ],
              [
                t('findings.exceptions.counted-at'),
                counts && <Age key="counted" at={counts.asOf} />,
                t('findings.exceptions.covers-nothing'),
              ],
              [
                t('findings.exceptions.requested-by'),
                `${data.requestedBy} · ${format.time(data.requestedAt)}`,
              ],
              [
                t('findings.exceptions.decided-by'),
                data.decidedBy &&
                  [data.decidedBy, format.time(data.decidedAt), data.decisionNote]
                    .filter((part) => part !== null)
                    .join(' · '),
                t('findings.exceptions.undecided'),
              ],
              ...(data.endedAt === null
                ? []
                : [
                    [
                      t('findings.exceptions.ended'),
                      [data.endedBy, format.time(data.endedAt), data.endedReason]
                        .filter((part) => part !== null)
                        .join(' · '),
                    ] as const,
                  ]),
            ]}
          />
        </Section>
      </Stack>
      <Modal
        opened={verb !== null}
        onClose={() => setVerb(null)}
        title={verb === null ? '' : t(`findings.exceptions.${verb}`)}
      >
        {verb !== null && <DecisionForm id={data.id} verb={verb} onDone={() => setVerb(null)} />}
      </Modal>
    </Page>
  );
}

/** What who decides has to know: what it would cover today. */
function DecisionPreview({ exception }: { exception: Exception }) {
  const t = useT();
  const preview = useQuery<ExceptionPreview, ApiProblem>({
    queryKey: ['exceptions', 'preview', exception.covers],
    queryFn: () => api.post('/api/exceptions/preview', { covers: exception.covers }),
    enabled: exception.mayDecide || exception.mayWithdraw,
    retry: false,
  });
  if (preview.error) return <ProblemAlert problem={preview.error} />;
  if (!preview.data) return null;
  return (
    <Section title={t('findings.exceptions.preview')}>
      <PreviewNumbers preview={preview.data} />
    </Section>
  );
}

function DecisionForm({ id, verb, onDone }: { id: number; verb: Verb; onDone: () => void }) {
  const t = useT();
  const [note, setNote] = useState('');
  const decide = useApiAction<void, Exception>({
    run: () =>
      api.post(`/api/exceptions/${id}/${verb}`, note.trim() === '' ? {} : { note: note.trim() }),
    invalidates: [['exceptions'], ...findingQueryKeys],
    successKey: `findings.exceptions.done.${verb}`,
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decide.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t(`findings.exceptions.text.${verb}`)}</Text>
        <Textarea
          label={t('findings.exceptions.note')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={2000}
          autosize
          minRows={2}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={decide.isPending}>
            {t(`findings.exceptions.${verb}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
