import { Badge, Tooltip } from '@mantine/core';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign, CampaignState, ProofState, TargetState } from '../api.ts';
import classes from './remediation.module.css';
import { proofStates, segmentsOf, targetStates } from './states.ts';

const places = [
  ['campaigns', '/campaigns'],
  ['rules', '/patch-rules'],
] as const;

/** The two lists of this module, one click from each other. */
export function RemediationPlaces({ here }: { here: (typeof places)[number][0] }) {
  const t = useT();
  const onClick = useLinkClick();
  return (
    <nav aria-label={t('remediation.places')}>
      <ul className={classes.places}>
        {places.map(([name, href]) => (
          <li key={name}>
            <a
              href={href}
              onClick={onClick}
              className={classes.place}
              aria-current={name === here ? 'page' : undefined}
            >
              {t(`remediation.place.${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const campaignColors: Record<CampaignState, string> = {
  draft: 'gray',
  'awaiting-approval': 'amber',
  running: 'ember',
  paused: 'amber',
  halted: 'crimson',
  finished: 'moss',
  cancelled: 'gray',
};

export function CampaignBadge({ state }: { state: CampaignState }) {
  const t = useT();
  return (
    <Tooltip label={t(`remediation.state-hint.${state}`)} multiline maw={320}>
      <Badge
        variant={state === 'halted' ? 'filled' : state === 'draft' ? 'outline' : 'light'}
        color={campaignColors[state]}
        className={classes.still}
        data-campaign-state={state}
      >
        {t(`remediation.state.${state}`)}
      </Badge>
    </Tooltip>
  );
}

/** Null: drawn as a pattern, see the style sheet. */
const targetColors: Record<TargetState, string | null> = {
  done: 'moss',
  'reboot-pending': 'amber',
  running: 'ember',
  delivered: null,
  queued: null,
  waiting: null,
  offline: null,
  'no-effect': 'amber',
  failed: 'crimson',
  refused: 'crimson',
  expired: 'amber',
  'no-agent': 'gray',
  excluded: 'gray',
  cancelled: 'gray',
};
const outlined: readonly string[] = [
  'waiting',
  'queued',
  'offline',
  'no-agent',
  'excluded',
  'cancelled',
  'not-due',
  'unknown',
];

export function TargetBadge({ state }: { state: TargetState }) {
  const t = useT();
  return (
    <Tooltip label={t(`remediation.target-hint.${state}`)} multiline maw={340}>
      <Badge
        variant={outlined.includes(state) ? 'outline' : 'light'}
        color={targetColors[state] ?? 'gray'}
        className={classes.still}
        data-target-state={state}
      >
        {t(`remediation.target.${state}`)}
      </Badge>
    </Tooltip>
  );
}

const proofColors: Record<ProofState, string | null> = {
  'still-there': 'crimson',
  proved: 'moss',
  waiting: 'amber',
  unknown: null,
  'not-due': null,
};

export function ProofBadge({ proof }: { proof: ProofState }) {
  const t = useT();
  return (
    <Tooltip label={t(`remediation.proof-hint.${proof}`)} multiline maw={340}>
      <Badge
        variant={
          proof === 'still-there' ? 'filled' : outlined.includes(proof) ? 'outline' : 'light'
        }
        color={proofColors[proof] ?? 'gray'}
        className={classes.still}
        data-proof={proof}
      >
        {t(`remediation.proof.${proof}`)}
      </Badge>
    </Tooltip>
  );
}

const shadeOf: Readonly<Record<string, string>> = { excluded: '6', cancelled: '8', expired: '4' };

const fillOf = (color: string | null, name: string) =>
  color === null
    ? {}
    : { backgroundColor: `var(--mantine-color-${color}-${shadeOf[name] ?? 'filled'})` };

type By = 'target' | 'proof';
type Counts = Readonly<Record<string, number>>;

function partsOf(by: By, counts: Counts) {
  const { segments, unnamed } =
    by === 'target' ? segmentsOf(counts, targetStates) : segmentsOf(counts, proofStates);
  const colors: Readonly<Record<string, string | null>> =
    by === 'target' ? targetColors : proofColors;
  return {
    unnamed,
    segments: segments.map(({ name, count }) => ({
      name,
      count,
      fill: fillOf(colors[name] ?? null, name),
    })),
  };
}

/** Every endpoint in one bar, by what the agent says (`target`) or by what was observed. */
export function StateBar({
  by,
  counts,
  large = false,
}: {
  by: By;
  counts: Counts;
  large?: boolean;
}) {
  const t = useT();
  const format = useFormat();
  const { segments } = partsOf(by, counts);
  return (
    <span
      className={classes.bar}
      data-size={large ? 'large' : undefined}
      role="img"
      aria-label={segments
        .map(({ name, count }) => `${t(`remediation.${by}.${name}`)} ${format.number(count)}`)
        .join(t('remediation.list-separator'))}
    >
      {segments.map(({ name, count, fill }) => (
        <span
          key={name}
          className={classes.segment}
          data-name={name}
          style={{ flex: `${count} 1 0`, ...fill }}
        />
      ))}
    </span>
  );
}

/** The same in numbers; each opens its endpoints. */
export function StateLegend({
  by,
  counts,
  chosen,
  hrefOf,
}: {
  by: By;
  counts: Counts;
  chosen?: string;
  hrefOf: (name: string) => string;
}) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  const { segments, unnamed } = partsOf(by, counts);
  return (
    <ul className={classes.legend} aria-label={t(`remediation.by.${by}`)}>
      {segments.map(({ name, count, fill }) => (
        <li key={name} data-count-of={name}>
          <Tooltip
            label={t(`remediation.${by}-hint.${name}`)}
            multiline
            maw={340}
            position="bottom"
          >
            <a
              href={hrefOf(name)}
              onClick={onClick}
              className={classes.legendItem}
              data-chosen={chosen === name || undefined}
            >
              <span
                className={`${classes.swatch} ${classes.segment}`}
                data-name={name}
                style={fill}
                aria-hidden="true"
              />
              {t(`remediation.${by}.${name}`)}
              <span className={classes.legendCount}>{format.number(count)}</span>
            </a>
          </Tooltip>
        </li>
      ))}
      {unnamed > 0 && (
        <li>
          <span className={classes.legendItem}>
            {t('remediation.other-states')}
            <span className={classes.legendCount}>{format.number(unnamed)}</span>
          </span>
        </li>
      )}
    </ul>
  );
}

/** For the cell of a list: how many are done (or proved), of how many, and the bar. */
export function StateCell({ by, campaign }: { by: By; campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const { targeted, byState, byProof } = campaign;
  if (targeted === 0) return <Dim>{t('remediation.no-target')}</Dim>;
  const counts = by === 'target' ? byState : byProof;
  const reached = (by === 'target' ? byState['done'] : byProof['proved']) ?? 0;
  const stillThere = byProof['still-there'] ?? 0;
  return (
    <span className={classes.barCell}>
      <span className={classes.barCellText}>
        <span>
          {t(by === 'target' ? 'remediation.done-of' : 'remediation.proved-of', {
            part: format.number(reached),
            whole: format.number(targeted),
          })}
        </span>
        {by === 'proof' && stillThere > 0 && (
          <strong className={classes.bad}>
            {t('remediation.still-there-count', { count: stillThere })}
          </strong>
        )}
      </span>
      <StateBar by={by} counts={counts} />
    </span>
  );
}
