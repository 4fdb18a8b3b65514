import {
  Alert,
  Button,
  Checkbox,
  Group,
  Select,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFlame } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type ApiProblem, api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useGo, useSearchState } from '../../../platform/web/page.ts';
import { Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useScopes } from '../../../platform/web/scopes.ts';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';
import { useHolds, useUser } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { FindingDetails } from '../api.ts';
import type {
  Exception,
  ExceptionCovers,
  ExceptionPreview,
  ExceptionRequest,
} from '../exceptions/api.ts';
import classes from './exceptions.module.css';
import { tomorrow } from './instants.ts';
import { severityNames } from './labels.tsx';

const kinds = ['vulnerability', 'end-of-life'] as const;
const findingClasses = ['normal', 'unimportant', 'unsupported', 'not-running-kernel'] as const;
const inAYear = () => tomorrow(new Date(Date.now() + 364 * 86_400_000));

/** Asks for an exception; with `?finding=` for the weakness and the endpoint of that one. */
export function ExceptionAskPage() {
  const t = useT();
  const [{ finding }] = useSearchState({ finding: '' });
  const subject = useApi<FindingDetails>(
    ['finding', finding],
    finding === '' ? null : `/api/findings/${encodeURIComponent(finding)}`,
  );
  return (
    <Page
      titleKey="findings.exceptions.ask"
      subtitle={t('findings.exceptions.ask-text')}
      breadcrumbs={[{ label: t('findings.exceptions.title'), href: '/exceptions' }]}
    >
      {subject.error && <ProblemAlert problem={subject.error} />}
      {finding !== '' && subject.isPending ? (
        <Skeleton height={420} />
      ) : (
        <AskForm key={finding} subject={subject.data} />
      )}
    </Page>
  );
}

