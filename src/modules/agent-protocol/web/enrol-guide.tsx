import { Accordion, Alert, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconBrandApple, IconBrandWindows, IconTerminal2 } from '@tabler/icons-react';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { CopyBlock } from '../../../platform/web/copy-block.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { EnrolmentSecretCreated } from '../api.ts';
import { type EnrolPlatform, flagFileFor, recipeFor } from './recipe.ts';

const platforms: readonly { name: EnrolPlatform; icon: typeof IconTerminal2 }[] = [
  { name: 'linux', icon: IconTerminal2 },
  { name: 'darwin', icon: IconBrandApple },
  { name: 'windows', icon: IconBrandWindows },
];

interface EnrolGuideProps {
  created: EnrolmentSecretCreated;
  onDone: () => void;
}

/** What to do on the endpoint, with everything to copy. */
export function EnrolGuide({ created, onDone }: EnrolGuideProps) {
  const t = useT();
  return (
    <Stack gap="md">
      <Alert color="amber" variant="light" title={t('agents.once')}>
        {t('agents.once-text')}
      </Alert>
      <CopyBlock text={created.secret} label={t('agents.secret')} />
      <Tabs defaultValue="linux" keepMounted={false}>
        <Tabs.List>
          {platforms.map(({ name, icon: Icon }) => (
            <Tabs.Tab key={name} value={name} leftSection={<Icon size={16} />}>
              {t(`agents.platform.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {platforms.map(({ name }) => (
          <Tabs.Panel key={name} value={name} pt="md">
            <Steps platform={name} created={created} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('agents.done')}</Button>
      </Group>
    </Stack>
  );
}

function Steps({
  platform,
  created,
}: {
  platform: EnrolPlatform;
  created: EnrolmentSecretCreated;
}) {
  const t = useT();
  const recipe = recipeFor(platform, created);
  return (
    <Stack gap="md">
      <div>
        <Text fw={600} size="sm">
          {t('agents.step-install')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('agents.step-install-text')}
        </Text>
      </div>
      <div>
        <Text fw={600} size="sm" mb={6}>
          {t(`agents.step-run.${recipe.shell}`)}
        </Text>
        <CopyBlock
          text={recipe.commands}
          fileName={recipe.shell === 'sh' ? 'yojin-enrol.sh' : 'yojin-enrol.ps1'}
        />
      </div>
      <Text size="sm">
        <Text span fw={600}>
          {t('agents.step-see')}
        </Text>{' '}
        <AppLink href="/endpoints" target="_blank">
          {t('agents.open-endpoints')}
        </AppLink>
      </Text>
      <Accordion variant="contained" chevronPosition="left">
        <Accordion.Item value="files">
          <Accordion.Control>
            <Text size="sm">{t('agents.files')}</Text>
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm">
              <CopyBlock
                label={t('agents.flag-file', { path: recipe.flagFilePath })}
                text={flagFileFor(created.flagFile, platform)}
                fileName="osquery.flags"
              />
              <CopyBlock
                label={t('agents.ca', { path: recipe.certificatePath })}
                text={created.caCertificate}
                fileName="yojin-ca.pem"
              />
              <CopyBlock
                label={t('agents.secret-file', { path: recipe.secretPath })}
                text={created.secret}
                fileName="yojin-enrolment-secret"
              />
              <CopyBlock label={t('agents.fingerprint')} text={created.caFingerprint} />
              <Text size="xs" c="dimmed">
                {t('agents.fingerprint-text')}
              </Text>
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}
