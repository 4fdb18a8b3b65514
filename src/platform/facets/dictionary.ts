import { foldText } from './fold-text.ts';
import { TextBlocks } from './text-blocks.ts';

/** Numbers for texts; numbers of forgotten texts are given out again, so that they stay small. */
export class Dictionary {
  readonly #ids = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #folded = new TextBlocks();
  /** Of texts that are written otherwise than they fold: ids by folded text. */
  readonly #variants = new Map<string, Set<number>>();
  readonly #free: number[] = [];

  idsOf(texts: Iterable<string>): number[] {
    const ids: number[] = [];
    for (const text of texts) ids.push(this.#ids.get(text) ?? this.#learn(text));
    return ids;
  }

  idOf(text: string): number | undefined {
    return this.#ids.get(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  foldedOf(id: number): string {
    return this.#folded.get(id) ?? '';
  }

  texts(): MapIterator<string> {
    return this.#ids.keys();
  }

  ids(): number[] {
    return [...this.#ids.values()];
  }

  /** Ids of all texts that fold to this one. */
  idsOfFolded(folded: string): number[] {
    const same = this.#ids.get(folded);
    const ids = [...(this.#variants.get(folded) ?? [])];
    if (same !== undefined && this.foldedOf(same) === folded) ids.push(same);
    return ids;
  }

  /** Ends early when `take` answers false. */
  eachFolded(take: (folded: string, id: number) => boolean): void {
    this.#folded.each(take);
  }

  /** Texts that, folded, fit a pattern in which `*` stands for any text; ends as the above. */
  eachLike(pattern: string, take: (folded: string, id: number) => boolean): void {
    this.#folded.eachLike(pattern, take);
  }

  forget(id: number): void {
    const text = this.#texts[id];
    if (text === undefined) return;
    const folded = this.foldedOf(id);
    const variants = this.#variants.get(folded);
    if (variants?.delete(id) && variants.size === 0) this.#variants.delete(folded);
    this.#ids.delete(text);
    this.#texts[id] = undefined;
    this.#folded.set(id, undefined);
    this.#free.push(id);
  }

  #learn(text: string): number {
    const id = this.#free.pop() ?? this.#texts.length;
    const folded = foldText(text);
    this.#ids.set(text, id);
    this.#texts[id] = text;
    if (folded === text) {
      // The same string: kept once.
      this.#folded.set(id, text);
      return id;
    }
    this.#folded.set(id, folded);
    const variants = this.#variants.get(folded);
    if (variants) variants.add(id);
    else this.#variants.set(folded, new Set([id]));
    return id;
  }
}
