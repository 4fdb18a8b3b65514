import { cveId, timeOf } from './clean-json.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/** FIRST's daily scores: a comment line with the date, a heading, then one CVE per line. */
export interface EpssScore {
  readonly cve: string;
  /** 0..1 over the next 30 days. */
  readonly probability: number;
  /** 0..1. */
  readonly percentile: number;
}

/** @throws FeedDamaged when its heading is not the one of EPSS */
export function parseEpss(text: string): Parsed<EpssScore> {
  const rejected = new Rejections();
  const items: EpssScore[] = [];
  const seen = new Set<string>();
  let asOf: Date | null = null;
  let headed = false;
  let number = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, Math.min(end, start + 500)).replace(/\r$/, '');
    start = end + 1;
    number += 1;
    if (line === '') continue;
    if (line.startsWith('#')) {
      const date = timeOf(/score_date:([^,\s]+)/.exec(line)?.[1]);
      if (date !== null) asOf = new Date(date);
      continue;
    }
    if (!headed) {
      if (line !== 'cve,epss,percentile') {
        throw new FeedDamaged(
          'WRONG_SHAPE',
          `line ${number}: the heading is not cve,epss,percentile`,
        );
      }
      headed = true;
      continue;
    }
    const [cve = '', epss = '', rank = '', more] = line.split(',');
    const [probability, percentile] = [shareOf(epss), shareOf(rank)];
    const at = `line ${number}`;
    if (more !== undefined) rejected.add(at, 'more than three columns');
    else if (!cveId.test(cve)) rejected.add(at, 'not a CVE id');
    else if (probability === null || percentile === null) {
      rejected.add(at, `${cve}: not two numbers from 0 to 1`);
    } else if (seen.has(cve)) rejected.add(at, `${cve} came before`);
    else {
      seen.add(cve);
      items.push({ cve, probability, percentile });
    }
  }
  if (!headed) throw new FeedDamaged('WRONG_SHAPE', 'it has no heading cve,epss,percentile');
  return { items, rejected, asOf };
}

function shareOf(text: string): number | null {
  if (!/^(?:0|1|[01]?\.\d{1,20}|\d(?:\.\d{1,20})?[eE]-\d{1,3})$/.test(text)) return null;
  const value = Number(text);
  return value >= 0 && value <= 1 ? value : null;
}
