import { dayOf } from './clean-json.ts';
import type { SupportCycle } from './parse-endoflife.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/**
 * The dates of Debian's and Ubuntu's releases, in the form of distro-info-data
 * (https://salsa.debian.org/debian/distro-info-data): a heading, then one release per line; columns
 * at the end may be missing. Debian: `eol-lts` is open to everybody, `eol-elts` is sold. Ubuntu:
 * `eol` and `eol-server` are normal support, `eol-esm` and `eol-legacy` need a subscription.
 *
 * @throws FeedDamaged when the heading is another
 */
export function parseDistroSupport(
  text: string,
  product: 'debian' | 'ubuntu',
): Parsed<SupportCycle> {
  const [heading = '', ...lines] = text.split(/\r?\n/);
  const columns = heading.split(',');
  for (const needed of ['version', 'codename', 'release', 'eol']) {
    if (!columns.includes(needed)) {
      throw new FeedDamaged('WRONG_SHAPE', `line 1: the heading has no column ${needed}`);
    }
  }
  const rejected = new Rejections();
  const items = new Map<string, SupportCycle>();
  for (const [index, line] of lines.slice(0, 10_000).entries()) {
    if (line.trim() === '') continue;
    const at = `line ${index + 2}`;
    const values = line.split(',');
    const value = (column: string) => values[columns.indexOf(column)]?.trim() ?? '';
    const version = value('version');
    // Unstable has no version: it is no release.
    if (version === '') continue;
    const cycle = /^\d+(?:\.\d+)?/.exec(version)?.[0];
    if (cycle === undefined) {
      rejected.add(at, 'the version is no number');
      continue;
    }
    const wrong = columns.find(
      (column) =>
        /^(release|eol)/.test(column) && value(column) !== '' && dayOf(value(column)) === null,
    );
    if (wrong !== undefined) rejected.add(at, `${wrong}: not a day`);
    else if (items.has(cycle)) rejected.add(at, `${cycle} came before`);
    else {
      const day = (column: string) => dayOf(value(column));
      const latest = (...days: (string | null)[]) =>
        days
          .filter((one) => one !== null)
          .sort()
          .at(-1) ?? null;
      items.set(cycle, {
        product,
        cycle,
        title: product === 'debian' ? 'Debian' : 'Ubuntu',
        codename: value('codename') || null,
        releasedOn: day('release'),
        endsOn: latest(day('eol'), product === 'ubuntu' ? day('eol-server') : null),
        ended: false,
        ltsEndsOn: product === 'debian' ? day('eol-lts') : null,
        extendedEndsOn:
          product === 'debian' ? day('eol-elts') : latest(day('eol-esm'), day('eol-legacy')),
        latestVersion: null,
      });
    }
  }
  return { items: [...items.values()], rejected, asOf: null };
}
