import type { AssetsOverview } from '../../modules/assets/api.ts';
import type { SystemState } from '../../platform/state/api.ts';
import { ageText, bytesText, timeText } from './age.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderPairs } from './table.ts';

/** Is everything well? Exit code 1 when the server reports an error of its own. */
export async function showStatus(context: Context): Promise<ExitCode> {
  const api = context.api();
  const [state, overview] = await Promise.all([
    api.get<SystemState>('/api/state'),
    api.get<AssetsOverview>('/api/assets/overview'),
  ]);
  const rows = state.sections.flatMap((section) => section.rows);
  const failedJobs = state.jobs.filter(({ lastOutcome }) => lastOutcome === 'failed');
  const wrong = rows.some((row) => row.state === 'error');
  const code = wrong ? exitCodes.failed : exitCodes.ok;
  if (context.json) {
    context.printJson({ url: api.connection.url, state, overview });
    return code;
  }
  const { texts, now } = context;
  const { language } = texts;
  const counts = (record: Readonly<Record<string, number>>, name: (key: string) => string) =>
    Object.entries(record)
      .filter(([, count]) => count > 0)
      .map(([key, count]) => `${name(key)} ${count}`)
      .join(', ');
  const presence = (key: string) => texts(`presence.${key}` as 'presence.online');
  const freshness = (key: string) => texts(`freshness.${key}` as 'freshness.fresh');
  context.print(
    renderPairs([
      [texts('status.server'), api.connection.url],
      [texts('column.version'), state.version],
      [texts('status.started'), ageText(state.startedAt, now, language)],
      [
        texts('status.endpoints'),
        `${overview.endpoints}  ${counts(overview.byPresence, presence)}`,
      ],
      [texts('status.facts'), counts(overview.byFreshness, freshness) || null],
      [texts('status.software'), overview.distinctSoftware],
      [texts('status.changes'), overview.changesLast24h],
    ]),
  );
  for (const section of state.sections) {
    context.print(`\n${section.name}\n`);
    context.print(
      renderPairs(
        section.rows.map((row) => [
          `  ${row.key}`,
          `${valueText(row.value, row.unit)}${
            row.state === 'ok' ? '' : `  [${texts(`state.${row.state}`)}]`
          }`,
        ]),
      ),
    );
  }
  for (const job of failedJobs) {
    context.print(`${texts('status.job-failed', { name: job.name, error: job.lastError })}\n`);
  }
  return code;
}

/** A value with its unit, as people read it. */
function valueText(value: string | number | null, unit: string | undefined): string {
  if (value === null) return '–';
  if (unit === 'bytes' && typeof value === 'number') return bytesText(value) ?? '–';
  if (unit === 'seconds') return `${value} s`;
  if (unit === 'time' && typeof value === 'string') return timeText(value) ?? '–';
  return String(value);
}
