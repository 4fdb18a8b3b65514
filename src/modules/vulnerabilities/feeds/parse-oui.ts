import { cleanText, dayOf } from './clean-json.ts';
import { type Parsed, Rejections } from './rejections.ts';

/**
 * The blocks of MAC addresses that the IEEE Registration Authority has assigned, in each form that
 * they are passed on in; which one a file has is seen in the file:
 *
 * - `oui.txt`, `mam.txt`, `oui36.txt` of the IEEE: `28-6F-B9   (hex)<TAB><TAB>Organisation`, then the
 *   same block with `(base 16)` (for parts of a block as a range: `D00000-DFFFFF     (base 16)`),
 *   then the address in lines that begin with white space;
 * - `oui.csv`, `mam.csv`, `oui36.csv` of the IEEE: `Registry,Assignment,Organization Name,…`;
 * - our own: `286FB9<TAB>24<TAB>Organisation`, where all sizes of blocks fit in one file.
 *
 * Source: https://standards.ieee.org/products-programs/regauth/
 */
export interface OuiBlock {
  /** 6, 7 or 9 upper-case hexadecimal digits. */
  readonly prefix: string;
  readonly vendor: string;
}

const longestVendor = 200;
/** Of one record in quotation marks; more means that a closing one is missing. */
const longestRecordLines = 20;

/** Lines that are no block are listed with their number; nothing usable is for the caller to refuse. */
export function parseOui(text: string): Parsed<OuiBlock> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const found = new Blocks();
  const heading = lines.find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  if (/^"?registry"?,/i.test(heading)) readCsv(lines, found);
  else readLines(lines, found);
  const dated = dayOf(/^#.*?\b(\d{4}-\d{2}-\d{2})\b/.exec(lines[0] ?? '')?.[1]);
  return {
    items: found.items(),
    rejected: found.rejected,
    asOf: dated === null ? null : new Date(`${dated}T00:00:00Z`),
  };
}

class Blocks {
  readonly rejected = new Rejections();
  readonly #vendors = new Map<string, string>();

  add(line: number, prefix: string, organisation: string): void {
    const at = `line ${line}`;
    const known = prefix.toUpperCase();
    const vendor = cleanText(organisation.replace(/\s+/g, ' ').trim(), longestVendor);
    const before = this.#vendors.get(known);
    if (!/^[0-9A-F]+$/.test(known) || ![6, 7, 9].includes(known.length)) {
      this.rejected.add(at, 'the block is not 6, 7 or 9 hexadecimal digits');
    } else if (vendor === '') this.rejected.add(at, `${known}: no organisation`);
    else if (before === undefined) this.#vendors.set(known, vendor);
    else if (before !== vendor) this.rejected.add(at, `${known} came before, for "${before}"`);
  }

  items(): OuiBlock[] {
    return [...this.#vendors].map(([prefix, vendor]) => ({ prefix, vendor }));
  }
}

const ownLine = /^([0-9A-Fa-f]{6,9})\t(24|28|36)\t(.*)$/;
const hexLine = /^([0-9A-Fa-f]{2})-([0-9A-Fa-f]{2})-([0-9A-Fa-f]{2})\s+\(hex\)\s*(.*)$/;
const base16Line = /^([0-9A-Fa-f]{6})(?:-([0-9A-Fa-f]{6}))?\s+\(base 16\)/;
const headingLine = /^(?:OUI|MA-[LMS]|company_id|Organization)\b/i;

function readLines(lines: readonly string[], found: Blocks): void {
  // A block is complete only with its second line, which may say that it is a part.
  let open: { line: number; oui: string; vendor: string } | null = null;
  const close = (part = '') => {
    if (open) found.add(open.line, open.oui + part, open.vendor);
    open = null;
  };
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (line === '' || /^[\s#]/.test(line)) continue;
    const own = ownLine.exec(line);
    const hex = hexLine.exec(line);
    const base16 = base16Line.exec(line);
    if (own) {
      const [, prefix, bits, vendor] = own as unknown as [string, string, string, string];
      if (prefix.length * 4 === Number(bits)) found.add(number, prefix, vendor);
      else found.rejected.add(`line ${number}`, `${prefix} has not ${bits} bits`);
    } else if (hex) {
      close();
      open = { line: number, oui: hex.slice(1, 4).join(''), vendor: hex[4]! };
    } else if (base16) {
      const [, from, to] = base16;
      const part = to === undefined ? '' : partOf(from!, to);
      if (part !== null) close(part);
      else {
        open = null;
        found.rejected.add(`line ${number}`, 'the range is not a block');
      }
    } else if (!headingLine.test(line)) {
      found.rejected.add(`line ${number}`, 'neither a block nor an address');
    }
  }
  close();
}

/** The digits that a range `D00000-DFFFFF` has in common; null: it is not a block of ours. */
function partOf(from: string, to: string): string | null {
  for (const length of [1, 3]) {
    const rest = 6 - length;
    const isBlock =
      from.slice(0, length).toUpperCase() === to.slice(0, length).toUpperCase() &&
      from.slice(length) === '0'.repeat(rest) &&
      to.slice(length).toUpperCase() === 'F'.repeat(rest);
    if (isBlock) return from.slice(0, length);
  }
  return null;
}

/** The third registry of 24-bit numbers: no interface has an address of it. */
const notForAddresses = 'CID';

function readCsv(lines: readonly string[], found: Blocks): void {
  let isHeading = true;
  for (let index = 0; index < lines.length; ) {
    const number = index + 1;
    if (lines[index]!.trim() === '' || lines[index]!.startsWith('#')) {
      index += 1;
      continue;
    }
    const record = csvRecord(lines, index);
    if (record === null) {
      found.rejected.add(`line ${number}`, 'a quotation mark is not closed');
      index += 1;
      continue;
    }
    index = record.next;
    const [registry = '', assignment = '', vendor = ''] = record.values;
    if (isHeading) isHeading = false;
    else if (record.values.length < 3) found.rejected.add(`line ${number}`, 'too few columns');
    else if (registry !== notForAddresses) found.add(number, assignment.trim(), vendor);
  }
}

/** One record as RFC 4180 has it, from `start`; null: its quotation marks do not end. */
function csvRecord(
  lines: readonly string[],
  start: number,
): { readonly values: readonly string[]; readonly next: number } | null {
  let text = lines[start]!;
  let next = start + 1;
  while ((text.split('"').length - 1) % 2 === 1) {
    if (next >= lines.length || next - start >= longestRecordLines) return null;
    text += `\n${lines[next]!}`;
    next += 1;
  }
  const values: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/gy;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) return null;
    values.push((match[1] ?? match[2] ?? '').replaceAll('""', '"'));
  }
  return { values, next };
}
