import { parseCycloneDx } from '../../../standards/cyclonedx/import.ts';
import type { SbomParse } from '../../../standards/cyclonedx/sbom.ts';
import { parseSpdx } from '../../../standards/spdx/import.ts';

/**
 * A bill of materials in any format that Yojin reads: CycloneDX 1.2–1.7 as JSON or XML, SPDX 2.2
 * and 2.3 as JSON or tag-value. Which one it is, its first characters tell.
 */
export function parseSbom(text: string): SbomParse {
  const start = text
    .slice(0, 4_096)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start === '') return { error: 'the document is empty', at: '1:1' };
  if (start.startsWith('<')) return parseCycloneDx(text, { unknownLicenceIds: 'keep' });
  if (!start.startsWith('{')) {
    return /^(?:#.*\n\s*)*SPDXVersion:/.test(start)
      ? parseSpdx(text)
      : { error: 'neither CycloneDX nor SPDX', at: '1:1' };
  }
  // The keys may come in any order, so both are looked for before the formats complain.
  if (/"spdxVersion"\s*:/.test(text)) return parseSpdx(text);
  if (/"(?:bomFormat|specVersion)"\s*:/.test(text)) {
    return parseCycloneDx(text, { unknownLicenceIds: 'keep' });
  }
  const parsed = parseCycloneDx(text);
  return 'error' in parsed && /^\d+:\d+$/.test(parsed.at)
    ? parsed
    : { error: 'neither CycloneDX ("bomFormat") nor SPDX ("spdxVersion")', at: '$' };
}
