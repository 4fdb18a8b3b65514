import { Badge, Tooltip } from '@mantine/core';
import { IconFlame } from '@tabler/icons-react';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { type Translate, useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Finding } from '../api.ts';
import classes from './findings.module.css';
import { dayAsTime } from './instants.ts';

export const severityNames = ['critical', 'high', 'medium', 'low', 'none'] as const;
export const stateNames = [
  'open',
  'planned',
  'in-progress',
  'awaiting-proof',
  'under-investigation',
  'excepted',
  'fixed-claimed',
  'not-affected',
  'closed',
] as const satisfies readonly Finding['state'][];
export const classNames = [
  'normal',
  'unimportant',
  'unsupported',
  'not-running-kernel',
] as const satisfies readonly Finding['class'][];

/** Words that came from the server as a code: ours where we have them, else the code. */
export function worded(t: Translate, key: string, code: string): string {
  return t.has(key) ? t(key) : code;
}

const severityColors = {
  critical: 'crimson',
  high: 'ember',
  medium: 'amber',
  low: 'gray',
  none: 'gray',
} as const;

/** `score`: the CVSS base score, where there is one. */
export function SeverityBadge({
  severity,
  score,
}: {
  severity: Finding['weakness']['severity'];
  score?: number | null;
}) {
  const t = useT();
  if (severity === null) {
    return (
      <Tooltip label={t('findings.severity-hint.unknown')} multiline maw={320}>
        <Badge variant="outline" className={classes.still}>
          {t('findings.severity.unknown')}
        </Badge>
      </Tooltip>
    );
  }
  return (
    <Badge
      variant={severity === 'critical' ? 'filled' : 'light'}
      color={severityColors[severity]}
      className={classes.still}
    >
      {t(`findings.severity.${severity}`)}
      {score !== null && score !== undefined && ` ${score.toFixed(1)}`}
    </Badge>
  );
}

/** Listed in CISA KEV. */
export function ExploitedBadge({ ransomware }: { ransomware: boolean | null }) {
  const t = useT();
  const hint = t(ransomware ? 'findings.exploited-hint.ransomware' : 'findings.exploited-hint');
  return (
    <Tooltip label={hint} multiline maw={320}>
      <Badge
        variant="filled"
        color="crimson"
        className={classes.still}
        leftSection={<IconFlame size={12} aria-hidden="true" />}
      >
        {t('findings.exploited')}
      </Badge>
    </Tooltip>
  );
}

const stateColors: Record<Finding['state'], string> = {
  open: 'ember',
  planned: 'amber',
  'in-progress': 'amber',
  'awaiting-proof': 'moss',
  'under-investigation': 'amber',
  excepted: 'gray',
  'fixed-claimed': 'gray',
  'not-affected': 'gray',
  closed: 'moss',
};

/** Where a finding stands; while its endpoint is silent, neither open nor closed is said. */
export function StateLabel({ finding }: { finding: Pick<Finding, 'state' | 'stale'> }) {
  const t = useT();
  const { state, stale } = finding;
  if (stale) {
    return (
      <Tooltip label={t('findings.stale-hint')} multiline maw={320}>
        <span className={classes.stale}>
          <Badge variant="outline" className={classes.still}>
            {t('findings.stale')}
          </Badge>
          {state !== 'open' && <Dim>{t(`findings.state.${state}`)}</Dim>}
        </span>
      </Tooltip>
    );
  }
  return (
    <Tooltip label={t(`findings.state-hint.${state}`)} multiline maw={320}>
      <Badge
        variant={state === 'excepted' || state === 'not-affected' ? 'outline' : 'light'}
        color={stateColors[state]}
        className={classes.still}
      >
        {t(`findings.state.${state}`)}
      </Badge>
    </Tooltip>
  );
}

/** The day, and how many are left until or have passed since. */
export function DueLabel({
  finding,
  inline = false,
}: {
  finding: Pick<Finding, 'dueOn' | 'daysLeft' | 'state'>;
  inline?: boolean;
}) {
  const t = useT();
  const format = useFormat();
  const { dueOn, daysLeft, state } = finding;
  if (dueOn === null || daysLeft === null) return <Dim>{t('findings.due.next-upgrade')}</Dim>;
  const isOver = state === 'closed';
  return (
    <span className={inline ? classes.dueInline : classes.due}>
      <span className={classes.number}>{format.date(dayAsTime(dueOn))}</span>
      {!isOver && (
        <span
          className={classes.daysLeft}
          data-tone={daysLeft < 0 ? 'over' : daysLeft < 7 ? 'soon' : undefined}
        >
          {daysLeftText(daysLeft, t)}
        </span>
      )}
    </span>
  );
}

export function daysLeftText(daysLeft: number, t: Translate): string {
  if (daysLeft < 0) return t('findings.due.overdue', { count: -daysLeft });
  return daysLeft === 0 ? t('findings.due.today') : t('findings.due.left', { count: daysLeft });
}

/** The first package to upgrade, and how many more there are. */
export function FixText({ finding: { fix, fixes } }: { finding: Finding }) {
  const t = useT();
  if (fix === null) return <Dim>{t('findings.no-fix')}</Dim>;
  const all = fixes.map(({ name, version }) => `${name} ${version ?? t('findings.no-fix')}`);
  return (
    <span className={classes.twoLines}>
      <span className={classes.oneLine} title={all.join('\n')}>
        {fix.name}
        {fixes.length > 1 && <strong> +{fixes.length - 1}</strong>}
      </span>
      <span className={classes.version} title={fix.version}>
        {fix.version}
      </span>
    </span>
  );
}

/** A probability over 30 days; null: not scored. */
export function useEpssText(): (epss: number | null) => string {
  const t = useT();
  const format = useFormat();
  return (epss) => (epss === null ? t('findings.not-scored') : format.percent(epss));
}

/** The title of a weakness in the reader's language, where there is one. */
export function useTitleOf(): (weakness: { title: string; titleJa: string | null }) => string {
  const language = useLanguage();
  return ({ title, titleJa }) => (language === 'ja' ? (titleJa ?? title) : title);
}
