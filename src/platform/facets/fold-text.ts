/** The same text for whoever types it: case, full width and composed accents do not count. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
