/**
 * SPDX tag-value to the tree that SPDX JSON would have, so that one reader serves both.
 *
 * Source: SPDX Specification 2.3, clause 4 and the tag of each field. An unknown tag is an error.
 */
import { MAX_TEXT, Refusal } from '../cyclonedx/reader.ts';

export interface TagValueTree {
  readonly tree: Record<string, unknown>;
  /** `line:column` of the tag that became the value at a path. */
  readonly place: (path: string) => string;
}

type Item = Record<string, unknown>;
type Section = 'document' | 'package' | 'file' | 'snippet' | 'licence';

/** tag → property of the JSON form; a trailing `[]` collects. */
const FIELDS: Readonly<Record<Section, Readonly<Record<string, string>>>> = {
  document: {
    SPDXVersion: 'spdxVersion',
    DataLicense: 'dataLicense',
    DocumentName: 'name',
    DocumentNamespace: 'documentNamespace',
    DocumentComment: 'comment',
    ExternalDocumentRef: 'externalDocumentRefs[]',
    Creator: 'creationInfo.creators[]',
    Created: 'creationInfo.created',
    CreatorComment: 'creationInfo.comment',
    LicenseListVersion: 'creationInfo.licenseListVersion',
  },
  package: {
    PackageVersion: 'versionInfo',
    PackageFileName: 'packageFileName',
    PackageSupplier: 'supplier',
    PackageOriginator: 'originator',
    PackageDownloadLocation: 'downloadLocation',
    FilesAnalyzed: 'filesAnalyzed',
    PackageVerificationCode: 'packageVerificationCode',
    PackageChecksum: 'checksums[]',
    PackageHomePage: 'homepage',
    PackageSourceInfo: 'sourceInfo',
    PackageLicenseConcluded: 'licenseConcluded',
    PackageLicenseInfoFromFiles: 'licenseInfoFromFiles[]',
    PackageLicenseDeclared: 'licenseDeclared',
    PackageLicenseComments: 'licenseComments',
    PackageCopyrightText: 'copyrightText',
    PackageSummary: 'summary',
    PackageDescription: 'description',
    PackageComment: 'comment',
    ExternalRef: 'externalRefs[]',
    ExternalRefComment: 'externalRefComment',
    PackageAttributionText: 'attributionTexts[]',
    PrimaryPackagePurpose: 'primaryPackagePurpose',
    ReleaseDate: 'releaseDate',
    BuiltDate: 'builtDate',
    ValidUntilDate: 'validUntilDate',
  },
  file: {
    FileType: 'fileTypes[]',
    FileChecksum: 'checksums[]',
    LicenseConcluded: 'licenseConcluded',
    LicenseInfoInFile: 'licenseInfoInFiles[]',
    LicenseComments: 'licenseComments',
    FileCopyrightText: 'copyrightText',
    FileComment: 'comment',
    FileNotice: 'noticeText',
    FileContributor: 'fileContributors[]',
    FileAttributionText: 'attributionTexts[]',
    FileDependency: 'fileDependencies[]',
    ArtifactOfProjectName: 'artifactOf[]',
    ArtifactOfProjectHomePage: 'artifactOf[]',
    ArtifactOfProjectURI: 'artifactOf[]',
  },
  snippet: {
    SnippetFromFileSPDXID: 'snippetFromFile',
    SnippetByteRange: 'ranges[]',
    SnippetLineRange: 'ranges[]',
    SnippetLicenseConcluded: 'licenseConcluded',
    LicenseInfoInSnippet: 'licenseInfoInSnippets[]',
    SnippetLicenseComments: 'licenseComments',
    SnippetCopyrightText: 'copyrightText',
    SnippetComment: 'comment',
    SnippetName: 'name',
    SnippetAttributionText: 'attributionTexts[]',
  },
  licence: {
    ExtractedText: 'extractedText',
    LicenseName: 'name',
    LicenseCrossReference: 'seeAlsos[]',
    LicenseComment: 'comment',
  },
};

const ANYWHERE: ReadonlySet<string> = new Set([
  'RelationshipComment',
  'Annotator',
  'AnnotationDate',
  'AnnotationComment',
  'AnnotationType',
  'SPDXREF',
  'Reviewer',
  'ReviewDate',
  'ReviewComment',
]);

const STARTS: Readonly<Record<string, readonly [Section, string, string]>> = {
  PackageName: ['package', 'packages', 'name'],
  FileName: ['file', 'files', 'fileName'],
  SnippetSPDXID: ['snippet', 'snippets', 'SPDXID'],
  LicenseID: ['licence', 'hasExtractedLicensingInfos', 'licenseId'],
};