/** Of this one finding: its weakness, on its endpoint. */
function coversOf(subject: FindingDetails | undefined): ExceptionCovers {
  if (subject === undefined) return {};
  const { weakness, assetKind, assetName, scopeId } = subject;
  const name = assetName.replaceAll(/["\\]/g, (letter) => `\\${letter}`);
  return {
    scopeId,
    weakness: weakness.key,
    ...(assetKind === 'endpoint' ? { selector: `hostname:"${name}"` } : {}),
  };
}

function AskForm({ subject }: { subject: FindingDetails | undefined }) {
  const t = useT();
  const go = useGo();
  const { scopeIds } = useUser();
  const { options } = useScopes();
  const mayHide = useHolds('findings:administer');
  const [covers, setCovers] = useState<ExceptionCovers>(() => coversOf(subject));
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const [control, setControl] = useState('');
  const set = (patch: { [Name in keyof ExceptionCovers]?: ExceptionCovers[Name] | undefined }) =>
    setCovers(
      (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...patch }).filter(([, value]) => value !== undefined),
        ) as ExceptionCovers,
    );
  const [asked] = useDebouncedValue(covers, 400);
  const namesAny = [
    asked.weakness,
    asked.package,
    asked.kind,
    asked.class,
    asked.severityAtMost,
  ].some((part) => part !== undefined);
  const preview = useQuery<ExceptionPreview, ApiProblem>({
    queryKey: ['exceptions', 'preview', asked],
    queryFn: () => api.post('/api/exceptions/preview', { covers: asked }),
    enabled: namesAny,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const send = useApiAction<ExceptionRequest, Exception>({
    run: (body) => api.post('/api/exceptions', body),
    invalidates: [['exceptions']],
    successKey: 'findings.exceptions.asked',
    onSuccess: ({ id }) => go(`/exceptions/${id}`),
  });
  const isComplete =
    namesAny && reason.trim() !== '' && until >= tomorrow(new Date()) && !preview.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete) return;
    send.mutate({
      covers,
      reason: reason.trim(),
      until,
      ...(control.trim() === '' ? {} : { compensatingControl: control.trim() }),
    });
  };
  const word = (value: string) => (value.trim() === '' ? undefined : value.trim());
  return (
    <form onSubmit={submit} className={classes.form}>
      <Stack gap="md">
        <Section title={t('findings.exceptions.which')}>
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {t('findings.exceptions.which-text')}
            </Text>
            <div className={classes.pair}>
              <TextInput
                label={t('findings.column.weakness-id')}
                placeholder="CVE-2026-0001"
                maxLength={200}
                value={covers.weakness ?? ''}
                onChange={(event) => set({ weakness: word(event.currentTarget.value) })}
              />
              <TextInput
                label={t('findings.exceptions.package')}
                description={t('findings.exceptions.package-hint')}
                maxLength={300}
                value={covers.package?.name ?? ''}
                onChange={(event) => {
                  const name = word(event.currentTarget.value);
                  set({ package: name === undefined ? undefined : { name } });
                }}
              />
              <Select
                label={t('findings.exceptions.severity-at-most')}
                description={t('findings.exceptions.severity-hint')}
                clearable
                data={severityNames.map((name) => ({
                  value: name,
                  label: t(`findings.severity.${name}`),
                }))}
                value={covers.severityAtMost ?? null}
                onChange={(value) =>
                  set({ severityAtMost: severityNames.find((name) => name === value) })
                }
              />
              <Select
                label={t('findings.kind')}
                clearable
                data={kinds.map((name) => ({ value: name, label: t(`findings.kind.${name}`) }))}
                value={covers.kind ?? null}
                onChange={(value) => set({ kind: kinds.find((name) => name === value) })}
              />
              <Select
                label={t('findings.column.class')}
                clearable
                data={findingClasses.map((name) => ({
                  value: name,
                  label: t(`findings.class.${name}`),
                }))}
                value={covers.class ?? null}
                onChange={(value) => set({ class: findingClasses.find((name) => name === value) })}
              />
            </div>
          </Stack>
        </Section>
        <Section title={t('findings.exceptions.where')}>
          <Stack gap="sm">
            <Select
              label={t('findings.filter.scope')}
              description={t('findings.exceptions.scope-hint')}
              clearable={scopeIds === null}
              data={options}
              value={covers.scopeId ?? null}
              onChange={(value) => set({ scopeId: value ?? undefined })}
            />
            <div>
              <Text size="sm" fw={500} mb={4}>
                {t('findings.exceptions.selector')}
              </Text>
              <SelectorBox
                value={covers.selector ?? ''}
                onChange={(selector) => set({ selector: word(selector) })}
                label={t('findings.exceptions.selector')}
              />
            </div>
            <Checkbox
              label={t('findings.exceptions.also-new')}
              description={t('findings.exceptions.also-new-hint')}
              checked={covers.alsoNew ?? false}
              onChange={(event) => set({ alsoNew: event.currentTarget.checked })}
            />
            <Checkbox
              label={t('findings.exceptions.covers-exploited')}
              description={t('findings.exceptions.covers-exploited-hint')}
              disabled={!mayHide}
              checked={covers.coversExploited ?? false}
              onChange={(event) => set({ coversExploited: event.currentTarget.checked })}
            />
          </Stack>
        </Section>
        <Section title={t('findings.exceptions.why')}>
          <Stack gap="sm">
            <TextInput
              type="date"
              label={t('findings.exceptions.until')}
              description={t('findings.exceptions.until-hint')}
              min={tomorrow(new Date())}
              max={inAYear()}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
              required
            />
            <Textarea
              label={t('findings.exceptions.reason')}
              description={t('findings.exceptions.reason-hint')}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={2000}
              autosize
              minRows={2}
              required
            />
            <Textarea
              label={t('findings.exceptions.control')}
              description={t('findings.exceptions.control-hint')}
              value={control}
              onChange={(event) => setControl(event.currentTarget.value)}
              maxLength={2000}
              autosize
              minRows={2}
            />
            <Group justify="flex-end">
              <Button type="submit" loading={send.isPending} disabled={!isComplete}>
                {t('findings.exceptions.ask-do')}
              </Button>
            </Group>
          </Stack>
        </Section>
      </Stack>
      <div className={classes.aside}>
        <Section title={t('findings.exceptions.preview')}>
          {!namesAny ? (
            <Text size="sm" c="dimmed">
              {t('findings.exceptions.preview-none')}
            </Text>
          ) : preview.error ? (
            <ProblemAlert problem={preview.error} />
          ) : preview.data ? (
            <PreviewNumbers preview={preview.data} />
          ) : (
            <Skeleton height={140} />
          )}
        </Section>
      </div>
    </form>
  );
}

/** What it would cover now, with a warning where something exploited is among it. */
export function PreviewNumbers({ preview }: { preview: ExceptionPreview }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const { endpoints, applications, findings, affectedAssets, exploited, examples } = preview;
  return (
    <Stack gap="sm">
      <Text size="sm">{preview.sentence[language]}</Text>
      <div>
        <span className={classes.number}>{format.number(findings)}</span>{' '}
        <Text span size="sm">
          {t('findings.exceptions.preview-findings', { assets: format.number(affectedAssets) })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('findings.exceptions.preview-among', {
            endpoints: format.number(endpoints),
            applications: format.number(applications),
          })}
        </Text>
      </div>
      {exploited > 0 && (
        <Alert
          color={preview.exploitedCovered ? 'crimson' : 'amber'}
          icon={<IconFlame size={18} aria-hidden="true" />}
          title={t(
            preview.exploitedCovered
              ? 'findings.exceptions.hides-exploited'
              : 'findings.exceptions.leaves-exploited',
            { count: exploited },
          )}
        >
          {preview.exploitedWeaknesses.join(', ')}
        </Alert>
      )}
      {examples.length > 0 && (
        <ul className={classes.examples}>
          {examples.map(({ findingId, weakness, assetName }) => (
            <li key={findingId}>
              <AppLink href={`/findings/${findingId}`} inherit>
                {weakness}
              </AppLink>{' '}
              {assetName}
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
