import type { RefreshResult } from '../../modules/agent-protocol/api.ts';
import type {
  Endpoint,
  EndpointChange,
  EndpointSummary,
  InventoryChange,
  PartRows,
  Scope,
  Software,
} from '../../modules/assets/api.ts';
import { ageText, bytesText, timeText } from './age.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import { type Context, type ListOf, type ListOptions, showList } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { type Column, renderPairs } from './table.ts';
import { terminalText } from './terminal-width.ts';

const isUuid = (text: string) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);

export interface EndpointFilter {
  readonly where?: string;
  readonly platform?: string;
  readonly presence?: string;
  readonly scope?: string;
  readonly criticality?: string;
  readonly tag?: string;
  readonly clones?: boolean;
}

export async function listEndpoints(
  context: Context,
  text: string | undefined,
  filter: EndpointFilter,
  window: ListOptions,
): Promise<void> {
  const scopeId =
    filter.scope === undefined ? undefined : (await findScope(context.api(), filter.scope)).id;
  const { where, platform, presence, criticality, tag } = filter;
  const sharedHardwareUuid = filter.clones ? true : undefined;
  const query = {
    q: text,
    where,
    platform,
    presence,
    criticality,
    tag,
    scopeId,
    sharedHardwareUuid,
  };
  await showList(context, '/api/endpoints', query, window, endpointColumns(context));
}

export function endpointColumns(context: Context): Column<EndpointSummary>[] {
  const { texts, now } = context;
  return [
    { title: texts('column.host'), value: (row) => row.hostname, elastic: true },
    { title: texts('column.presence'), value: (row) => texts(`presence.${row.presence}`) },
    {
      title: texts('column.last-seen'),
      value: (row) => ageText(row.lastSeenAt, now, texts.language),
      align: 'right',
    },
    {
      title: texts('column.os'),
      value: (row) => [row.osName ?? row.platform, row.osVersion].filter(Boolean).join(' '),
      elastic: true,
    },
    { title: texts('column.address'), value: (row) => row.primaryAddress, spare: 1 },
    { title: texts('column.scope'), value: (row) => row.scopeName, elastic: true },
    {
      title: texts('column.software'),
      value: (row) => row.softwareCount,
      align: 'right',
      spare: 2,
    },
    {
      title: texts('column.criticality'),
      value: (row) => texts(`criticality.${row.criticality}`),
      spare: 3,
    },
    { title: 'ID', value: (row) => row.id, spare: 4 },
  ];
}

/**
 * The endpoint of this id or host name (without regard to case, with or without domain).
 * @throws CliFailure not found, or several of that name
 */
export async function findEndpoint(context: Context, idOrHost: string): Promise<Endpoint> {
  const api = context.api();
  if (isUuid(idOrHost)) return api.get<Endpoint>(`/api/endpoints/${idOrHost}`);
  const { items } = await api.get<ListOf<EndpointSummary>>('/api/endpoints', {
    q: idOrHost,
    limit: 1000,
  });
  const wanted = idOrHost.toLowerCase();
  const exact = items.filter(({ hostname }) => hostname.toLowerCase() === wanted);
  const short = items.filter(({ hostname }) => hostname.toLowerCase().split('.')[0] === wanted);
  const found = exact.length > 0 ? exact : short;
  if (found.length > 1) {
    const ids = found.map(({ id, hostname }) => `\n  ${id}  ${hostname}`).join('');
    throw new CliFailure(exitCodes.usage, 'error.endpoint-ambiguous', { name: idOrHost, ids });
  }
  const [one] = found;
  if (!one) {
    const near = items
      .slice(0, 5)
      .map(({ hostname }) => hostname)
      .join(', ');
    throw near
      ? new CliFailure(exitCodes.notFound, 'error.endpoint-near', { name: idOrHost, near })
      : new CliFailure(exitCodes.notFound, 'error.endpoint-unknown', { name: idOrHost });
  }
  return api.get<Endpoint>(`/api/endpoints/${one.id}`);
}

