import type { Sort } from '../../platform/http/sort.ts';
import type { FindingQueryString } from './api.ts';
import { addDays } from './due.ts';
import { activeStates, type FindingState, findingStates } from './life-cycle.ts';
import { rankRangesOf } from './rank.ts';
import { type FindingClass, findingClasses, severities } from './weakness.ts';

/** What a list of findings can be sorted by. */
export const sortNames = ['rank', 'due', 'severity', 'epss', 'firstSeen', 'closed'] as const;
export type FindingSort = Sort<(typeof sortNames)[number]>;

interface SortColumn {
  readonly column: string;
  /** Null in some rows, which come last in both directions. */
  readonly nullable?: true;
  /** Among equals the rank decides before the id does: the same way round, or the other. */
  readonly thenRank?: 'same' | 'opposite';
}
const columns: Readonly<Record<FindingSort['name'], SortColumn>> = {
  rank: { column: 'rank' },
  due: { column: 'due_on', nullable: true, thenRank: 'same' },
  severity: { column: 'severity_order', thenRank: 'opposite' },
  epss: { column: 'epss', nullable: true },
  firstSeen: { column: 'first_seen_at' },
  closed: { column: 'closed_at', nullable: true },
};

const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
// As the indexes say it (migrations/202611220930_list_orders.sql): else they are not used.
const active = `f.state in (${quoted(activeStates)})`;
const inactive = `f.state not in (${quoted(activeStates)})`;
const isActive = (state: FindingState) => (activeStates as readonly string[]).includes(state);
const inactiveStates = findingStates.filter((state) => !isActive(state));

/** Conditions on findings `f` for a state, or for all that are `active`. */
export function stateConditions(state: FindingState | 'active' | 'any'): readonly string[] {
  if (state === 'any') return [];
  // A third index is of what is not closed.
  const open = `f.state <> 'closed'`;
  if (state === 'active') return [active, open];
  const itself = `f.state = '${state}'`;
  if (isActive(state)) return [itself, active, open];
  return state === 'closed' ? [itself, inactive] : [itself, inactive, open];
}

export function classConditions(findingClass: FindingClass | 'any'): readonly string[] {
  return findingClass === 'any' ? [] : [`f.class = '${findingClass}'`];
}

/** The order of a list, over rows `f` of findings. */
export function orderOf(sort: FindingSort): string {
  const { nullable, column } = columns[sort.name];
  const known = nullable ? [`f.${column} is null`] : [];
  return `order by ${[...known, ...keysOf(sort).map((key) => `f.${key}`)].join(', ')}`;
}

function keysOf({ name, descending }: FindingSort): readonly string[] {
  const { column, thenRank } = columns[name];
  const [forward, backward] = descending ? ['desc', 'asc'] : ['asc', 'desc'];
  const then = thenRank === 'opposite' ? backward : forward;
  return [`${column} ${forward}`, ...(thenRank ? [`rank ${then}`] : []), `id ${then}`];
}

interface Window {
  readonly offset: number;
  readonly limit: number;
}

/** Conditions on findings `f` for when they are due; `today` is a calendar day of our own clock. */
export function dueConditions(due: FindingQueryString['due'], today: string): readonly string[] {
  if (due === undefined) return [];
  const days = daysOf(due, today);
  if (days === null) return ['f.due_on is null'];
  return [
    ...(days.from === undefined ? [] : [`f.due_on >= '${days.from}'`]),
    ...(days.to === undefined ? [] : [`f.due_on < '${days.to}'`]),
  ];
}

export interface WindowFilter
  extends Pick<FindingQueryString, 'state' | 'class' | 'due' | 'severity'> {
  readonly today: string;
  /** On findings `f`, besides those on state, class and due day. */
  readonly conditions: readonly string[];
  /** So few meet the filter that they are better sorted than looked for in an order. */
  readonly few: boolean;
}

/**
 * SQL that selects the ids of one window of a list. Indexes hold one class, in one group of states,
 * in one order, with what is unknown (null) at one end: so a list over several is put together from
 * the first rows of each, and unknown ones are asked for only when the known ones do not fill the
 * window.
 */
export function windowOf(
  filter: WindowFilter,
  sort: FindingSort,
  { offset, limit }: Window,
): string {
  const window = { offset: Math.trunc(offset), limit: Math.trunc(limit) };
  const keys = keysOf(sort);
  const { column, nullable } = columns[sort.name];
  const { state = 'active', due } = filter;
  if (sort.name === 'closed' && state !== 'closed' && state !== 'any') {
    // None of them has that time: what is left of the order is the id.
    const idKeys = keys.slice(-1);
    if (filter.few) return sortedWindow(filter, `order by f.${idKeys.join()}`, window);
    return rowsOf(partsOf(filter, sort), idKeys, window);
  }
  if (filter.few) return sortedWindow(filter, orderOf(sort), window);
  const partsWith = (extra: string) =>
    partsOf(filter, sort).map((part) => ({ ...part, conditions: [...part.conditions, extra] }));
  if (!nullable || (sort.name === 'due' && due !== undefined && due !== 'none')) {
    return rowsOf(partsOf(filter, sort), keys, window);
  }
  if (sort.name === 'closed') {
    // Closed findings, and no others, have that time.
    const closed = partsOf({ ...filter, state: 'closed' }, sort);
    if (state === 'closed') return rowsOf(closed, keys, window);
    const others = (
      ['active', ...inactiveStates.filter((each) => each !== 'closed')] as const
    ).flatMap((each) => partsOf({ ...filter, state: each }, sort));
    return knownFirst(closed, others, keys, keys.slice(-1), window);
  }
  const known = partsWith(`f.${column} is not null`).filter((part) => part.dated !== false);
  const unknown = partsWith(`f.${column} is null`).filter((part) => part.dated !== true);
  if (sort.name === 'due' && due === 'none') return rowsOf(unknown, keys, window);
  return knownFirst(known, unknown, keys, keys, window);
}

