import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { zipOf } from './zip.ts';

const testdata = fileURLToPath(
  new URL('../modules/vulnerabilities/feeds/testdata/', import.meta.url),
);

/** The folder of real feeds beside the repository, where there is one. */
export const sharedFeeds: string | null = (() => {
  const path = resolve(fileURLToPath(new URL('../../../shared/feeds', import.meta.url)));
  return existsSync(join(path, 'kev.json')) ? path : null;
})();

export function feedFixture(name: string): string {
  return readFileSync(join(testdata, name), 'utf8');
}

/** The lines of a fixture as the ZIP archive that OSV publishes: a file for each record. */
export function osvZip(name: string, extra: readonly { name: string; content: string }[] = []) {
  const lines = feedFixture(name).trim().split('\n');
  const records = lines.map((content) => ({
    name: `${(JSON.parse(content) as { id: string }).id}.json`,
    content,
  }));
  return zipOf([...records, ...extra]);
}

/** Writes the fixtures into `folder` in the layout of a bundle; `changes` replace or add files. */
export function writeBundle(
  folder: string,
  changes: Readonly<Record<string, Buffer | string | null>> = {},
): string {
  const files: Record<string, Buffer | string | null> = {
    'osv/Debian:12/all.zip': osvZip('osv/Debian12.jsonl'),
    'osv/PyPI/all.jsonl.gz': gzipSync(feedFixture('osv/PyPI.jsonl')),
    'kev.json': feedFixture('kev.json'),
    'epss.csv.gz': gzipSync(feedFixture('epss.csv')),
    'cve-meta-vulnrichment.jsonl.gz': gzipSync(feedFixture('vulnrichment.jsonl')),
    'eol.json': feedFixture('eol.json'),
    'debian/support/debian.csv': feedFixture('debian.csv'),
    'debian/support/ubuntu.csv': feedFixture('ubuntu.csv'),
    'windows/cve-kb-mapping.json.gz': gzipSync(feedFixture('windows-fixes.json')),
    'windows/windows-versions.json': feedFixture('windows-releases.json'),
    ...changes,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
