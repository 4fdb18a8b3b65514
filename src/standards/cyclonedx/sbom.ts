/**
 * One bill of materials, whatever it was written in. Imports fill it, exports write it.
 *
 * Absent is null or an empty list. Texts are as in the source; purls and CPEs are not rewritten.
 */
export interface SbomDocument {
  readonly format: 'CycloneDX' | 'SPDX';
  /** `1.2`…`1.7`, `2.2`, `2.3`. */
  readonly formatVersion: string;
  /** CycloneDX serial number, SPDX document namespace. */
  readonly serialNumber: string | null;
  /** Revision of the document under its serial number; CycloneDX only. */
  readonly version: number | null;
  readonly name: string | null;
  readonly created: string | null;
  readonly authors: readonly SbomParty[];
  readonly tools: readonly SbomTool[];
  readonly supplier: SbomParty | null;
  readonly manufacturer: SbomParty | null;
  /** Licences of the document itself. */
  readonly licences: readonly SbomLicence[];
  /** `ref` of what the document describes: metadata component, first DESCRIBES. */
  readonly subject: string | null;
  /** Flat, in document order: the subject first, then each component before those it contains. */
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly SbomDependency[];
  /** SPDX relationships that are neither a dependency nor containment. */
  readonly relationships: readonly SbomRelationship[];
  readonly properties: readonly SbomProperty[];
}

export interface SbomComponent {
  /** Unique in the document. Made from the place of the component when the source gives none. */
  readonly ref: string;
  readonly refGiven: boolean;
  /** `ref` of the component that contains this one. */
  readonly parent: string | null;
  /** CycloneDX component type; SPDX purposes are translated, `file` for files. */
  readonly type: string;
  readonly group: string | null;
  readonly name: string;
  readonly version: string | null;
  /** vers range of an external component (CycloneDX 1.7). */
  readonly versionRange: string | null;
  readonly description: string | null;
  /** required, optional, excluded. */
  readonly scope: string | null;
  readonly purl: string | null;
  readonly cpes: readonly string[];
  readonly swidTagId: string | null;
  readonly hashes: readonly SbomHash[];
  readonly licences: readonly SbomLicence[];
  readonly copyright: string | null;
  readonly supplier: SbomParty | null;
  readonly manufacturer: SbomParty | null;
  readonly authors: readonly SbomParty[];
  readonly publisher: string | null;
  readonly externalReferences: readonly SbomReference[];
  readonly properties: readonly SbomProperty[];
}

export interface SbomHash {
  /** In CycloneDX spelling: MD5, SHA-1, SHA-256, SHA3-512, BLAKE2b-256… */
  readonly algorithm: string;
  /** Lowercase hexadecimal. */
  readonly value: string;
}

export interface SbomLicence {
  /** `id`: from the SPDX list; `name`: free text; `expression`: SPDX expression. */
  readonly kind: 'id' | 'name' | 'expression';
  readonly value: string;
  readonly url: string | null;
  readonly acknowledgement: 'declared' | 'concluded' | null;
}

export interface SbomParty {
  readonly kind: 'organization' | 'person';
  readonly name: string | null;
  readonly email: string | null;
  readonly urls: readonly string[];
}

export interface SbomTool {
  readonly vendor: string | null;
  readonly name: string | null;
  readonly version: string | null;
}

export interface SbomReference {
  readonly type: string;
  readonly url: string;
  readonly comment: string | null;
}

export interface SbomProperty {
  readonly name: string;
  readonly value: string | null;
}

export interface SbomDependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

export interface SbomRelationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

export type SbomParse =
  | { readonly document: SbomDocument }
  /** A JSON path (`$.components[3].name`), or line:column in XML and tag-value. */
  | { readonly error: string; readonly at: string };
