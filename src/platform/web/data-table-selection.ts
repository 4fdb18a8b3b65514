import { useCallback, useRef, useState } from 'react';
import { selectionLimit } from './data-table-window.ts';

export interface Selection {
  ids: ReadonlySet<string>;
  has: (id: string) => boolean;
  clear: () => void;
  add: (ids: readonly string[]) => void;
  /** One row; with shift all rows between the last one touched and this one. */
  toggle: (id: string, index: number, extend: boolean) => Promise<void>;
}

/**
 * The chosen rows of a list. `spanIds` answers the ids of the rows between two places, also of rows
 * that were never on the screen.
 */
export function useSelection(
  identity: string,
  spanIds: (first: number, last: number) => Promise<readonly string[]>,
): Selection {
  const [chosen, setChosen] = useState<{ identity: string; ids: ReadonlySet<string> }>({
    identity,
    ids: new Set(),
  });
  const anchor = useRef<number | null>(null);
  // Under another filter the chosen rows may be out of sight; nobody should act on those.
  const ids = chosen.identity === identity ? chosen.ids : emptySet;
  const clear = useCallback(() => {
    anchor.current = null;
    setChosen({ identity, ids: new Set() });
  }, [identity]);
  const add = (added: readonly string[]) =>
    setChosen((previous) => {
      const next = new Set(previous.identity === identity ? previous.ids : []);
      for (const id of added) if (next.size < selectionLimit) next.add(id);
      return { identity, ids: next };
    });
  return {
    ids,
    has: (id) => ids.has(id),
    clear,
    add,
    toggle: async (id, index, extend) => {
      const from = anchor.current;
      anchor.current = index;
      if (extend && from !== null) {
        add(await spanIds(from, index));
        return;
      }
      setChosen((previous) => {
        const next = new Set(previous.identity === identity ? previous.ids : []);
        if (!next.delete(id) && next.size < selectionLimit) next.add(id);
        return { identity, ids: next };
      });
    },
  };
}

const emptySet: ReadonlySet<string> = new Set();
