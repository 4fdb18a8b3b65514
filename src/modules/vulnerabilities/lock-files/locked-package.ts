/**
 * What a lock file says: which version of which package a build takes. Readers are pure: text in,
 * packages out, each with the line it stands on, so that a report can point there.
 */
export interface LockedPackage {
  /** As OSV names it: `npm`, `crates.io`, `PyPI`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** Needed for development only; null where the file does not say. */
  readonly dev: boolean | null;
  /** 1-based; null where it could not be told. */
  readonly line: number | null;
}

/** Something that the file names but no registry's advisories can speak of. */
export interface SkippedPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | null;
  readonly reason: SkipReason;
  /** The text that decided, for people: the range, the URL, the line. */
  readonly detail: string | null;
  readonly line: number | null;
}

export type SkipReason =
  /** A range or nothing at all: which version gets installed is decided elsewhere. */
  | 'not-pinned'
  /** From git, a URL or a path: the name need not be that of the registry's package. */
  | 'not-from-registry'
  /** The file refers to something that it does not contain. */
  | 'incomplete';

export interface LockFileContent {
  readonly packages: readonly LockedPackage[];
  readonly skipped: readonly SkippedPackage[];
  /** Other files that belong to this one, relative to it (`-r base.txt`). */
  readonly includes: readonly { readonly path: string; readonly line: number }[];
}

/** `at` is line:column, or a JSON path. */
export type LockFileParse = LockFileContent | { readonly error: string; readonly at: string };

/** Collects what one file says; the same version that stands there twice is one package. */
export class LockFileBuilder {
  readonly #ecosystem: string;
  readonly #packages = new Map<string, LockedPackage>();
  readonly #skipped = new Map<string, SkippedPackage>();
  readonly #includes: { path: string; line: number }[] = [];

  constructor(ecosystem: string) {
    this.#ecosystem = ecosystem;
  }

  add(name: string, version: string, dev: boolean | null, line: number | null): void {
    const key = `${name}\n${version}`;
    const before = this.#packages.get(key);
    if (before === undefined) {
      this.#packages.set(key, { ecosystem: this.#ecosystem, name, version, dev, line });
    } else if (before.dev !== dev && before.dev !== false) {
      // Once for development and once for the product: for the product.
      const both = dev === false || (dev === null && before.dev === true) ? dev : before.dev;
      this.#packages.set(key, { ...before, dev: both });
    }
  }

  skip(
    name: string,
    version: string | null,
    reason: SkipReason,
    detail: string | null,
    line: number | null,
  ): void {
    const key = `${name}\n${version}\n${reason}`;
    if (this.#skipped.has(key)) return;
    const short = detail !== null && detail.length > 200 ? `${detail.slice(0, 199)}…` : detail;
    this.#skipped.set(key, {
      ecosystem: this.#ecosystem,
      name,
      version,
      reason,
      detail: short,
      line,
    });
  }

  include(path: string, line: number): void {
    this.#includes.push({ path, line });
  }

  content(): LockFileContent {
    return {
      packages: [...this.#packages.values()],
      skipped: [...this.#skipped.values()],
      includes: this.#includes,
    };
  }
}
