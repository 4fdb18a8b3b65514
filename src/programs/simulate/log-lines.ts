import type { Row } from '../../modules/assets/public.ts';
import type { Host } from './host.ts';

/** A line of a status log; severity 0 to 3. */
export function statusLine({ uuid }: Host, severity: number, filename: string, message: string) {
  return { ...head(uuid), severity, filename, line: 413, message, version: '5.23.1' };
}

/** A line of a result log: the whole answer to a statement of the schedule. */
export function snapshotLine({ uuid }: Host, name: string, snapshot: readonly Row[]) {
  const counters = { epoch: 0, counter: 0, numerics: false };
  return { ...head(uuid), snapshot, action: 'snapshot', name, ...counters };
}

function head(hostIdentifier: string) {
  const unixTime = Math.floor(Date.now() / 1000);
  return { hostIdentifier, calendarTime: calendarTime(unixTime), unixTime };
}

/** `Sat Nov 21 17:26:36 2026 UTC` */
function calendarTime(unixTime: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(unixTime * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${date} ${time} ${year} UTC`;
}
