/**
 * What each registered purl type adds to the core rules.
 *
 * Source: https://github.com/package-url/purl-spec/tree/main/types (`*-definition.json`), read at
 * schema 1.0/1.1, and the type suites in `tests/types`. "lowercase" is the canonical form of a
 * component that the definition calls not case sensitive.
 */
export interface PurlTypeRule {
  readonly namespace: 'required' | 'advised' | 'optional' | 'prohibited';
  readonly versionRequired?: true;
  readonly qualifiersRequired?: readonly string[];
  readonly lowercase?: readonly ('namespace' | 'name' | 'version')[];
  /** Anchored pattern a decoded, normalised name must match. */
  readonly namePattern?: RegExp;
  readonly versionPattern?: RegExp;
}

/**
 * `advised`: the definition says required, yet the suite has no refusal for it and common producers
 * leave the namespace out (`pkg:golang/stdlib`, `pkg:rpm/centerim`). Reported by `purlWarnings`.
 */
const RULES: Readonly<Record<string, PurlTypeRule>> = {
  alpm: { namespace: 'advised', lowercase: ['namespace', 'name'] },
  apk: { namespace: 'advised', lowercase: ['namespace', 'name'] },
  bazel: { namespace: 'prohibited', versionRequired: true },
  bitbucket: { namespace: 'required', lowercase: ['namespace', 'name'] },
  bitnami: { namespace: 'prohibited', lowercase: ['name'] },
  cargo: { namespace: 'prohibited' },
  'chrome-extension': {
    namespace: 'prohibited',
    namePattern: /^[a-p]{32}$/,
    versionPattern: /^[0-9]+(?:\.[0-9]+){0,3}$/,
  },
  cocoapods: { namespace: 'prohibited', namePattern: /^[^.\s+][^\s+]*$/ },
  composer: { namespace: 'required', lowercase: ['namespace', 'name'] },
  conan: { namespace: 'optional' },
  conda: { namespace: 'prohibited' },
  cpan: { namespace: 'required', namePattern: /^(?!.*::)/s },
  cran: { namespace: 'prohibited', versionRequired: true },
  deb: { namespace: 'advised', lowercase: ['namespace', 'name'] },
  docker: { namespace: 'optional' },
  gem: { namespace: 'prohibited' },
  generic: { namespace: 'optional' },
  github: { namespace: 'required', lowercase: ['namespace', 'name'] },
  golang: { namespace: 'advised' },
  hackage: { namespace: 'prohibited' },
  hex: { namespace: 'optional', lowercase: ['namespace', 'name'] },
  huggingface: { namespace: 'advised' },
  julia: { namespace: 'prohibited', qualifiersRequired: ['uuid'] },
  luarocks: { namespace: 'optional', lowercase: ['namespace', 'name'] },
  maven: { namespace: 'required' },
  mlflow: { namespace: 'prohibited' },
  npm: { namespace: 'optional', lowercase: ['namespace', 'name'] },
  nuget: { namespace: 'prohibited' },
  oci: { namespace: 'prohibited', lowercase: ['name', 'version'] },
  opam: { namespace: 'prohibited' },
  otp: { namespace: 'prohibited', lowercase: ['name'] },
  pear: { namespace: 'optional' },
  pub: { namespace: 'prohibited', lowercase: ['name'] },
  pypi: { namespace: 'prohibited', lowercase: ['name', 'version'] },
  qpkg: { namespace: 'advised', lowercase: ['namespace'] },
  rpm: { namespace: 'advised', lowercase: ['namespace'] },
  swid: { namespace: 'optional', qualifiersRequired: ['tag_id'] },
  swift: { namespace: 'required' },
  'vscode-extension': { namespace: 'required', lowercase: ['namespace', 'name', 'version'] },
  yocto: { namespace: 'optional', lowercase: ['namespace'] },
};

const NO_RULE: PurlTypeRule = { namespace: 'optional' };

export function purlTypeRule(type: string): PurlTypeRule {
  return Object.hasOwn(RULES, type) ? (RULES[type] ?? NO_RULE) : NO_RULE;
}

export const REGISTERED_PURL_TYPES: readonly string[] = Object.keys(RULES);
