/** The neutral VEX document. Absent is null or an empty list. */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** The labels of the VEX working group; OpenVEX and CSAF use them as they are. */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type VexJustification = (typeof VEX_JUSTIFICATIONS)[number];

export interface VexDocument {
  readonly format: 'OpenVEX' | 'CycloneDX' | 'CSAF';
  readonly id: string | null;
  readonly version: string | null;
  readonly author: string | null;
  readonly timestamp: string | null;
  readonly statements: readonly VexStatement[];
  readonly rejected: readonly RejectedStatement[];
}

export interface VexStatement {
  readonly vulnerability: string;
  /** Other identifiers of the same vulnerability. */
  readonly aliases: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  readonly justification: VexJustification | null;
  /** The label of the source, where it has its own (CycloneDX). */
  readonly sourceJustification: string | null;
  readonly impactStatement: string | null;
  readonly actionStatement: string | null;
  readonly notes: string | null;
  /** Of the statement, else of its document. */
  readonly timestamp: string | null;
  readonly author: string | null;
  readonly documentId: string | null;
  /** Place in the source. */
  readonly at: string;
}

export interface VexProduct {
  /** OpenVEX `@id`, CSAF product id, CycloneDX ref or BOM-Link. */
  readonly id: string | null;
  readonly name: string | null;
  readonly purls: readonly string[];
  readonly cpes: readonly string[];
  /** Ref of a component, in the BOM that `bomLink` names or in the document itself. */
  readonly bomRef: string | null;
  readonly bomLink: string | null;
  readonly hashes: readonly { readonly algorithm: string; readonly value: string }[];
  /** Versions the statement is limited to; empty means the product as identified. */
  readonly versions: readonly VexVersion[];
  /** Where the vulnerability sits inside the product (OpenVEX). */
  readonly subcomponents: readonly VexProduct[];
  /** The platform that the product is a part of (CSAF relationships). */
  readonly within: VexProduct | null;
}

export interface VexVersion {
  readonly version: string | null;
  /** vers range. */
  readonly range: string | null;
  /** CycloneDX gives a status for each version; null: as the statement says. */
  readonly status: 'affected' | 'unaffected' | 'unknown' | null;
}

export interface RejectedStatement {
  readonly reason: string;
  readonly at: string;
}

export type VexParse =
  | { readonly document: VexDocument }
  | { readonly error: string; readonly at: string };

export const NO_PRODUCT: VexProduct = {
  id: null,
  name: null,
  purls: [],
  cpes: [],
  bomRef: null,
  bomLink: null,
  hashes: [],
  versions: [],
  subcomponents: [],
  within: null,
};
