import type { MaintenanceWindow } from './api.ts';

/**
 * Maintenance windows by the wall clock of the endpoint. An hour that summer time skips is not
 * there, so a window that lies within it does not open that day; one that is repeated counts twice.
 */
const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
    } catch {
      format = null;
    }
    // Zones come from endpoints: what is kept of them has a limit.
    if (formats.size < 1_000) formats.set(zone, format);
  }
  return format;
}

/** IANA name that can be computed with. */
export const isTimeZone = (zone: string): boolean => formatOf(zone) !== null;

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Day of the week (0 Sunday) and minutes after midnight on the wall of `zone`. */
export function wallClock(
  zone: string,
  at: Date,
): { readonly day: number; readonly minute: number } {
  const format = formatOf(zone) ?? formatOf('UTC')!;
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: weekdays.indexOf(parts.get('weekday')!),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** `from` equal to `to`: a whole day. */
export function isOpen({ days, from, to }: MaintenanceWindow, zone: string, at: Date): boolean {
  const { day, minute } = wallClock(zone, at);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(day);
  const yesterday = days.includes((day + 6) % 7);
  if (start < end) return today && minute >= start && minute < end;
  return (today && minute >= start) || (yesterday && minute < end);
}

/** When an open window closes; at the latest 36 hours from now, for one that never does. */
export function closesAt(window: MaintenanceWindow, zone: string, at: Date): Date {
  let ms = Math.floor(at.getTime() / minuteMs) * minuteMs + minuteMs;
  const latestMs = at.getTime() + 36 * 3_600_000;
  while (ms < latestMs && isOpen(window, zone, new Date(ms))) ms += minuteMs;
  return new Date(ms);
}

/** Is it open at some moment from `from` until before `until`? Looks nine days ahead. */
export function opensWithin(
  window: MaintenanceWindow,
  zone: string,
  from: Date,
  until: Date,
): boolean {
  const length = (minutesOf(window.to) - minutesOf(window.from) + 1_440) % 1_440 || 1_440;
  const stepMs = Math.min(15, length) * minuteMs;
  const untilMs = Math.min(until.getTime(), from.getTime() + 9 * 86_400_000);
  for (let ms = from.getTime(); ms < untilMs; ms += stepMs) {
    if (isOpen(window, zone, new Date(ms))) return true;
  }
  return false;
}

/**
 * May work begin at an endpoint now, and until when: null, its window is closed. Without a window
 * always; also when no window opens any more before the deadline, for the work is done by then.
 */
export function mayBegin(
  window: MaintenanceWindow | null,
  zone: string,
  now: Date,
  deadline: Date,
): { readonly until: Date } | null {
  if (now >= deadline) return null;
  if (window === null) return { until: deadline };
  if (isOpen(window, zone, now)) {
    const closes = closesAt(window, zone, now);
    return { until: closes < deadline ? closes : deadline };
  }
  return opensWithin(window, zone, now, deadline) ? null : { until: deadline };
}