/** Throws a `Refusal` whose place is line:column. */
export function parseTagValue(source: string): TagValueTree {
  if (source.length > MAX_TEXT) throw new Refusal(`longer than ${MAX_TEXT} characters`, '1:1');
  const tree: Item = { creationInfo: {} };
  const places = new Map<string, string>([['$', '1:1']]);
  let section: Section = 'document';
  let current: Item = tree;
  let path = '$';
  let enclosingPackage: Item | null = null;

  for (const { tag, value, at } of readTags(source)) {
    const start = Object.hasOwn(STARTS, tag) ? STARTS[tag] : undefined;
    if (start !== undefined) {
      const [kind, listName, key] = start;
      const items = collected<Item>(tree, listName);
      section = kind;
      current = { [key]: value };
      path = `$.${listName}[${items.length}]`;
      places.set(path, at);
      places.set(`${path}.${key}`, at);
      items.push(current);
      if (kind === 'package') enclosingPackage = current;
    } else if (tag === 'SPDXID') {
      if (current['SPDXID'] !== undefined) throw new Refusal('SPDXID occurs twice', at);
      current['SPDXID'] = value;
      places.set(`${path}.SPDXID`, at);
      if (section === 'file' && enclosingPackage !== null) {
        collected<string>(enclosingPackage, 'hasFiles').push(value);
      }
    } else if (tag === 'Relationship') {
      const [from, type, ...to] = value.split(/\s+/);
      const relationships = collected<Item>(tree, 'relationships');
      places.set(`$.relationships[${relationships.length}]`, at);
      relationships.push({
        spdxElementId: from,
        relationshipType: type,
        relatedSpdxElement: to.join(' '),
      });
    } else if (!ANYWHERE.has(tag)) {
      const owner = fieldOf(section, tag) ?? fieldOf('document', tag);
      if (owner === undefined)
        throw new Refusal(`the tag "${tag.slice(0, 80)}" is not expected`, at);
      const [holder, target] = owner.section === 'document' ? [tree, '$'] : [current, path];
      assign(holder, owner.property, convert(tag, value, at), `${target}.`, at, places);
    }
  }
  return {
    tree,
    place: (wanted) => {
      for (let known = wanted; known !== ''; known = known.replace(/(?:\.[^.[\]]+|\[\d+\])$/, '')) {
        const found = places.get(known);
        if (found !== undefined) return found;
        if (known === '$') break;
      }
      return '1:1';
    },
  };
}

function fieldOf(
  section: Section,
  tag: string,
): { section: Section; property: string } | undefined {
  const fields = FIELDS[section];
  const property = Object.hasOwn(fields, tag) ? fields[tag] : undefined;
  return property === undefined ? undefined : { section, property };
}

function assign(
  holder: Item,
  property: string,
  value: unknown,
  prefix: string,
  at: string,
  places: Map<string, string>,
): void {
  const collects = property.endsWith('[]');
  const keys = (collects ? property.slice(0, -2) : property).split('.');
  const key = keys.pop() ?? '';
  const target = keys.length === 0 ? holder : (holder[keys[0] ?? ''] as Item);
  const path = `${prefix}${[...keys, key].join('.')}`;
  if (collects) {
    const items = collected(target, key);
    places.set(`${path}[${items.length}]`, at);
    items.push(value);
    return;
  }
  if (target[key] !== undefined) throw new Refusal(`"${key}" occurs twice`, at);
  target[key] = value;
  places.set(path, at);
}

/** The list under a key, made when it is not there. */
function collected<T>(holder: Item, key: string): T[] {
  holder[key] ??= [];
  return holder[key] as T[];
}

/** The structured values: checksums, external references, flags. */
function convert(tag: string, value: string, at: string): unknown {
  if (tag.endsWith('Checksum')) {
    const colon = value.indexOf(':');
    if (colon < 0) throw new Refusal('a checksum is "algorithm: value"', at);
    return {
      algorithm: value.slice(0, colon).trim(),
      checksumValue: value.slice(colon + 1).trim(),
    };
  }
  if (tag === 'ExternalRef') {
    const [referenceCategory, referenceType, ...locator] = value.split(/\s+/);
    return { referenceCategory, referenceType, referenceLocator: locator.join(' ') };
  }
  if (tag === 'FilesAnalyzed') {
    if (!/^(?:true|false)$/i.test(value)) throw new Refusal('neither true nor false', at);
    return value.toLowerCase() === 'true';
  }
  return value;
}

interface Tag {
  readonly tag: string;
  readonly value: string;
  readonly at: string;
}

/** `Tag: value`, with `<text>…</text>` over several lines, comments and empty lines. */
function* readTags(source: string): Generator<Tag> {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const at = `${index + 1}:1`;
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = /^\s*([A-Za-z]+)\s*:\s*(.*)$/.exec(line);
    if (match === null) throw new Refusal('neither "Tag: value" nor a comment', at);
    const [, tag = '', first = ''] = match;
    if (!first.startsWith('<text>')) {
      yield { tag, value: first.trim(), at };
      continue;
    }
    const parts: string[] = [];
    let rest = first.slice(6);
    while (!rest.includes('</text>')) {
      parts.push(rest);
      index += 1;
      if (index >= lines.length) throw new Refusal('<text> is never closed', at);
      rest = lines[index] ?? '';
    }
    parts.push(rest.slice(0, rest.indexOf('</text>')));
    yield { tag, value: parts.join('\n'), at };
  }
}
