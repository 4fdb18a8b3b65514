import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink, useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { SlaBoard, SlaCell } from '../measures/api.ts';
import classes from './exceptions.module.css';
import { ExploitedBadge, SeverityBadge, useTitleOf, worded } from './labels.tsx';

const severities = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;

/** Deadlines by scope and severity, and what is overdue. */
export function SlaPage() {
  const t = useT();
  const [{ scopeId }] = useSearchState({ scopeId: '' });
  useLive(['findings', 'exceptions'], [['findings', 'sla']]);
  const board = useApi<SlaBoard>(['findings', 'sla'], '/api/findings/sla', { scopeId });
  const { data } = board;
  return (
    <Page titleKey="findings.sla.title" subtitle={t('findings.sla.subtitle')}>
      {board.error && <ProblemAlert problem={board.error} onRetry={() => void board.refetch()} />}
      {!data && !board.error && <Skeleton height={320} />}
      {data && (
        <Stack gap="md">
          <Section flush title={t('findings.sla.board')}>
            <Board board={data} />
          </Section>
          <Section flush title={t('findings.sla.overdue')}>
            <Overdue board={data} />
          </Section>
        </Stack>
      )}
    </Page>
  );
}

function Board({ board }: { board: SlaBoard }) {
  const t = useT();
  const format = useFormat();
  const used = severities.filter((name) =>
    board.items.some(({ bySeverity }) => bySeverity.some(({ severity }) => severity === name)),
  );
  const unassessed = board.items
    .filter(({ depth }) => depth === 0)
    .reduce((sum, { notAssessed }) => sum + notAssessed, 0);
  return (
    <>
      {unassessed > 0 && (
        <Alert
          color="amber"
          m="sm"
          icon={<IconInfoCircle size={18} aria-hidden="true" />}
          title={t('findings.sla.unassessed', { count: unassessed })}
        >
          {t('findings.sla.unassessed-text')}
        </Alert>
      )}
      <div className={classes.scroll}>
        <table className={classes.board}>
          <thead>
            <tr>
              <th scope="col">{t('findings.filter.scope')}</th>
              {used.map((name) => (
                <th key={name} scope="col">
                  {t(`findings.severity.${name}`)}
                </th>
              ))}
              <th scope="col">{t('findings.sla.total')}</th>
              <th scope="col">{t('findings.sla.due-this-week')}</th>
              <th scope="col">{t('findings.sla.excepted')}</th>
              <th scope="col">{t('findings.sla.not-assessed')}</th>
            </tr>
          </thead>
          <tbody>
            {board.items.map((scope) => (
              <tr key={scope.scopeId}>
                <th scope="row" style={{ paddingInlineStart: 8 + scope.depth * 18 }}>
                  {scope.name}
                  <Text span display="block" size="xs" c="dimmed" fw={400}>
                    {worded(t, `findings.rule.${scope.profile}`, scope.profile)}
                  </Text>
                </th>
                {used.map((name) => (
                  <td key={name}>
                    <Heat
                      cell={scope.bySeverity.find(({ severity }) => severity === name)}
                      scopeId={scope.scopeId}
                      severity={name}
                      assessed={scope.notAssessed < scope.endpoints}
                    />
                  </td>
                ))}
                <td>
                  <Heat
                    cell={scope.total}
                    scopeId={scope.scopeId}
                    assessed={scope.notAssessed < scope.endpoints}
                  />
                </td>
                <td>
                  <Plain
                    value={scope.total.dueThisWeek}
                    href={`/findings?due=this-week&scopeId=${scope.scopeId}`}
                  />
                </td>
                <td>
                  <Plain
                    value={scope.total.excepted}
                    href={`/findings?state=excepted&scopeId=${scope.scopeId}`}
                  />
                </td>
                <td>
                  <span className={classes.none}>
                    {t('findings.sla.of', {
                      count: format.number(scope.notAssessed),
                      all: format.number(scope.endpoints),
                    })}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface HeatProps {
  cell: SlaCell | undefined;
  scopeId: string;
  severity?: (typeof severities)[number];
  /** False: nothing was assessed there, so that nothing is not zero. */
  assessed: boolean;
}

/** Overdue of open, and by how many days: the more, the hotter. */
function Heat({ cell, scopeId, severity, assessed }: HeatProps) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  if (cell === undefined || cell.open === 0) {
    return <span className={classes.none}>{assessed ? '0' : '—'}</span>;
  }
  const params = new URLSearchParams({
    scopeId,
    ...(severity === undefined ? {} : { severity }),
    ...(cell.overdue > 0 ? { due: 'overdue' } : {}),
  });
  const heat = cell.exploitedOverdue > 0 ? 3 : cell.overdue > 0 ? 2 : cell.dueThisWeek > 0 ? 1 : 0;
  return (
    <a className={classes.heat} data-heat={heat} href={`/findings?${params}`} onClick={onClick}>
      <strong>
        {cell.overdue > 0
          ? t('findings.sla.overdue-of', {
              overdue: format.number(cell.overdue),
              open: format.number(cell.open),
            })
          : format.number(cell.open)}
      </strong>
      <span className={classes.heatNote}>
        {cell.oldestOverdueDays === null
          ? t('findings.sla.in-time')
          : t('findings.sla.days', { days: cell.oldestOverdueDays })}
      </span>
    </a>
  );
}

function Plain({ value, href }: { value: number; href: string }) {
  const format = useFormat();
  const onClick = useLinkClick();
  if (value === 0) return <span className={classes.none}>0</span>;
  return (
    <a className={classes.heat} href={href} onClick={onClick}>
      <strong>{format.number(value)}</strong>
    </a>
  );
}

function Overdue({ board }: { board: SlaBoard }) {
  const t = useT();
  const format = useFormat();
  const titleOf = useTitleOf();
  if (board.overdue.length === 0) {
    return (
      <EmptyState
        title={t('findings.sla.none-overdue')}
        text={t('findings.sla.none-overdue-text')}
      />
    );
  }
  return (
    <div className={classes.scroll}>
      <table className={classes.overdue}>
        <thead>
          <tr>
            <th scope="col">{t('findings.sla.days-left')}</th>
            <th scope="col">{t('findings.column.weakness-id')}</th>
            <th scope="col">{t('findings.column.severity')}</th>
            <th scope="col" className={classes.right}>
              {t('findings.title')}
            </th>
            <th scope="col" className={classes.right}>
              {t('findings.column.asset')}
            </th>
          </tr>
        </thead>
        <tbody>
          {board.overdue.map((row) => (
            <tr key={row.weakness}>
              <td className={classes.late}>{t('findings.sla.days', { days: row.daysLeft })}</td>
              <td>
                <AppLink
                  href={`/findings?due=overdue&weakness=${encodeURIComponent(row.weakness)}`}
                  inherit
                >
                  {row.weakness}
                </AppLink>{' '}
                {row.exploited && <ExploitedBadge ransomware={null} />}
                <div>
                  <Dim>{titleOf(row)}</Dim>
                </div>
              </td>
              <td>
                <SeverityBadge severity={row.severity === 'unknown' ? null : row.severity} />
              </td>
              <td className={classes.right}>{format.number(row.findings)}</td>
              <td className={classes.right}>{format.number(row.assets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
