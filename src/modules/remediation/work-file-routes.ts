import { byteOrderMark, csvLine } from '../../platform/http/csv.ts';
import type { WorkFormat } from './api.ts';
import {
  ansibleInventory,
  ansiblePlaybook,
  updatesOf,
  type WorkRow,
  windowsHosts,
  workLines,
  wsusList,
} from './work-export.ts';

interface WorkFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** The work that others do, in the form that they take; see docs/operating/campaigns.md. */
export function workFile(
  format: WorkFormat,
  rows: readonly WorkRow[],
  { id, title }: { readonly id: number; readonly title: string },
): WorkFile {
  const plain = 'text/plain; charset=utf-8';
  const csv = 'text/csv; charset=utf-8; header=present';
  const base = `campaign-${id}`;
  switch (format) {
    case 'ansible-inventory':
      return { name: `${base}.ini`, type: plain, text: ansibleInventory(rows) };
    case 'ansible-playbook':
      return {
        name: `${base}.yml`,
        type: 'application/yaml; charset=utf-8',
        text: ansiblePlaybook(rows, `Campaign ${id}: ${title}`),
      };
    case 'wsus':
      return { name: `${base}-wsus.txt`, type: plain, text: wsusList(rows) };
    case 'intune':
      return { name: `${base}-intune.csv`, type: csv, text: devicesCsv('DeviceName', rows) };
    case 'sccm':
      return { name: `${base}-sccm.csv`, type: csv, text: devicesCsv('Name', rows) };
    case 'csv':
      return { name: `${base}-work.csv`, type: csv, text: workCsv(rows) };
  }
}

/**
 * Devices once each with all updates that they need, for `Import-Csv`. Without a byte order mark:
 * PowerShell 5 would take it for a part of the first heading.
 */
function devicesCsv(heading: string, rows: readonly WorkRow[]): string {
  const needed = new Map<string, readonly string[]>(
    [...Map.groupBy(rows, (row) => row.hostname)].map(([host, of]) => [
      host,
      updatesOf(of).map(({ kb }) => kb),
    ]),
  );
  const lines = windowsHosts(rows).map((host) =>
    csvLine([host, (needed.get(host) ?? []).join(' ')]),
  );
  return csvLine([heading, 'KB']) + lines.join('');
}

function workCsv(rows: readonly WorkRow[]): string {
  const lines = workLines(rows).map(({ row, name, from, atLeast }) =>
    csvLine([
      row.hostname,
      row.endpointId,
      row.scopeName,
      row.platform,
      [row.osName, row.osVersion].filter((each) => each !== null).join(' '),
      row.action.type,
      'manager' in row.action ? row.action.manager : null,
      name,
      from,
      atLeast,
      row.findings,
      row.reason,
    ]),
  );
  const head = csvLine([
    'hostname',
    'endpoint_id',
    'scope',
    'platform',
    'os',
    'action',
    'manager',
    'package',
    'from',
    'at_least',
    'findings',
    'reason',
  ]);
  return byteOrderMark + head + lines.join('');
}
