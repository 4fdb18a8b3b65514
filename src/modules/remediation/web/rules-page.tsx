import { Badge, Button, Group, Select, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { IconChartBar, IconRobot } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { ConfirmButton, Dim, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { PatchRule, PatchRuleChange, RuleSimulation } from '../api.ts';
import classes from './remediation.module.css';
import { SimulationResult } from './simulation-result.tsx';
import { RemediationPlaces } from './state-parts.tsx';

const rulesKey = ['patch-rules'] as const;
const simulatedDays = [30, 90, 180, 365] as const;

/** Rules that make campaigns by themselves: on or off, where, and what they would have done. */
export function RulesPage() {
  const t = useT();
  useLive(['patch-rules', 'campaigns'], [rulesKey]);
  const rules = useApi<{ items: PatchRule[] }>(rulesKey, '/api/patch-rules');
  return (
    <Page titleKey="remediation.rules.title" subtitle={t('remediation.rules.subtitle')}>
      <RemediationPlaces here="rules" />
      {rules.error ? (
        <ProblemAlert problem={rules.error} onRetry={() => void rules.refetch()} />
      ) : !rules.data ? (
        <Skeleton height={240} />
      ) : rules.data.items.length === 0 ? (
        <EmptyState
          icon={<IconRobot size={40} stroke={1.3} aria-hidden="true" />}
          title={t('remediation.rules.empty-title')}
          text={t('remediation.rules.empty-text')}
        />
      ) : (
        <div className={classes.rules}>
          {rules.data.items.map((rule) => (
            <RuleSection key={rule.key} rule={rule} />
          ))}
        </div>
      )}
    </Page>
  );
}

function RuleSection({ rule }: { rule: PatchRule }) {
  const t = useT();
  const language = useLanguage();
  const { options, namesOf } = useScopes();
  const mayChange = useHolds('campaigns:administer');
  const { key, title, description, enabled, scopeId, lastRunAt, lastCampaignId } = rule;
  const change = useApiAction<Partial<PatchRuleChange>, unknown>({
    run: (patch) =>
      api.put(`/api/patch-rules/${encodeURIComponent(key)}`, { enabled, scopeId, ...patch }),
    invalidates: [rulesKey],
    successKey: 'remediation.rules.saved',
  });
  return (
    <Section>
      <div className={classes.ruleHead} data-rule={key} data-enabled={enabled}>
        <div className={classes.ruleWords}>
          <Group gap="xs">
            <Text fw={650} size="lg">
              {title[language]}
            </Text>
            <Badge
              variant={enabled ? 'light' : 'outline'}
              color={enabled ? 'moss' : 'gray'}
              className={classes.still}
            >
              {t(enabled ? 'remediation.rules.on' : 'remediation.rules.off')}
            </Badge>
          </Group>
          <Text size="sm" mt={4}>
            {description[language]}
          </Text>
          <Text size="sm" c="dimmed" mt={6} component="div">
            {lastRunAt === null ? (
              t('remediation.rules.never')
            ) : (
              <>
                {t('remediation.rules.last')} <Age at={lastRunAt} />
                {lastCampaignId !== null && (
                  <>
                    {' · '}
                    <AppLink href={`/campaigns/${lastCampaignId}`} inherit>
                      {t('remediation.rules.last-campaign')}
                    </AppLink>
                  </>
                )}
              </>
            )}
          </Text>
        </div>
        <Group gap="sm" align="flex-end">
          {mayChange ? (
            <>
              <Select
                label={t('remediation.rules.scope')}
                data={options}
                placeholder={t('shell.all-scopes')}
                value={scopeId}
                onChange={(value) => change.mutate({ scopeId: value })}
                disabled={change.isPending}
                clearable
                w={220}
              />
              {enabled ? (
                <Switch
                  label={t('remediation.rules.enabled')}
                  checked
                  disabled={change.isPending}
                  onChange={() => change.mutate({ enabled: false })}
                  pb={8}
                />
              ) : (
                <ConfirmButton
                  variant="filled"
                  title={t('remediation.rules.enable-title', { title: title[language] })}
                  text={t('remediation.rules.enable-text', {
                    scope: scopeId === null ? t('shell.all-scopes') : namesOf([scopeId]),
                  })}
                  loading={change.isPending}
                  onConfirm={() => change.mutate({ enabled: true })}
                >
                  {t('remediation.rules.enable')}
                </ConfirmButton>
              )}
            </>
          ) : (
            <Text size="sm">
              <Dim>{t('remediation.rules.scope')}:</Dim>{' '}
              {scopeId === null ? t('shell.all-scopes') : namesOf([scopeId])}
            </Text>
          )}
        </Group>
      </div>
      <Simulation rule={rule} />
    </Section>
  );
}

function Simulation({ rule: { key } }: { rule: PatchRule }) {
  const t = useT();
  const format = useFormat();
  const [days, setDays] = useState<number>(90);
  const simulate = useApiAction<number, RuleSimulation>({
    run: (span) =>
      api.post<RuleSimulation>(`/api/patch-rules/${encodeURIComponent(key)}/simulate`, {
        days: span,
      }),
    silentFailure: true,
  });
  return (
    <Stack gap="sm" mt="md">
      <Group gap="xs">
        <Select
          size="xs"
          aria-label={t('remediation.rules.span')}
          data={simulatedDays.map((span) => ({
            value: String(span),
            label: t('remediation.rules.last-days', { count: span, number: format.number(span) }),
          }))}
          value={String(days)}
          onChange={(value) => setDays(Number(value ?? 90))}
          allowDeselect={false}
          w={140}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconChartBar size={15} aria-hidden="true" />}
          loading={simulate.isPending}
          onClick={() => simulate.mutate(days)}
        >
          {t('remediation.rules.simulate')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('remediation.rules.simulate-hint')}
        </Text>
      </Group>
      {simulate.error && <ProblemAlert problem={simulate.error} />}
      {simulate.data && <SimulationResult simulation={simulate.data} />}
    </Stack>
  );
}
