import { Skeleton, Stack } from '@mantine/core';
import { Suspense } from 'react';
import { NoPermissionPage } from './fallback-pages.tsx';
import type { WebPage } from './page.ts';
import classes from './parts.module.css';
import { useHolds } from './session.tsx';

/** Draws a page when the reader may see it, and a skeleton while its code is on the way. */
export function PageFrame({ page }: { page: WebPage }) {
  const holds = useHolds(page.permission);
  if (!holds) return <NoPermissionPage />;
  const Content = page.component;
  return (
    <Suspense fallback={page.bare ? null : <PageSkeleton />}>
      <Content />
    </Suspense>
  );
}

function PageSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <Stack gap="md">
        <Skeleton height={26} width={240} />
        <Skeleton height={14} width={420} maw="80%" />
        <Skeleton height={320} mt="md" />
      </Stack>
    </div>
  );
}