export async function showEndpoint(context: Context, idOrHost: string): Promise<void> {
  const endpoint = await findEndpoint(context, idOrHost);
  if (context.json) return context.printJson(endpoint);
  const { texts, now } = context;
  const { language } = texts;
  const age = (time: string | null) => ageText(time, now, language);
  const pairs: [string, string | number | null][] = [
    [texts('column.host'), endpoint.hostname],
    ['ID', endpoint.id],
    [texts('column.presence'), texts(`presence.${endpoint.presence}`)],
    [texts('column.last-seen'), age(endpoint.lastSeenAt)],
    [texts('field.first-seen'), timeText(endpoint.firstSeenAt)],
    [
      texts('column.os'),
      [endpoint.osName ?? endpoint.platform, endpoint.osVersion, endpoint.osBuild]
        .filter(Boolean)
        .join(' '),
    ],
    [texts('field.kernel'), endpoint.kernelVersion],
    [texts('field.booted'), timeText(endpoint.bootedAt)],
    [
      texts('field.hardware'),
      [endpoint.hardwareVendor, endpoint.hardwareModel].filter(Boolean).join(' ') || null,
    ],
    [texts('field.serial'), endpoint.hardwareSerial],
    [texts('field.processor'), endpoint.cpuBrand],
    [texts('field.memory'), bytesText(endpoint.memoryBytes)],
    [texts('column.address'), endpoint.primaryAddress],
    [texts('field.last-user'), endpoint.lastUser],
    [texts('column.scope'), endpoint.scopeName],
    [texts('field.owner'), endpoint.owner],
    [texts('column.criticality'), texts(`criticality.${endpoint.criticality}`)],
    [texts('field.tags'), endpoint.tags.join(', ')],
    [texts('field.notes'), endpoint.notes],
    [texts('field.agent'), endpoint.agentVersion && `osquery ${endpoint.agentVersion}`],
  ];
  context.print(`${renderPairs(pairs)}\n`);
  if (endpoint.sharedHardwareUuid) context.print(`${texts('endpoint.clone')}\n\n`);
  context.printTable(
    [
      { title: texts('column.part'), value: ({ part }) => part },
      { title: texts('column.freshness'), value: (part) => texts(`freshness.${part.freshness}`) },
      { title: texts('column.confirmed'), value: (part) => age(part.observedAt), align: 'right' },
      { title: texts('column.changed'), value: (part) => age(part.changedAt), align: 'right' },
      { title: texts('column.rows'), value: (part) => part.rowCount, align: 'right' },
      { title: texts('column.failure'), value: (part) => part.failure, elastic: true },
    ],
    endpoint.parts,
  );
}

export async function showPart(context: Context, idOrHost: string, part: string): Promise<void> {
  const { id } = await findEndpoint(context, idOrHost);
  const path = `/api/endpoints/${id}/parts/${encodeURIComponent(part)}`;
  const rows = await context.api().get<PartRows>(path);
  if (context.json) return context.printJson(rows);
  const { texts, now } = context;
  const columns = rows.columns.map((name) => ({
    title: name,
    value: (row: Record<string, string>) => row[name],
    elastic: true,
  }));
  if (rows.rows.length > 0) context.printTable(columns, rows.rows);
  const age = ageText(rows.state.observedAt, now, texts.language) ?? texts('freshness.never');
  const freshness = texts(`freshness.${rows.state.freshness}`);
  context.note(texts('endpoint.part-state', { count: rows.rows.length, freshness, age }));
}

export async function listEndpointSoftware(
  context: Context,
  idOrHost: string,
  query: { readonly q?: string | undefined; readonly source?: string | undefined },
  window: ListOptions,
): Promise<void> {
  const { id } = await findEndpoint(context, idOrHost);
  const columns = softwareColumns(context);
  await showList(context, `/api/endpoints/${id}/software`, { ...query }, window, columns);
}

export async function showHistory(
  context: Context,
  idOrHost: string,
  part: string | undefined,
  window: ListOptions,
): Promise<void> {
  const { id } = await findEndpoint(context, idOrHost);
  const path = `/api/endpoints/${id}/history`;
  if (context.json || window.csv) {
    await showList<InventoryChange>(context, path, { part }, window, []);
    return;
  }
  const { limit, offset, sort } = window;
  const list = await context
    .api()
    .get<ListOf<InventoryChange>>(path, { part, limit, offset, sort });
  const { texts } = context;
  for (const change of list.items) {
    context.print(`${timeText(change.at)}  ${change.part}`);
    context.print(
      change.initial ? `  ${texts('history.initial', { count: change.addedCount })}\n` : '\n',
    );
    for (const [sign, lines, count] of [
      ['+', change.added, change.addedCount],
      ['-', change.removed, change.removedCount],
    ] as const) {
      for (const line of lines) context.print(`  ${sign} ${terminalText(line)}\n`);
      if (!change.initial && count > lines.length) {
        context.print(`  ${sign} ${texts('history.more', { count: count - lines.length })}\n`);
      }
    }
  }
  if (list.total === 0) context.note(texts('list.empty'));
  else if (offset + list.items.length < list.total) {
    const to = offset + list.items.length;
    context.note(texts('list.window-more', { from: offset + 1, to, total: list.total, next: to }));
  }
}

export async function refreshEndpoint(context: Context, idOrHost: string): Promise<void> {
  const { id, hostname } = await findEndpoint(context, idOrHost);
  const result = await context.api().send<RefreshResult>('POST', `/api/endpoints/${id}/refresh`);
  if (context.json) return context.printJson(result);
  context.print(`${context.texts('endpoint.refresh', { hostname, count: result.parts })}\n`);
}

export interface EndpointChangeOptions {
  readonly owner?: string;
  readonly criticality?: string;
  readonly tags?: string;
  readonly scope?: string;
  readonly notes?: string;
}

