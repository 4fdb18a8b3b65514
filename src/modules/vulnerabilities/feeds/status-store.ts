import type { Database } from '../../../platform/db/queryable.ts';
import { compareEcosystems } from '../../../standards/osv/ecosystem.ts';
import type { Feed, FeedActivity } from '../api.ts';
import { type FeedState, feedRemedy, missingMonthsRemedy, type Remedy } from '../remedy.ts';
import { missingMonths } from '../windows.ts';
import { ageDays, ecosystemOf, feedDefinitions, feedOf, isTooOld } from './feed-catalogue.ts';
import { type FeedRow, loadFeeds } from './feed-store.ts';
import { addressOf, ecosystemsInUse } from './sync-store.ts';

/**
 * All feeds that there are or should be, with their state: those of the catalogue, those that were
 * ever tried, and OSV for each ecosystem of the inventory that no feed covers.
 */
export async function feedStates(
  db: Database,
  {
    at,
    enabled,
    environment,
    activity,
  }: {
    readonly at: Date;
    readonly enabled: boolean;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly activity: FeedActivity | null;
  },
): Promise<Feed[]> {
  const [rows, ecosystems, ouiDigits] = await Promise.all([
    loadFeeds(db),
    ecosystemsInUse(db),
    ouiDigitsHeld(db),
  ]);
  const known = new Map(rows.filter(({ name }) => feedOf(name)).map((row) => [row.name, row]));
  const names = new Set([
    ...feedDefinitions.filter(({ kind }) => kind !== 'osv').map(({ kind }) => kind as string),
    ...known.keys(),
  ]);
  const covering = (ecosystem: string) =>
    [...names].filter((name) => {
      const own = ecosystemOf(name);
      return own !== null && compareEcosystems(own, ecosystem) === 'same';
    });
  const needed = new Set<string>();
  for (const ecosystem of ecosystems) {
    const found = covering(ecosystem);
    if (found.length === 0) names.add(`osv/${ecosystem.split(':')[0]}`);
    for (const name of covering(ecosystem)) needed.add(name);
  }
  const busy = new Set(
    activity?.feeds
      .filter(({ phase }) => phase === 'fetching' || phase === 'reading')
      .map(({ name }) => name),
  );
  return [...names].sort().map((name) => {
    const definition = feedOf(name)!;
    const row = known.get(name);
    const tooOld = row?.succeededAt != null && isTooOld(name, row, at);
    const state = busy.has(name) ? 'importing' : stateOf(row, tooOld);
    const url = addressOf(name, environment);
    const missing = missingMonths(row?.months ?? []);
    const age = row ? ageDays(row, at) : null;
    return {
      name,
      title: titleOf(name),
      state,
      needed: needed.has(name) || (ecosystemOf(name) === null && !isInBundle(name, row, ouiDigits)),
      remedy: bothOf(
        feedRemedy(state, { fetched: url !== null, enabled, error: row?.error ?? null }),
        missing.length > 0 ? missingMonthsRemedy(missing) : null,
      ),
      ageDays: age === null ? null : Math.round(age * 10) / 10,
      maxAgeDays: definition.maxAgeDays,
      tooOld,
      missing: [...missing],
      attemptedAt: row?.attemptedAt?.toISOString() ?? null,
      succeededAt: row?.succeededAt?.toISOString() ?? null,
      dataAsOf: row?.dataAsOf?.toISOString() ?? null,
      origin: row?.origin ?? null,
      url,
      error: row?.error ?? null,
      recordCount: row?.recordCount ?? null,
      rejectedCount: row?.rejectedCount ?? 0,
      rejections: [...(row?.rejections ?? [])],
      sha256: row?.sha256 ?? null,
      licence: definition.licence,
      attribution: definition.attribution,
    };
  });
}

function stateOf(row: FeedRow | undefined, tooOld: boolean): FeedState {
  if (row === undefined) return 'never';
  if (row.outcome === 'failed') return 'failed';
  if (row.succeededAt === null) return 'never';
  return tooOld ? 'too-old' : 'fresh';
}

/** A feed may be too old and lack months besides: each has to be put right. */
function bothOf(one: Remedy | null, other: Remedy | null): Remedy | null {
  if (one === null || other === null) return one ?? other;
  return { en: `${one.en} ${other.en}`, ja: `${one.ja}${other.ja}` };
}

function titleOf(name: string): Feed['title'] {
  const { title } = feedOf(name)!;
  const ecosystem = ecosystemOf(name);
  if (ecosystem === null) return title;
  return { en: `${title.en}: ${ecosystem}`, ja: `${title.ja}: ${ecosystem}` };
}

/** Blocks of these sizes, in digits, that the feed `oui` brought together with its own. */
async function ouiDigitsHeld(db: Database): Promise<ReadonlySet<number>> {
  const { rows } = await db.query<{ digits: number }>(
    `select distinct length(prefix) as digits from assets.mac_vendor_view`,
  );
  return new Set(rows.map(({ digits }) => digits));
}

/** The smaller blocks of MAC addresses came along in the file of the larger ones. */
function isInBundle(
  name: string,
  row: FeedRow | undefined,
  ouiDigits: ReadonlySet<number>,
): boolean {
  if (row !== undefined) return false;
  return (name === 'oui-28' && ouiDigits.has(7)) || (name === 'oui-36' && ouiDigits.has(9));
}
