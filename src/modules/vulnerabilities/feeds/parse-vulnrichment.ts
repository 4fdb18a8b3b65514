import { parseCvss } from '../../../standards/cvss/cvss.ts';
import { cleanText, cveId, isObject, isTooDeep, parseCleanJson, timeOf } from './clean-json.ts';
import type { RawRecord } from './parse-osv.ts';
import type { Rejections } from './rejections.ts';

/**
 * What CISA and the numbering authority say of one CVE. Two forms are read: the line of a bundle
 * (`cve-meta-vulnrichment.jsonl.gz`), and the CVE record of CISA's repository with its ADP
 * container. Sources: https://github.com/cisagov/vulnrichment, CVE record format 5.1,
 * SSVC decision points https://www.cisa.gov/stakeholder-specific-vulnerability-categorization-ssvc
 */
export interface CveFacts {
  readonly cve: string;
  readonly description: string | null;
  readonly cvssVector: string | null;
  readonly cvssScore: number | null;
  readonly severity: string | null;
  readonly cwes: readonly string[];
  readonly exploitation: 'none' | 'poc' | 'active' | null;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
}

/** The facts one by one; a bad record is left out with its place and reason. */
export async function* readCveFacts(
  raw: AsyncIterable<RawRecord> | Iterable<RawRecord>,
  rejected: Rejections,
): AsyncGenerator<CveFacts> {
  const seen = new Set<string>();
  for await (const { at, text } of raw) {
    const parsed = parseFacts(text);
    if ('reason' in parsed) rejected.add(at, parsed.reason);
    else if (seen.has(parsed.facts.cve)) rejected.add(at, `${parsed.facts.cve} came before`);
    else {
      seen.add(parsed.facts.cve);
      yield parsed.facts;
    }
  }
}

export function parseFacts(text: string): { facts: CveFacts } | { reason: string } {
  let value: unknown;
  try {
    value = parseCleanJson(text);
  } catch (error) {
    return { reason: `not JSON: ${(error as Error).message}` };
  }
  if (!isObject(value)) return { reason: 'an object is expected' };
  if (isTooDeep(value)) return { reason: 'nested too deeply' };
  return value['dataType'] === 'CVE_RECORD' ? factsOfCveRecord(value) : factsOfLine(value);
}

type Json = Readonly<Record<string, unknown>>;

function factsOfLine(line: Json): { facts: CveFacts } | { reason: string } {
  const cve = line['id'];
  if (typeof cve !== 'string' || !cveId.test(cve)) return { reason: '$.id: not a CVE id' };
  const vectors = listOf(line['cvss'])
    .filter(isObject)
    .map((one) => ({ vector: textOf(one['vector']), byCisa: one['src'] === 'cisa-adp' }));
  const ssvc = isObject(line['ssvc']) ? line['ssvc'] : {};
  return {
    facts: {
      cve,
      description: describe(line['description'], line['title']),
      ...scored(vectors),
      cwes: cwesOf(listOf(line['cwe'])),
      ...decided(ssvc),
      publishedAt: timeOf(line['published']),
      modifiedAt: timeOf(line['modified']),
    },
  };
}

function factsOfCveRecord(record: Json): { facts: CveFacts } | { reason: string } {
  const meta = isObject(record['cveMetadata']) ? record['cveMetadata'] : {};
  const containers = isObject(record['containers']) ? record['containers'] : {};
  const cve = meta['cveId'];
  if (typeof cve !== 'string' || !cveId.test(cve)) {
    return { reason: '$.cveMetadata.cveId: not a CVE id' };
  }
  const cna = isObject(containers['cna']) ? containers['cna'] : {};
  const adp = listOf(containers['adp'])
    .filter(isObject)
    .filter(
      ({ providerMetadata, title }) =>
        (isObject(providerMetadata) && providerMetadata['shortName'] === 'CISA-ADP') ||
        title === 'CISA ADP Vulnrichment',
    );
  const metricsOf = (container: Json) => listOf(container['metrics']).filter(isObject);
  const vectorsOf = (container: Json, byCisa: boolean) =>
    metricsOf(container).flatMap((metric) =>
      ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'].map((form) => {
        const given = metric[form];
        return { vector: isObject(given) ? textOf(given['vectorString']) : null, byCisa };
      }),
    );
  const options = adp
    .flatMap(metricsOf)
    .map(({ other }) => (isObject(other) && other['type'] === 'ssvc' ? other['content'] : null))
    .filter(isObject)
    .flatMap((content) => listOf(content['options']).filter(isObject));
  const english = listOf(cna['descriptions'])
    .filter(isObject)
    .find(({ lang }) => typeof lang === 'string' && lang.startsWith('en'));
  const cwes = [cna, ...adp].flatMap((container) =>
    listOf(container['problemTypes'])
      .filter(isObject)
      .flatMap((type) => listOf(type['descriptions']).filter(isObject))
      .map((description) => description['cweId']),
  );
  return {
    facts: {
      cve,
      description: describe(english?.['value'], cna['title']),
      ...scored([...vectorsOf(cna, false), ...adp.flatMap((one) => vectorsOf(one, true))]),
      cwes: cwesOf(cwes),
      ...decided(Object.assign({}, ...options) as Json),
      publishedAt: timeOf(meta['datePublished']),
      modifiedAt: timeOf(meta['dateUpdated']),
    },
  };
}

/** The newest version of CVSS counts; of two vectors of one version that of CISA. */
function scored(
  vectors: readonly { readonly vector: string | null; readonly byCisa: boolean }[],
): Pick<CveFacts, 'cvssVector' | 'cvssScore' | 'severity'> {
  let best:
    | { version: string; byCisa: boolean; score: number; severity: string; vector: string }
    | undefined;
  for (const { vector, byCisa } of vectors) {
    if (vector === null) continue;
    const parsed = parseCvss(vector);
    if ('error' in parsed) continue;
    const { version, score, severity } = parsed;
    if (
      best &&
      (version < best.version || (version === best.version && !(byCisa && !best.byCisa)))
    ) {
      continue;
    }
    best = { version, byCisa, score, severity, vector };
  }
  return {
    cvssVector: best?.vector ?? null,
    cvssScore: best?.score ?? null,
    severity: best?.severity ?? null,
  };
}

/** The decision points; the repository writes them in several cases. What is odd is unknown. */
function decided(ssvc: Json): Pick<CveFacts, 'exploitation' | 'automatable' | 'technicalImpact'> {
  const word = (name: string) => textOf(ssvc[name])?.toLowerCase() ?? null;
  const [exploitation, automatable, impact] = [
    word('Exploitation'),
    word('Automatable'),
    word('Technical Impact'),
  ];
  return {
    exploitation:
      exploitation === 'none' || exploitation === 'poc' || exploitation === 'active'
        ? exploitation
        : null,
    automatable: automatable === 'yes' ? true : automatable === 'no' ? false : null,
    technicalImpact: impact === 'partial' || impact === 'total' ? impact : null,
  };
}

function describe(description: unknown, title: unknown): string | null {
  const text = [textOf(title), textOf(description)].find(
    (one) => one !== null && one.trim() !== '',
  );
  return text ? cleanText(text.trim(), 2_000) : null;
}

function cwesOf(values: readonly unknown[]): readonly string[] {
  const cwes = values.filter(
    (cwe): cwe is string => typeof cwe === 'string' && /^CWE-\d{1,6}$/.test(cwe),
  );
  return [...new Set(cwes)].sort().slice(0, 50);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 1_000) : [];
}
