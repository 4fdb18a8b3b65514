import type { NoticeSeverity, Schedule } from './api.ts';

const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** When a notice that is told at `at` goes out over a channel with this schedule. */
export function dueTime(schedule: Schedule, severity: NoticeSeverity, at: Date): Date {
  if (severity === 'urgent' && schedule.urgentAtOnce) return at;
  const { mode, timeZone, dailyAt, quiet } = schedule;
  let due = at;
  if (mode === 'hourly') due = nextFullHour(at, timeZone);
  if (mode === 'daily') due = nextTimeOfDay(at, timeZone, dailyAt);
  if (quiet !== null && isQuiet(due, timeZone, quiet)) {
    due = nextTimeOfDay(due, timeZone, quiet.to);
  }
  return due;
}

/** Whether the runtime knows this time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

function isQuiet(at: Date, timeZone: string, { from, to }: { from: string; to: string }): boolean {
  const local = new Date(localTime(at.getTime(), timeZone));
  const now = local.getUTCHours() * 60 + local.getUTCMinutes();
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start <= end ? now >= start && now < end : now >= start || now < end;
}

function nextFullHour(at: Date, timeZone: string): Date {
  // Counted in the zone's own time: some are half an hour off.
  const intoHourMs = localTime(at.getTime(), timeZone) % (60 * minuteMs);
  return new Date(at.getTime() + 60 * minuteMs - intoHourMs);
}

/** The next moment after `at` when clocks of the zone show this. */
function nextTimeOfDay(at: Date, timeZone: string, timeOfDay: string): Date {
  const dayMs = 24 * 60 * minuteMs;
  const local = localTime(at.getTime(), timeZone);
  const midnight = local - (local % dayMs);
  for (let day = 0; ; day += 1) {
    const moment = momentOf(midnight + day * dayMs + minutesOf(timeOfDay) * minuteMs, timeZone);
    if (moment > at.getTime()) return new Date(moment);
  }
}

/** The moment when clocks show `local`; in the hour that a spring lacks, one that exists. */
function momentOf(local: number, timeZone: string): number {
  const guess = local - (localTime(local, timeZone) - local);
  return local - (localTime(guess, timeZone) - guess);
}

/** What clocks of the zone show at a moment, written as if it were UTC. */
function localTime(moment: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(moment)) {
    parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((moment % 1_000) + 1_000) % 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}

function minutesOf(timeOfDay: string): number {
  const [hour = 0, minute = 0] = timeOfDay.split(':').map(Number);
  return hour * 60 + minute;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
