import { cleanText, dayOf, isObject, parseDocument, timeOf } from './clean-json.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/** One release of a product, and until when it is cared for. Days are calendar days. */
export interface SupportCycle {
  readonly product: string;
  readonly cycle: string;
  readonly title: string;
  readonly codename: string | null;
  readonly releasedOn: string | null;
  /** End of normal security support; null: not announced. */
  readonly endsOn: string | null;
  /** Ended already, on a day that nobody recorded. */
  readonly ended: boolean;
  readonly ltsEndsOn: string | null;
  readonly extendedEndsOn: string | null;
  readonly latestVersion: string | null;
}

/**
 * endoflife.date, in the form of a bundle (`{date, cycles: [{product, cycle, eol, …}]}`) or of its
 * API (`{generated_at, result: [{name, label, releases: [{name, isEol, eolFrom, eoesFrom, …}]}]}`,
 * https://endoflife.date/docs/api/v1/, `/products/full`).
 *
 * @throws FeedDamaged when it is neither
 */
export function parseEndoflife(text: string): Parsed<SupportCycle> {
  const document = parseDocument(text, 'the document of endoflife.date');
  const { cycles, result } = document;
  const rejected = new Rejections();
  const items = new Map<string, SupportCycle>();
  const take = (at: string, cycle: SupportCycle | string) => {
    if (typeof cycle === 'string') rejected.add(at, cycle);
    else if (items.has(`${cycle.product}\n${cycle.cycle}`))
      rejected.add(at, 'the release came before');
    else items.set(`${cycle.product}\n${cycle.cycle}`, cycle);
  };
  if (Array.isArray(cycles)) {
    for (const [index, cycle] of cycles.entries()) take(`$.cycles[${index}]`, ofBundle(cycle));
  } else if (Array.isArray(result)) {
    for (const [index, product] of result.entries()) {
      const at = `$.result[${index}]`;
      if (!isObject(product) || !Array.isArray(product['releases'])) {
        rejected.add(at, 'a product with a list "releases" is expected');
        continue;
      }
      for (const [place, release] of product['releases'].entries()) {
        take(`${at}.releases[${place}]`, ofApi(product, release));
      }
    }
  } else throw new FeedDamaged('WRONG_SHAPE', 'it has neither "cycles" nor "result"');
  const asOf = timeOf(document['generated_at']) ?? dayOf(document['date']);
  return { items: [...items.values()], rejected, asOf: asOf === null ? null : new Date(asOf) };
}

function ofBundle(value: unknown): SupportCycle | string {
  if (!isObject(value)) return 'an object is expected';
  const product = name(value['product']);
  const cycle = name(value['cycle']);
  if (product === null || cycle === null) return 'it lacks a product or a cycle';
  const { eol } = value;
  if (typeof eol !== 'boolean' && dayOf(eol) === null) return `${product} ${cycle}: eol is no day`;
  const extended = dayOf(value['extended']);
  return {
    product,
    cycle,
    title: title(value['title'], product),
    codename: name(value['codename']),
    releasedOn: dayOf(value['release']),
    endsOn: dayOf(eol),
    ended: eol === true,
    ...afterwards(product, extended),
    latestVersion: name(value['latest']),
  };
}

function ofApi(owner: Readonly<Record<string, unknown>>, value: unknown): SupportCycle | string {
  if (!isObject(value)) return 'an object is expected';
  const product = name(owner['name']);
  const cycle = name(value['name']);
  if (product === null || cycle === null) return 'it lacks a name';
  const endsOn = dayOf(value['eolFrom']);
  if (typeof value['isEol'] !== 'boolean' && endsOn === null) {
    return `${product} ${cycle}: neither isEol nor eolFrom`;
  }
  const { latest } = value;
  return {
    product,
    cycle,
    title: title(owner['label'], product),
    codename: name(value['codename']),
    releasedOn: dayOf(value['releaseDate']),
    endsOn,
    ended: value['isEol'] === true && endsOn === null,
    ...afterwards(product, dayOf(value['eoesFrom'])),
    latestVersion: isObject(latest) ? name(latest['name']) : null,
  };
}

/** Debian's later years are open to everybody (LTS); those of the others are sold. */
function afterwards(
  product: string,
  until: string | null,
): Pick<SupportCycle, 'ltsEndsOn' | 'extendedEndsOn'> {
  return product === 'debian'
    ? { ltsEndsOn: until, extendedEndsOn: null }
    : { ltsEndsOn: null, extendedEndsOn: until };
}

function name(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? cleanText(value) : null;
}

function title(value: unknown, product: string): string {
  return typeof value === 'string' && value.trim() !== '' ? cleanText(value, 200) : product;
}
