import { Badge, Tooltip } from '@mantine/core';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { OutcomeName, Preview, Progress, Question, QuestionState } from '../api.ts';
import type { ChosenEndpoints } from './draft.ts';
import { outcomeOf, type SegmentName, segmentColors, segmentsOf, settledOf } from './outcomes.ts';
import classes from './questions.module.css';
import { intervalOf, shortSpan } from './spans.ts';

const places = [
  ['questions', '/questions'],
  ['library', '/questions/library'],
  ['schedules', '/questions/schedules'],
] as const;

/** The three lists of live questions, one click from each other. */
export function QuestionPlaces({ here }: { here: (typeof places)[number][0] }) {
  const t = useT();
  const onClick = useLinkClick();
  return (
    <nav aria-label={t('questions.places')}>
      <ul className={classes.places}>
        {places.map(([name, href]) => (
          <li key={name}>
            <a
              href={href}
              onClick={onClick}
              className={classes.place}
              aria-current={name === here ? 'page' : undefined}
            >
              {t(`questions.place.${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const stateColors: Record<QuestionState, string> = {
  open: 'ember',
  finished: 'moss',
  expired: 'amber',
  cancelled: 'gray',
};

export function StateBadge({ state }: { state: QuestionState }) {
  const t = useT();
  return (
    <Tooltip label={t(`questions.state-hint.${state}`)} multiline maw={320}>
      <Badge variant="light" color={stateColors[state]} className={classes.still}>
        {t(`questions.state.${state}`)}
      </Badge>
    </Tooltip>
  );
}

const outcomeColors: Record<OutcomeName, string> = {
  answered: 'moss',
  'not-applicable': 'gray',
  failed: 'crimson',
  denylisted: 'crimson',
  refused: 'ember',
  'timed-out': 'amber',
  expired: 'amber',
  cancelled: 'gray',
  gone: 'gray',
  delivered: 'gray',
  queued: 'gray',
};
const unsettled: readonly OutcomeName[] = ['queued', 'delivered', 'not-applicable', 'gone'];

export function OutcomeBadge({ outcome }: { outcome: OutcomeName }) {
  const t = useT();
  return (
    <Tooltip label={t(`questions.outcome-hint.${outcome}`)} multiline maw={340}>
      <Badge
        variant={unsettled.includes(outcome) ? 'outline' : 'light'}
        color={outcomeColors[outcome]}
        className={classes.still}
      >
        {t(`questions.outcome.${outcome}`)}
      </Badge>
    </Tooltip>
  );
}

const costColors: Record<Preview['cost'], string> = {
  low: 'moss',
  medium: 'amber',
  high: 'crimson',
};

export function CostBadge({ cost }: { cost: Preview['cost'] }) {
  const t = useT();
  return (
    <Badge variant="light" color={costColors[cost]} className={classes.still}>
      {t(`questions.cost.${cost}`)}
    </Badge>
  );
}

const platformLabels: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  windows: 'Windows',
};

/** Names that are the same in every language; one we do not know stands for itself. */
export const platformLabel = (name: string): string => platformLabels[name] ?? name;

/** A target as people wrote it, or how many endpoints were chosen by hand; none: everything. */
export function TargetText({ of }: { of: Pick<Question, 'selector'> & ChosenEndpoints }) {
  const t = useT();
  const { selector } = of;
  const chosen = of.endpointIds?.length;
  if (chosen !== undefined) {
    return (
      <span>
        {t('questions.chosen-endpoints', { count: chosen })}
        {selector.trim() !== '' && <span className={classes.mono}> {selector}</span>}
      </span>
    );
  }
  return selector.trim() === '' ? (
    <span>{t('questions.everything')}</span>
  ) : (
    <span className={classes.mono}>{selector}</span>
  );
}

/** Words for how many of what: `3 回答済み、…`, for those who do not see the bar. */
function useBarLabel(): (progress: Progress) => string {
  const t = useT();
  const format = useFormat();
  return (progress) => {
    const { segments } = segmentsOf(progress);
    return segments
      .map(({ name, count }) => `${t(`questions.segment.${name}`)} ${format.number(count)}`)
      .join(t('questions.list-separator'));
  };
}

/** Every targeted endpoint in one bar, by what became of the question there. */
export function OutcomeBar({ progress, large = false }: { progress: Progress; large?: boolean }) {
  const barLabel = useBarLabel();
  const { segments } = segmentsOf(progress);
  return (
    <span
      className={classes.bar}
      data-size={large ? 'large' : undefined}
      role="img"
      aria-label={barLabel(progress)}
    >
      {segments.map(({ name, count }) => (
        <span
          key={name}
          className={classes.segment}
          data-name={name}
          style={{ flex: `${count} 1 0`, ...fillOf(name) }}
        />
      ))}
    </span>
  );
}

const fillOf = (name: SegmentName) => {
  const color = segmentColors[name];
  if (color === null) return {};
  // Three greys side by side would be one.
  const shade = name === 'cancelled' ? '7' : name === 'gone' ? '8' : 'filled';
  return { backgroundColor: `var(--mantine-color-${color}-${shade})` };
};

/** The same in numbers; each opens its endpoints. */
export function OutcomeLegend({
  progress,
  hrefOf,
}: {
  progress: Progress;
  hrefOf: (outcome: OutcomeName) => string;
}) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  const { segments, unnamed } = segmentsOf(progress);
  return (
    <ul className={classes.legend} aria-label={t('questions.outcomes')}>
      {segments.map(({ name, count }) => (
        <li key={name} data-outcome={name}>
          <Tooltip
            label={t(`questions.outcome-hint.${outcomeOf(name)}`)}
            multiline
            maw={340}
            position="bottom"
          >
            <a href={hrefOf(outcomeOf(name))} onClick={onClick} className={classes.legendItem}>
              <span
                className={`${classes.swatch} ${classes.segment}`}
                data-name={name}
                style={fillOf(name)}
                aria-hidden="true"
              />
              {t(`questions.segment.${name}`)}
              <span className={classes.legendCount}>{format.number(count)}</span>
            </a>
          </Tooltip>
        </li>
      ))}
      {unnamed > 0 && (
        <li>
          <span className={classes.legendItem}>
            {t('questions.segment.other')}
            <span className={classes.legendCount}>{format.number(unnamed)}</span>
          </span>
        </li>
      )}
    </ul>
  );
}

/** For the cell of a list: how many are settled, of how many, and the bar. */
export function ProgressCell({ progress }: { progress: Progress }) {
  const format = useFormat();
  const t = useT();
  const answered = progress.byOutcome['answered'] ?? 0;
  if (progress.targeted === 0) return <Dim>{t('questions.no-target')}</Dim>;
  return (
    <span className={classes.barCell}>
      <span className={classes.barCellText}>
        <span>
          {t('questions.answered-of', {
            answered: format.number(answered),
            targeted: format.number(progress.targeted),
          })}
        </span>
        <Dim>{format.percent(settledOf(progress) / progress.targeted)}</Dim>
      </span>
      <OutcomeBar progress={progress} />
    </span>
  );
}

/** How often a schedule asks, in words. */
export function useIntervalText(): (minutes: number) => string {
  const t = useT();
  return (minutes) => {
    const { count, unit } = intervalOf(minutes);
    return t(`questions.every.${unit}`, { count });
  };
}

/** Milliseconds in words: `38 ms`, `1.2 s`, `3 min 20 s`. */
export function useSpanText(): (ms: number | null) => string {
  const format = useFormat();
  const t = useT();
  return (ms) => {
    if (ms === null) return '—';
    const short = shortSpan(ms);
    if (short === null) return format.duration(ms / 1000);
    return t(`questions.span.${short.unit}`, { amount: format.number(short.amount) });
  };
}
