import { foldText } from './fold-text.ts';

/** Whether texts folded by `foldText` fit a pattern, in which `*` stands for any text. */
export function wildcard(pattern: string): (folded: string) => boolean {
  const parts = foldText(pattern).split('*');
  if (parts.length === 1) return (folded) => folded === parts[0];
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return (folded) => {
    if (folded.length < first.length + last.length) return false;
    if (!folded.startsWith(first) || !folded.endsWith(last)) return false;
    let at = first.length;
    const end = folded.length - last.length;
    for (const part of middle) {
      const found = folded.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
