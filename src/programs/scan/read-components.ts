import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { goModIsComplete } from '../../modules/vulnerabilities/lock-files/go-modules.ts';
import { parseLockFile } from '../../modules/vulnerabilities/lock-files/lock-file.ts';
import {
  componentSubject,
  isPackage,
  purlOfPackage,
  systemOf,
} from '../../modules/vulnerabilities/sbom/component-subject.ts';
import { parseSbom } from '../../modules/vulnerabilities/sbom/parse-sbom.ts';
import type { SbomComponent, SbomDocument } from '../../standards/cyclonedx/sbom.ts';
import { canonicalName } from '../../standards/osv/ecosystem.ts';
import { type Input, type InputFile, includedFile } from './find-input.ts';
import type { NotAssessed, Reason, ScannedComponent } from './scan-report.ts';

export interface ReadComponents {
  readonly components: readonly ScannedComponent[];
  readonly notAssessed: readonly NotAssessed[];
  readonly files: readonly string[];
  readonly bill: SbomDocument;
  /** A file that could not be read at all: what, where in it, which file. */
  readonly broken: readonly {
    readonly file: string;
    readonly error: string;
    readonly at: string;
  }[];
}

const maxFileBytes = 268_435_456;

/** Everything the input contains, from all its files. */
export async function readComponents(input: Input): Promise<ReadComponents> {
  const components: ScannedComponent[] = [];
  const notAssessed: NotAssessed[] = [];
  const broken: { file: string; error: string; at: string }[] = [];
  const bills: SbomDocument[] = [];
  const files: string[] = [];
  const open = [...input.files];
  const taken = new Set(open.map(({ path }) => path));
  const completeGo = new Set<string>();
  for (let at = 0; at < open.length; at += 1) {
    const file = open[at]!;
    const folder = dirname(file.path);
    // Beside a complete go.mod its go.sum only adds versions that are not built.
    if (file.kind === 'go.sum' && completeGo.has(folder)) continue;
    files.push(file.name);
    const text = await readText(file);
    if ('error' in text) {
      broken.push({ file: file.name, ...text });
      continue;
    }
    if (file.kind === 'sbom') {
      const parsed = parseSbom(text.text);
      if ('error' in parsed) broken.push({ file: file.name, ...parsed });
      else {
        bills.push(parsed.document);
        readBill(file.name, parsed.document, components, notAssessed);
      }
      continue;
    }
    if (file.kind === 'go.mod' && goModIsComplete(text.text)) completeGo.add(folder);
    const parsed = parseLockFile(file.kind, text.text);
    if ('error' in parsed) {
      broken.push({ file: file.name, ...parsed });
      continue;
    }
    for (const { name, version, ecosystem, dev, line } of parsed.packages) {
      components.push({
        file: file.name,
        line,
        name,
        version,
        ecosystem,
        dev,
        purl: purlOfPackage(ecosystem, name, version),
        ref: null,
        subject: { ecosystem, name: canonicalName(ecosystem, name), version },
      });
    }
    for (const skipped of parsed.skipped) notAssessed.push({ file: file.name, ...skipped });
    for (const { path, line } of parsed.includes) {
      const included = await includedFile(input, file, path);
      if (included === null) {
        notAssessed.push(wholeFile(file.name, 'incomplete', path, line));
      } else if (!taken.has(included.path)) {
        taken.add(included.path);
        open.push(included);
      }
    }
  }
  for (const { name, what } of input.unsupported) {
    const reason = what === 'no-lock' ? 'no-lock-file' : 'unsupported-file';
    notAssessed.push(wholeFile(name, reason, null));
  }
  for (const { file, error, at } of broken) {
    notAssessed.push(wholeFile(file, 'unreadable-file', `${at}: ${error}`));
  }
  if (input.truncated) notAssessed.push(wholeFile('.', 'too-many-files', null));
  const bill = bills.length === 1 && files.length === 1 ? bills[0]! : billOf(components);
  return { components, notAssessed, files, bill, broken };
}

function wholeFile(
  file: string,
  reason: Reason,
  detail: string | null,
  line: number | null = null,
): NotAssessed {
  return { file, line, name: '', version: null, ecosystem: null, reason, detail };
}

async function readText(
  file: InputFile,
): Promise<{ readonly text: string } | { readonly error: string; readonly at: string }> {
  try {
    const { size } = await stat(file.path);
    if (size > maxFileBytes) return { error: `larger than ${maxFileBytes} bytes`, at: '1:1' };
    return { text: await readFile(file.path, 'utf8') };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), at: '1:1' };
  }
}

function readBill(
  file: string,
  document: SbomDocument,
  components: ScannedComponent[],
  notAssessed: NotAssessed[],
): void {
  const system = systemOf(document);
  for (const component of document.components) {
    if (!isPackage(component, document)) continue;
    const subject = componentSubject(component, system);
    const name = component.group ? `${component.group}/${component.name}` : component.name;
    const { version, purl, ref } = component;
    if ('notAssessed' in subject) {
      const { notAssessed: reason, detail } = subject;
      notAssessed.push({ file, line: null, name, version, ecosystem: null, reason, detail });
      continue;
    }
    components.push({
      file,
      line: null,
      name,
      version,
      ecosystem: subject.ecosystem,
      // CycloneDX: not needed at run time.
      dev: component.scope === 'excluded' ? true : component.scope === null ? null : false,
      purl,
      ref,
      subject,
    });
  }
}

/** Lock files as one bill of materials; its components' refs are their purls. */
function billOf(components: readonly ScannedComponent[]): SbomDocument {
  const byRef = new Map<string, SbomComponent>();
  for (const { name, version, purl, dev, ecosystem } of components) {
    const ref = purl ?? `${ecosystem}:${name}@${version}`;
    if (byRef.has(ref)) continue;
    byRef.set(ref, {
      ref,
      refGiven: true,
      parent: null,
      type: 'library',
      group: null,
      name,
      version,
      versionRange: null,
      description: null,
      scope: dev === true ? 'excluded' : null,
      purl,
      cpes: [],
      swidTagId: null,
      hashes: [],
      licences: [],
      copyright: null,
      supplier: null,
      manufacturer: null,
      authors: [],
      publisher: null,
      externalReferences: [],
      properties: [],
    });
  }
  return {
    format: 'CycloneDX',
    formatVersion: '1.6',
    serialNumber: null,
    version: 1,
    name: null,
    created: null,
    authors: [],
    tools: [],
    supplier: null,
    manufacturer: null,
    licences: [],
    subject: null,
    components: [...byRef.values()],
    dependencies: [],
    relationships: [],
    properties: [],
  };
}
