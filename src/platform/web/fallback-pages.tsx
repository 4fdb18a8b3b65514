import { Button, Code, Group, Spoiler, Text } from '@mantine/core';
import { IconBarrierBlock, IconFlameOff, IconMapOff } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useLinkClick } from './app-link.tsx';
import { EmptyState, Page } from './parts.tsx';
import { useT } from './translate.ts';

function HomeButton() {
  const t = useT();
  const onClick = useLinkClick();
  return (
    <Button component="a" href="/" onClick={onClick} variant="default">
      {t('shell.to-home')}
    </Button>
  );
}

export function NotFoundPage() {
  const t = useT();
  return (
    <Page titleKey="shell.not-found">
      <EmptyState
        icon={<IconMapOff size={40} stroke={1.4} />}
        title={t('shell.not-found-title')}
        text={t('shell.not-found-text')}
        action={<HomeButton />}
      />
    </Page>
  );
}

export function NoPermissionPage() {
  const t = useT();
  return (
    <Page titleKey="shell.no-permission">
      <EmptyState
        icon={<IconBarrierBlock size={40} stroke={1.4} />}
        title={t('shell.no-permission-title')}
        text={t('shell.no-permission-text')}
        action={<HomeButton />}
      />
    </Page>
  );
}

/** After an update of the server the browser may ask for parts of the console that are gone. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|module script|Failed to fetch/i.test(error.message)
  );
}

export function CrashPage({ error, reset }: ErrorComponentProps) {
  const t = useT();
  const outdated = isMissingChunk(error);
  return (
    <Page titleKey={outdated ? 'shell.outdated' : 'shell.crash'}>
      <EmptyState
        icon={<IconFlameOff size={40} stroke={1.4} />}
        title={t(outdated ? 'shell.outdated-title' : 'shell.crash-title')}
        text={t(outdated ? 'shell.outdated-text' : 'shell.crash-text')}
        action={
          <Group justify="center">
            {!outdated && (
              <Button variant="default" onClick={reset}>
                {t('shell.retry')}
              </Button>
            )}
            <Button onClick={() => window.location.reload()}>{t('shell.reload')}</Button>
          </Group>
        }
      />
      {!outdated && (
        <Spoiler
          maxHeight={0}
          showLabel={t('shell.crash-details')}
          hideLabel={t('shell.hide-details')}
        >
          <Text size="xs" component="div">
            <Code block>
              {error instanceof Error ? (error.stack ?? error.message) : String(error)}
            </Code>
          </Text>
        </Spoiler>
      )}
    </Page>
  );
}
