/**
 * The enumerations of SPDX 2.2 and 2.3, and how they read in the neutral document.
 *
 * Source: SPDX Specification 2.2.2 and 2.3, clauses 7, 8 and 11, https://spdx.github.io/spdx-spec/.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** SPDX checksum algorithm → CycloneDX spelling. */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  SHA1: 'SHA-1',
  SHA224: 'SHA-224',
  SHA256: 'SHA-256',
  SHA384: 'SHA-384',
  SHA512: 'SHA-512',
  'SHA3-256': 'SHA3-256',
  'SHA3-384': 'SHA3-384',
  'SHA3-512': 'SHA3-512',
  'BLAKE2b-256': 'BLAKE2b-256',
  'BLAKE2b-384': 'BLAKE2b-384',
  'BLAKE2b-512': 'BLAKE2b-512',
  BLAKE3: 'BLAKE3',
  MD2: 'MD2',
  MD4: 'MD4',
  MD5: 'MD5',
  MD6: 'MD6',
  ADLER32: 'ADLER32',
};

/** Algorithms that SPDX 2.2 does not know yet. */
export const CHECKSUMS_SINCE_23: ReadonlySet<string> = new Set(
  words('SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 ADLER32'),
);

/** Primary package purpose → CycloneDX component type. */
export const PURPOSES: Readonly<Record<string, string>> = {
  APPLICATION: 'application',
  FRAMEWORK: 'framework',
  LIBRARY: 'library',
  CONTAINER: 'container',
  'OPERATING-SYSTEM': 'operating-system',
  DEVICE: 'device',
  FIRMWARE: 'firmware',
  FILE: 'file',
  SOURCE: 'library',
  ARCHIVE: 'library',
  INSTALL: 'application',
  OTHER: 'library',
};

export const RELATIONSHIPS: ReadonlySet<string> = new Set(
  words(`
    AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF DATA_FILE_OF
    DEPENDENCY_MANIFEST_OF DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DESCRIBED_BY DESCRIBES
    DEV_DEPENDENCY_OF DEV_TOOL_OF DISTRIBUTION_ARTIFACT DOCUMENTATION_OF DYNAMIC_LINK EXAMPLE_OF
    EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED GENERATED_FROM GENERATES
    HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF
    PATCH_APPLIED PATCH_FOR PREREQUISITE_FOR PROVIDED_DEPENDENCY_OF RUNTIME_DEPENDENCY_OF STATIC_LINK
    TEST_CASE_OF TEST_DEPENDENCY_OF TEST_OF TEST_TOOL_OF VARIANT_OF
    REQUIREMENT_DESCRIPTION_FOR SPECIFICATION_FOR
  `),
);
export const RELATIONSHIPS_SINCE_23: ReadonlySet<string> = new Set([
  'REQUIREMENT_DESCRIPTION_FOR',
  'SPECIFICATION_FOR',
]);

/** The left element needs the right one. */
export const NEEDS: ReadonlySet<string> = new Set(
  words('DEPENDS_ON HAS_PREREQUISITE DYNAMIC_LINK STATIC_LINK'),
);
/** The right element needs the left one. */
export const NEEDED_BY: ReadonlySet<string> = new Set(
  words(`
    DEPENDENCY_OF PREREQUISITE_FOR RUNTIME_DEPENDENCY_OF BUILD_DEPENDENCY_OF DEV_DEPENDENCY_OF
    TEST_DEPENDENCY_OF OPTIONAL_DEPENDENCY_OF PROVIDED_DEPENDENCY_OF
  `),
);

export const REFERENCE_CATEGORIES: ReadonlySet<string> = new Set(
  words('SECURITY PACKAGE-MANAGER PACKAGE_MANAGER PERSISTENT-ID PERSISTENT_ID OTHER'),
);
