import { cleanText, cveId, dayOf, isObject, parseDocument, timeOf } from './clean-json.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/**
 * CISA's catalogue of known exploited vulnerabilities.
 * Source: https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json
 */
export interface KevEntry {
  readonly cve: string;
  readonly listedOn: string;
  readonly dueOn: string | null;
  readonly ransomware: boolean;
  readonly title: string;
}

/** @throws FeedDamaged when it is not such a catalogue */
export function parseKev(text: string): Parsed<KevEntry> {
  const document = parseDocument(text, 'kev.json');
  const entries = document['vulnerabilities'];
  if (!Array.isArray(entries)) {
    throw new FeedDamaged('WRONG_SHAPE', 'kev.json has no list "vulnerabilities"');
  }
  const rejected = new Rejections();
  const items = new Map<string, KevEntry>();
  for (const [index, entry] of entries.entries()) {
    const at = `$.vulnerabilities[${index}]`;
    if (!isObject(entry)) {
      rejected.add(at, 'an object is expected');
      continue;
    }
    const cve = entry['cveID'];
    const listedOn = dayOf(entry['dateAdded']);
    if (typeof cve !== 'string' || !cveId.test(cve)) rejected.add(`${at}.cveID`, 'not a CVE id');
    else if (listedOn === null) rejected.add(`${at}.dateAdded`, `${cve}: not a day`);
    else if (items.has(cve)) rejected.add(`${at}.cveID`, `${cve} came before`);
    else {
      const title = entry['vulnerabilityName'];
      items.set(cve, {
        cve,
        listedOn,
        dueOn: dayOf(entry['dueDate']),
        ransomware: entry['knownRansomwareCampaignUse'] === 'Known',
        title: typeof title === 'string' && title.trim() !== '' ? cleanText(title, 500) : cve,
      });
    }
  }
  const released = timeOf(document['dateReleased']);
  return {
    items: [...items.values()],
    rejected,
    asOf: released === null ? null : new Date(released),
  };
}
