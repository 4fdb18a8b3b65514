import { Button, Modal, Select, Skeleton, Stack, Text } from '@mantine/core';
import { IconCalendarCog } from '@tabler/icons-react';
import { useState } from 'react';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useLive } from '../../../platform/web/live.ts';
import { notifySuccess } from '../../../platform/web/notify.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { DueProfileChange, DueProfileChanged, ScopeDueProfile } from '../api.ts';
import { findingQueryKeys } from './change-findings.tsx';
import classes from './findings.module.css';

const profileNames = ['bod-26-04', 'kev-dates', 'severity-days'] as const;
const inherit = 'inherit';

/** For administrators: by which rules the findings of each scope are due. */
export function DueRules() {
  const t = useT();
  const mayAdminister = useHolds('findings:administer');
  const [isOpen, setIsOpen] = useState(false);
  if (!mayAdminister) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCalendarCog size={16} aria-hidden="true" />}
        onClick={() => setIsOpen(true)}
      >
        {t('findings.rules')}
      </Button>
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title={t('findings.rules')} size="xl">
        <RulesOfScopes />
      </Modal>
    </>
  );
}

function RulesOfScopes() {
  const t = useT();
  const queryKey = ['due-profiles'];
  useLive(['findings', 'scopes'], [queryKey]);
  const answer = useApi<ListAnswer<ScopeDueProfile>>(queryKey, '/api/due-profiles');
  return (
    <Stack gap="md">
      <Text size="sm">{t('findings.rules.text')}</Text>
      <dl className={classes.rules}>
        {profileNames.map((name) => (
          <div key={name}>
            <dt>{t(`findings.rule.${name}`)}</dt>
            <dd>{t(`findings.rule-text.${name}`)}</dd>
          </div>
        ))}
      </dl>
      {answer.error && (
        <ProblemAlert problem={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <Skeleton height={120} />}
      {answer.data && (
        <ul className={classes.ruleScopes}>
          {answer.data.items.map((scope) => (
            <RuleOfScope key={scope.scopeId} scope={scope} />
          ))}
        </ul>
      )}
    </Stack>
  );
}

function RuleOfScope({ scope }: { scope: ScopeDueProfile }) {
  const t = useT();
  const { scopeId, name, depth, own, effective } = scope;
  const change = useApiAction<DueProfileChange['profile'], DueProfileChanged>({
    run: (profile) => api.put(`/api/due-profiles/${scopeId}`, { profile }),
    invalidates: [['due-profiles'], ...findingQueryKeys],
    onSuccess: ({ moved }) => notifySuccess(t('findings.rules.done', { count: moved })),
  });
  // While it is being saved: what was chosen, not what was.
  const shown = change.isPending ? change.variables : own;
  return (
    <li className={classes.ruleScope}>
      <span className={classes.ruleName} style={{ paddingInlineStart: depth * 20 }}>
        {name}
      </span>
      <Select
        className={classes.ruleSelect}
        size="sm"
        aria-label={t('findings.rules.of', { name })}
        allowDeselect={false}
        disabled={change.isPending}
        data={[
          {
            value: inherit,
            // What it would inherit is known only while it does.
            label:
              own === null
                ? t('findings.rules.inherits', { rule: t(`findings.rule.${effective}`) })
                : t('findings.rules.inherit'),
          },
          ...profileNames.map((value) => ({ value, label: t(`findings.rule.${value}`) })),
        ]}
        value={shown ?? inherit}
        onChange={(chosen) => {
          const profile = profileNames.find((value) => value === chosen) ?? null;
          if (profile !== own) change.mutate(profile);
        }}
      />
    </li>
  );
}
