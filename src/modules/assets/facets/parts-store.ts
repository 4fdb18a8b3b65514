import type { FacetSource } from '../../../platform/facets/facet.ts';
import { PostingIndex, TextPostingIndex } from '../../../platform/facets/posting-index.ts';
import { postingsColumn, rowSource } from '../../../platform/facets/row-source.ts';
import { macAddress } from './mac-address.ts';

/** Parts as JSON, only the columns that are needed; null: never answered. */
interface PartsRow {
  readonly position: number;
  /** protocol, address, port */
  readonly ports: string | null;
  readonly users: string | null;
  readonly administrators: string | null;
  /** name, state, name, state, … */
  readonly services: string | null;
  readonly macs: string | null;
}

export interface PartIndex {
  readonly source: FacetSource;
  /** Listening ports, TCP as their number, UDP with `udpOffset` added. */
  readonly ports: PostingIndex;
  /** Of these, those that listen on all addresses. */
  readonly openPorts: PostingIndex;
  readonly users: TextPostingIndex;
  readonly administrators: TextPostingIndex;
  readonly services: TextPostingIndex;
  /** Services that run, as far as the endpoint says so. */
  readonly runningServices: TextPostingIndex;
  /** `00:1a:2b:3c:4d:5e` */
  readonly macs: TextPostingIndex;
}

export const udpOffset = 65_536;

/** What stands in the rows of parts. Software has its own source. */
export function createPartIndex(): PartIndex {
  const ports = new PostingIndex();
  const openPorts = new PostingIndex();
  const users = new TextPostingIndex();
  const administrators = new TextPostingIndex();
  const services = new TextPostingIndex();
  const runningServices = new TextPostingIndex();
  const macs = new TextPostingIndex();
  const portsOf = onceInARow((row: PartsRow) => portsIn(row.ports));
  const servicesOf = onceInARow((row: PartsRow) => servicesIn(row.services));
  // The filter of an aggregate is asked before the rows of the part are unpacked.
  const part = (name: string, path: string) =>
    `max(jsonb_path_query_array(p.rows, '${path}')::text) filter (where p.part = '${name}')`;
  const source = rowSource<PartsRow>({
    name: 'assets.parts',
    positionColumn: 'e.ordinal',
    statement: (where) =>
      `select e.ordinal as position, ${part('ports', '$[*][0 to 2]')} as ports,
              ${part('users', '$[*][0]')} as users,
              ${part('administrators', '$[*][0]')} as administrators,
              ${part('services', '$[*][0, 2]')} as services,
              ${part('interfaces', '$[*][2]')} as macs
         from assets.endpoints e join assets.endpoint_parts p on p.endpoint_id = e.id
        where assets.is_facet_part(p.part) and ${where} group by e.ordinal`,
    lastPosition: 'select max(ordinal) as last from assets.endpoints',
    windowSize: 1_000,
    columns: [
      postingsColumn('ports', ports, (row) => portsOf(row).all),
      postingsColumn('openPorts', openPorts, (row) => portsOf(row).open),
      postingsColumn('users', users, (row) => textsIn(row.users)),
      postingsColumn('administrators', administrators, (row) => textsIn(row.administrators)),
      postingsColumn('services', services, (row) => servicesOf(row).all),
      postingsColumn('runningServices', runningServices, (row) => servicesOf(row).running),
      postingsColumn('macs', macs, (row) =>
        textsIn(row.macs).flatMap((mac) => macAddress(mac) ?? []),
      ),
    ],
  });
  return { source, ports, openPorts, users, administrators, services, runningServices, macs };
}

function textsIn(json: string | null): string[] {
  if (json === null) return [];
  return (JSON.parse(json) as string[]).filter((text) => text !== '');
}

const everyAddress = new Set(['0.0.0.0', '::', '*', '::ffff:0.0.0.0']);

function portsIn(json: string | null): { readonly all: number[]; readonly open: number[] } {
  const all: number[] = [];
  const open: number[] = [];
  const cells = json === null ? [] : (JSON.parse(json) as string[]);
  for (let at = 0; at + 2 < cells.length; at += 3) {
    const port = Number(cells[at + 2]);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) continue;
    const value = cells[at] === 'udp' ? udpOffset + port : port;
    all.push(value);
    if (everyAddress.has(cells[at + 1]!)) open.push(value);
  }
  return { all, open };
}

const unitEnding = '.service';

/** `sshd.service` is called sshd. */
function servicesIn(json: string | null): { readonly all: string[]; readonly running: string[] } {
  const all: string[] = [];
  const running: string[] = [];
  const cells = json === null ? [] : (JSON.parse(json) as string[]);
  for (let at = 0; at + 1 < cells.length; at += 2) {
    const unit = cells[at]!;
    const name = unit.endsWith(unitEnding) ? unit.slice(0, -unitEnding.length) : unit;
    if (name === '') continue;
    all.push(name);
    const state = cells[at + 1];
    if (state === 'running' || state === 'active') running.push(name);
  }
  return { all, running };
}

/** Two columns are made of one text: it is read for the first and remembered for the second. */
function onceInARow<Row extends object, Read>(read: (row: Row) => Read): (row: Row) => Read {
  let last: { readonly row: Row; readonly value: Read } | undefined;
  return (row) => {
    if (last?.row !== row) last = { row, value: read(row) };
    return last.value;
  };
}
