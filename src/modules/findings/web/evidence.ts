import type { FindingDetails } from '../api.ts';

type Evidence = FindingDetails['evidence'][number];

/** What met the same range of the same advisory, said once for all packages of it. */
export interface EvidenceGroup
  extends Pick<Evidence, 'advisoryId' | 'source' | 'ecosystem' | 'matched' | 'fixedVersion'> {
  readonly seen: readonly Pick<Evidence, 'softwareId' | 'component' | 'version'>[];
}

export function evidenceGroups(evidence: readonly Evidence[]): readonly EvidenceGroup[] {
  const groups = new Map<string, Evidence[]>();
  for (const item of evidence) {
    const { advisoryId, source, ecosystem, matched, fixedVersion } = item;
    const key = JSON.stringify([advisoryId, source, ecosystem, matched, fixedVersion]);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()].map((items) => ({
    ...items[0]!,
    seen: items.map(({ softwareId, component, version }) => ({ softwareId, component, version })),
  }));
}