/** An empty owner or list of tags takes away what is there. */
export async function changeEndpoint(
  context: Context,
  idOrHost: string,
  options: EndpointChangeOptions,
): Promise<void> {
  const { owner, criticality, tags, scope, notes } = options;
  const change = {
    ...(owner !== undefined && { owner: owner === '' ? null : owner }),
    ...(criticality !== undefined && { criticality }),
    ...(tags !== undefined && {
      tags: tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    }),
    ...(scope !== undefined && { scopeId: (await findScope(context.api(), scope)).id }),
    ...(notes !== undefined && { notes }),
  } as EndpointChange;
  if (Object.keys(change).length === 0)
    throw new CliFailure(exitCodes.usage, 'error.nothing-to-change');
  const { id, hostname } = await findEndpoint(context, idOrHost);
  const changed = await context.api().send<unknown>('PATCH', `/api/endpoints/${id}`, change);
  if (context.json) return context.printJson(changed);
  context.print(`${context.texts('endpoint.changed', { hostname })}\n`);
}

export function softwareColumns(context: Context): Column<Software>[] {
  const { texts } = context;
  return [
    { title: texts('column.name'), value: (row) => row.name, elastic: true },
    { title: texts('column.version'), value: (row) => row.version, elastic: true },
    { title: texts('column.arch'), value: (row) => row.arch },
    { title: texts('column.source'), value: (row) => row.source },
    { title: texts('column.endpoints'), value: (row) => row.endpointCount, align: 'right' },
    { title: 'ID', value: (row) => row.id, align: 'right' },
  ];
}

export async function listSoftware(
  context: Context,
  query: { readonly q?: string | undefined; readonly source?: string; readonly name?: string },
  window: ListOptions,
): Promise<void> {
  await showList(context, '/api/software', { ...query }, window, softwareColumns(context));
}

/** One piece of software and the endpoints that have it. */
export async function showSoftware(
  context: Context,
  softwareId: number,
  window: ListOptions,
): Promise<void> {
  const api = context.api();
  const software = await api.get<Software>(`/api/software/${softwareId}`);
  if (!context.json && !window.csv) {
    const { texts } = context;
    context.print(
      `${renderPairs([
        [texts('column.name'), software.name],
        [texts('column.version'), software.version],
        [texts('column.arch'), software.arch],
        [texts('column.source'), software.source],
        [
          texts('field.source-package'),
          [software.sourceName, software.sourceVersion].filter(Boolean).join(' ') || null,
        ],
        [texts('field.vendor'), software.vendor],
        [texts('field.first-seen'), timeText(software.firstSeenAt)],
      ])}\n`,
    );
  }
  await showList(context, '/api/endpoints', { softwareId }, window, endpointColumns(context));
}

export async function listScopes(context: Context): Promise<void> {
  const list = await context.api().get<ListOf<Scope>>('/api/scopes', { limit: 1000 });
  if (context.json) return context.printJson(list);
  const { texts } = context;
  context.printTable(
    [
      {
        title: texts('column.scope'),
        value: ({ depth, scope }) => `${'  '.repeat(depth)}${scope.name}`,
      },
      { title: texts('column.kind'), value: ({ scope }) => texts(`scope-kind.${scope.kind}`) },
      {
        title: texts('column.relation'),
        value: ({ scope }) => texts(`relation.${scope.relation}`),
      },
      {
        title: texts('column.endpoints'),
        value: ({ scope }) => scope.endpointCount,
        align: 'right',
      },
      {
        title: texts('column.with-below'),
        value: ({ scope }) => scope.endpointCountWithDescendants,
        align: 'right',
      },
      {
        title: texts('column.default'),
        value: ({ scope }) => (scope.isDefault ? texts('answer.yes') : null),
      },
      { title: 'ID', value: ({ scope }) => scope.id },
    ],
    treeOf(list.items),
  );
}

/** Parents before their children, each with its depth. A scope whose parent is hidden is a root. */
export function treeOf(
  scopes: readonly Scope[],
): { readonly depth: number; readonly scope: Scope }[] {
  const known = new Set(scopes.map(({ id }) => id));
  const below = (parentId: string | null, depth: number): { depth: number; scope: Scope }[] =>
    scopes
      .filter((scope) => {
        const parent = scope.parentId !== null && known.has(scope.parentId) ? scope.parentId : null;
        return parent === parentId;
      })
      .flatMap((scope) => [{ depth, scope }, ...below(scope.id, depth + 1)]);
  return below(null, 0);
}

/** @throws CliFailure unless exactly one scope has this id or name */
export async function findScope(api: ApiClient, idOrName: string): Promise<Scope> {
  const { items } = await api.get<ListOf<Scope>>('/api/scopes', { limit: 1000 });
  const found = items.filter(({ id, name }) => id === idOrName || name === idOrName);
  if (found.length > 1) {
    const ids = found.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
    throw new CliFailure(exitCodes.usage, 'error.scope-ambiguous', { name: idOrName, ids });
  }
  const [one] = found;
  if (!one) throw new CliFailure(exitCodes.notFound, 'error.scope-unknown', { name: idOrName });
  return one;
}
