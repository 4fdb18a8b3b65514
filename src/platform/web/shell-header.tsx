import {
  ActionIcon,
  Avatar,
  Group,
  Menu,
  Text,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core';
import {
  IconDeviceDesktop,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { api } from './api-client.ts';
import { type LiveState, useLiveState } from './live.ts';
import { useGo } from './page.ts';
import { useForgetSession, useSession, useTakeSession, useUser } from './session.tsx';
import classes from './shell.module.css';
import { openShortcuts } from './shortcuts.tsx';
import { type Language, setLanguage, useLanguage, useT } from './translate.ts';

export function HeaderControls() {
  return (
    <Group gap={6} wrap="nowrap" className={classes.controls}>
      <LiveSign />
      <LanguageMenu />
      <SchemeMenu />
      <UserMenu />
    </Group>
  );
}

const liveKeys: Record<LiveState, string> = {
  off: 'shell.live.connecting',
  connecting: 'shell.live.connecting',
  live: 'shell.live.live',
  reconnecting: 'shell.live.reconnecting',
};

/** Whether what one sees keeps itself up to date. */
function LiveSign() {
  const t = useT();
  const state = useLiveState();
  return (
    <Tooltip
      label={t(`shell.live-hint.${state === 'live' ? 'live' : 'waiting'}`)}
      multiline
      maw={260}
    >
      <span className={classes.live} data-state={state} role="status">
        <span className={classes.liveDot} aria-hidden="true" />
        <span className={classes.liveText}>{t(liveKeys[state])}</span>
      </span>
    </Tooltip>
  );
}

const languageNames: Record<Language, string> = { ja: '日本語', en: 'English' };

export function LanguageMenu() {
  const t = useT();
  const language = useLanguage();
  const session = useSession();
  const take = useTakeSession();
  const choose = (next: Language) => {
    setLanguage(next);
    if (!session.user || session.user.language === next) return;
    take({ ...session, user: { ...session.user, language: next } });
    // The account remembers it too; if that fails, this browser does.
    void api.patch('/api/session/user', { language: next }).catch(() => {});
  };
  return (
    <Menu position="bottom-end" width={160}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('shell.language')}>
          <IconLanguage size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={language} onChange={(name) => choose(name as Language)}>
          {(Object.keys(languageNames) as Language[]).map((name) => (
            <Menu.RadioItem key={name} value={name} lang={name} closeMenuOnClick>
              {languageNames[name]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = [
  { name: 'light', icon: IconSun },
  { name: 'dark', icon: IconMoon },
  { name: 'auto', icon: IconDeviceDesktop },
] as const;

export function SchemeMenu() {
  const t = useT();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = schemes.find(({ name }) => name === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('shell.scheme')}>
          <Current size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(name) => setColorScheme(name as typeof colorScheme)}
        >
          {schemes.map(({ name }) => (
            <Menu.RadioItem key={name} value={name} closeMenuOnClick>
              {t(`shell.scheme.${name}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu() {
  const t = useT();
  const go = useGo();
  const user = useUser();
  const forget = useForgetSession();
  const signOut = async () => {
    try {
      await api.delete('/api/session');
    } finally {
      forget();
      go('/sign-in', { replace: true });
    }
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('shell.user-menu')}>
          <Avatar size={28} radius="xl" color="ember" variant="light">
            {[...user.displayName][0]?.toUpperCase()}
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.userName}>
          <Text fw={600} size="sm" truncate>
            {user.displayName}
          </Text>
          <Text c="dimmed" size="xs" truncate>
            {user.login} · {t(`shell.role.${user.role}`)}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUser size={16} />} onClick={() => go('/account')}>
          {t('shell.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => openShortcuts(t)}>
          {t('shell.shortcuts')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('shell.sign-out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
