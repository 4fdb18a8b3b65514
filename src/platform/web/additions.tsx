import { Skeleton } from '@mantine/core';
import { createContext, type ReactNode, Suspense, useContext, useMemo } from 'react';
import { type Permission, roleHolds } from '../http/principal.ts';
import type { WebAddition, WebModule } from './page.ts';
import { useSession } from './session.tsx';

const ModulesContext = createContext<readonly WebModule[]>([]);

export function ModulesProvider({
  modules,
  children,
}: {
  modules: readonly WebModule[];
  children: ReactNode;
}) {
  return <ModulesContext value={modules}>{children}</ModulesContext>;
}

/** What all modules add to a place of a page, in order, as far as the reader may see it. */
export function useAdditions(place: string): readonly WebAddition[] {
  const modules = useContext(ModulesContext);
  const role = useSession().user?.role;
  return useMemo(() => additionsFor(modules, place, role), [modules, place, role]);
}

export function additionsFor(
  modules: readonly WebModule[],
  place: string,
  role: Parameters<typeof roleHolds>[0] | undefined,
): readonly WebAddition[] {
  return modules
    .flatMap((module) => module.additions ?? [])
    .filter(
      ({ place: where, permission }) =>
        where === place &&
        (permission === undefined ||
          (role !== undefined && roleHolds(role, permission as Permission))),
    )
    .sort((one, other) => one.order - other.order);
}

/** Draws one addition, and a placeholder while its code is on the way. */
export function Addition({
  addition: { component: Content },
  subjectId = '',
  heightPx = 96,
}: {
  addition: WebAddition;
  subjectId?: string;
  heightPx?: number;
}) {
  return (
    <Suspense fallback={<Skeleton height={heightPx} />}>
      <Content subjectId={subjectId} />
    </Suspense>
  );
}

/** All additions of a place, one below the other. */
export function Additions({ place, subjectId = '' }: { place: string; subjectId?: string }) {
  return useAdditions(place).map((addition) => (
    <Addition key={addition.id} addition={addition} subjectId={subjectId} />
  ));
}