/** The known, and only when they do not fill the window the others, by `thenKeys`. */
function knownFirst(
  known: readonly Part[],
  others: readonly Part[],
  keys: readonly string[],
  thenKeys: readonly string[],
  { offset, limit }: Window,
): string {
  const most = offset + limit;
  const first = { offset: 0, limit: most };
  const wanted = others.map((part) => ({
    ...part,
    conditions: [...part.conditions, `(select count(*) from known) < ${most}`],
  }));
  const names = keys.map((key) => key.split(' ')[0]!);
  return `
    with known as materialized (${rowsOf(known, keys, first, names)}),
    others as (${rowsOf(wanted, thenKeys, first, names)})
    select id from (select 0 as part, ${names.join(', ')} from known
                    union all select 1, ${names.join(', ')} from others) b
     order by part, ${keys.join(', ')} offset ${offset} limit ${limit}`;
}

interface Part {
  readonly conditions: readonly string[];
  /** Where an index holds it in an order that comes to the same. */
  readonly keys?: readonly string[];
  /** It has only such with a due day, or only such without. */
  readonly dated?: boolean;
}

/** The whole of what meets the filter, sorted: `offset 0` keeps the planner from walking an order. */
function sortedWindow(
  { state = 'active', class: asked = 'normal', due, today, conditions }: WindowFilter,
  order: string,
  { offset, limit }: Window,
): string {
  const own = [...stateConditions(state), ...classConditions(asked)];
  const all = [...own, ...conditions, ...dueConditions(due, today), 'true'];
  return `select f.id from (select * from findings.findings f where ${all.join(' and ')} offset 0) f
    ${order} offset ${offset} limit ${limit}`;
}

/** The parts that indexes hold in order. */
function partsOf(filter: WindowFilter, sort: FindingSort): readonly Part[] {
  const { state = 'active', class: asked = 'normal', due, today, conditions } = filter;
  const states =
    state === 'any'
      ? [stateConditions('active'), ...inactiveStates.map(stateConditions)]
      : [stateConditions(state)];
  const classes = asked === 'any' ? findingClasses : [asked];
  const bySeverity = filter.severity !== undefined && due !== 'none';
  return states.flatMap((ofState) =>
    classes.flatMap((findingClass): readonly Part[] => {
      const part = [...ofState, ...classConditions(findingClass), ...conditions];
      // Ranks go by the due day, so that a range of days is one of ranks, or two, and the day
      // itself need not be asked for.
      const ranges = (days: Parameters<typeof rankRangesOf>[1]) =>
        rankRangesOf(findingClass, days).map(([from, to]) => [
          ...part,
          `f.rank >= ${from} and f.rank < ${to}`,
        ]);
      if (sort.name === 'due' && bySeverity) {
        // One severity lies in the order of ranks, which within each range is that of days.
        const keys = keysOf({ name: 'rank', descending: sort.descending });
        const within = (days: Parameters<typeof rankRangesOf>[1]) =>
          ranges(days).map((range) => ({ conditions: range, keys, dated: days !== null }));
        return due === undefined ? [...within({}), ...within(null)] : within(daysOf(due, today));
      }
      const plain = { conditions: [...part, ...dueConditions(due, today)] };
      if (due === undefined) return [plain];
      const days = daysOf(due, today);
      // Without these ranges all that stands before would be read.
      if (sort.name === 'rank') return ranges(days).map((range) => ({ conditions: range }));
      if (sort.name !== 'severity') return [plain];
      return severityOrders.flatMap((order) =>
        ranges(days).map((range) => ({ conditions: [...range, `f.severity_order = ${order}`] })),
      );
    }),
  );
}

/** Not scored, then as in `severities`. */
const severityOrders = [-1, ...severities.keys()];

function daysOf(
  due: NonNullable<FindingQueryString['due']>,
  today: string,
): { from?: string; to?: string } | null {
  if (due === 'none') return null;
  if (due === 'overdue') return { to: today };
  const nextWeek = addDays(today, 7);
  return due === 'this-week' ? { from: today, to: nextWeek } : { from: nextWeek };
}

/** The rows of a window over all parts together, by these keys: their ids, or `shown`. */
function rowsOf(
  parts: readonly Part[],
  keys: readonly string[],
  { offset, limit }: Window,
  shown: readonly string[] = ['id'],
): string {
  const rowsOfOne = ({ conditions, keys: own = keys }: Part, names: readonly string[]) =>
    `select ${names.map((name) => `f.${name}`).join(', ')} from findings.findings f
      where ${[...conditions, 'true'].join(' and ')}
      order by ${own.map((key) => `f.${key}`).join(', ')}`;
  const [only] = parts;
  if (only && parts.length === 1) {
    return `${rowsOfOne(only, shown)} offset ${offset} limit ${limit}`;
  }
  const sorted = [...new Set([...shown, ...keys.map((key) => key.split(' ')[0]!)])];
  const each = parts.map((part) => `(${rowsOfOne(part, sorted)} limit ${offset + limit})`);
  return `select ${shown.join(', ')} from (${each.join(' union all ')}) b
   order by ${keys.join(', ')} offset ${offset} limit ${limit}`;
}
