import { Alert, Badge, Loader, Progress, Text } from '@mantine/core';
import { Age } from '../../../platform/web/age.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { FeedActivity } from '../api.ts';
import { percentOf } from './feed-states.ts';
import { RejectionsButton } from './rejections.tsx';
import classes from './vulnerabilities.module.css';

/** The import or sync under way, or how the last one ended. */
export function ActivitySection({ activity }: { activity: FeedActivity }) {
  const t = useT();
  const format = useFormat();
  const { kind, phase, feeds, bundle, settled, error, startedAt, finishedAt } = activity;
  const isRunning = finishedAt === null;
  return (
    <Section
      title={t(
        isRunning ? `vulnerabilities.activity.${kind}` : `vulnerabilities.activity.last-${kind}`,
      )}
      actions={
        <Text component="div" size="sm" c="dimmed">
          {isRunning ? <Loader size="xs" color="gray" /> : <Age at={finishedAt ?? startedAt} />}
        </Text>
      }
    >
      <div className={classes.works} aria-live="polite">
        {error && (
          <Alert color="crimson" title={t('vulnerabilities.activity.failed')}>
            {t('vulnerabilities.activity.failed-text')}
            <Fault error={error} />
          </Alert>
        )}
        {bundle && (
          <Text size="sm">
            {t(`vulnerabilities.checksums.${bundle.checksums}`)}
            {' · '}
            {t(`vulnerabilities.signature.${bundle.signature}`)}
            {bundle.signer && <span className={classes.small}> {bundle.signer}</span>}
          </Text>
        )}
        {(isRunning ? feeds : feeds.filter(isRemarkable)).map((feed) => (
          <FeedProgress key={feed.name} feed={feed} />
        ))}
        {!isRunning && feeds.some((feed) => !isRemarkable(feed)) && (
          <Text size="sm">
            {t('vulnerabilities.activity.in-order', {
              count: feeds.filter((feed) => !isRemarkable(feed)).length,
              unchanged: format.number(feeds.filter((feed) => feed.phase === 'unchanged').length),
            })}
          </Text>
        )}
        {phase === 'settling' && <Text size="sm">{t('vulnerabilities.activity.settling')}</Text>}
        {settled && (
          <Text size="sm">
            {t('vulnerabilities.activity.settled', {
              endpoints: format.number(settled.endpoints),
              opened: format.number(settled.opened),
              closed: format.number(settled.closed),
            })}
          </Text>
        )}
      </div>
    </Section>
  );
}

/** Once it is over, only this is worth a line of its own. */
const isRemarkable = ({ phase, rejectedCount }: FeedActivity['feeds'][number]) =>
  (phase !== 'imported' && phase !== 'unchanged') || rejectedCount > 0;

const phaseColors: Record<FeedActivity['feeds'][number]['phase'], string> = {
  fetching: 'ember',
  reading: 'ember',
  imported: 'moss',
  unchanged: 'gray',
  older: 'amber',
  failed: 'crimson',
};

function FeedProgress({ feed }: { feed: FeedActivity['feeds'][number] }) {
  const t = useT();
  const format = useFormat();
  const percent = percentOf(feed);
  const isUnderWay = feed.phase === 'fetching' || feed.phase === 'reading';
  return (
    <div className={classes.work}>
      <span>{feed.name}</span>
      <Progress
        value={percent ?? 100}
        color={phaseColors[feed.phase]}
        animated={isUnderWay}
        striped={isUnderWay && percent === null}
        aria-label={feed.name}
      />
      <span className={classes.words}>
        <Badge variant="light" color={phaseColors[feed.phase]} className={classes.still}>
          {t(`vulnerabilities.phase.${feed.phase}`)}
          {isUnderWay && percent !== null && ` ${percent}%`}
        </Badge>{' '}
        {!isUnderWay &&
          feed.error === null &&
          t('vulnerabilities.records', { count: feed.recordCount })}{' '}
        <RejectionsButton
          name={feed.name}
          count={feed.rejectedCount}
          rejections={feed.rejections}
        />
        {percent === null && format.number(feed.done)}
      </span>
      {feed.error && (
        <span className={classes.workError}>
          <Fault error={feed.error} />
        </span>
      )}
    </div>
  );
}

/** In the reader's language where we have the words, and exactly where and what as it came. */
function Fault({ error: { code, message } }: { error: { code: string; message: string } }) {
  const t = useT();
  const key = `vulnerabilities.fault.${code}`;
  return (
    <div>
      {t.has(key) ? t(key) : code}
      <span className={classes.small}> {message}</span>
    </div>
  );
}
