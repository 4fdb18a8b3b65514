import { Button, Group, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useApi } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint } from '../../assets/api.ts';
import { askHref } from './ask-link.ts';
import { platformNames } from './draft.ts';
import { LibraryBrowser } from './library-browser.tsx';

/** Ready questions that this endpoint can answer, to be asked of it alone. */
export function EndpointAskTab({ subjectId }: { subjectId: string }) {
  const t = useT();
  const go = useGo();
  const endpoint = useApi<Endpoint>(['endpoint', subjectId], `/api/endpoints/${subjectId}`);
  const platform = platformNames.find((name) => name === endpoint.data?.platform);
  return (
    <>
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          {t('questions.endpoint.text')}
        </Text>
        <Button
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden="true" />}
          onClick={() => go(`${askHref({ endpoint: subjectId })}&mode=sql`)}
        >
          {t('questions.write-sql')}
        </Button>
      </Group>
      <LibraryBrowser
        hrefOf={({ key }) => askHref({ library: key, endpoint: subjectId })}
        {...(platform ? { platform } : {})}
        slashKey
      />
    </>
  );
}
