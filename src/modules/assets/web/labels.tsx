import { Badge, Group, Text, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconBrandApple,
  IconBrandWindows,
  IconCopy,
  IconDeviceDesktop,
  IconTerminal2,
} from '@tabler/icons-react';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { type Translate, useT } from '../../../platform/web/translate.ts';
import type { EndpointSummary, Presence } from '../api.ts';
import classes from './assets.module.css';
import type { Expiry, ExpiryState } from './certificates.ts';
import type { PortReach } from './ports.ts';

type PlatformName = EndpointSummary['platform'];
type CriticalityName = EndpointSummary['criticality'];

export const presenceNames: readonly Presence[] = ['online', 'recent', 'silent', 'never'];
export const platformNames: readonly PlatformName[] = ['linux', 'darwin', 'windows'];
export const criticalityNames: readonly CriticalityName[] = ['critical', 'high', 'normal', 'low'];

const presenceColors: Record<Presence, string> = {
  online: 'moss',
  recent: 'moss',
  silent: 'amber',
  never: 'gray',
};

const platformIcons: Readonly<Record<string, Icon>> = {
  linux: IconTerminal2,
  darwin: IconBrandApple,
  windows: IconBrandWindows,
};

/** How lately an endpoint was heard of: a dot and a word, never colour alone. */
export function PresenceLabel({ presence }: { presence: Presence }) {
  const t = useT();
  return (
    <Tooltip label={t(`assets.presence-hint.${presence}`)} multiline maw={320}>
      <span className={classes.presence}>
        <span
          className={classes.presenceDot}
          data-presence={presence}
          style={{ color: `var(--mantine-color-${presenceColors[presence]}-filled)` }}
          aria-hidden="true"
        />
        {t(`assets.presence.${presence}`)}
      </span>
    </Tooltip>
  );
}

export function PlatformIcon({ platform, size = 16 }: { platform: string; size?: number }) {
  const Picture = platformIcons[platform] ?? IconDeviceDesktop;
  return <Picture size={size} stroke={1.6} aria-hidden="true" />;
}

export function PlatformLabel({ platform }: { platform: PlatformName }) {
  const t = useT();
  return (
    <span className={classes.withIcon}>
      <PlatformIcon platform={platform} />
      {t(`assets.platform.${platform}`)}
    </span>
  );
}

const criticalityColors: Record<CriticalityName, string> = {
  critical: 'crimson',
  high: 'ember',
  normal: 'gray',
  low: 'gray',
};

export function CriticalityLabel({ criticality }: { criticality: CriticalityName }) {
  const t = useT();
  if (criticality === 'normal' || criticality === 'low') {
    return (
      <Text span inherit c="dimmed">
        {t(`assets.criticality.${criticality}`)}
      </Text>
    );
  }
  return (
    <Badge variant="light" color={criticalityColors[criticality]}>
      {t(`assets.criticality.${criticality}`)}
    </Badge>
  );
}

/** Tags, each of which opens the list of endpoints that bear it. */
export function Tags({ tags, wrap = false }: { tags: readonly string[]; wrap?: boolean }) {
  const onClick = useLinkClick();
  if (tags.length === 0) return <Dim>—</Dim>;
  return (
    <Group gap={4} wrap={wrap ? 'wrap' : 'nowrap'} className={classes.tags}>
      {tags.map((tag) => (
        <Badge
          key={tag}
          component="a"
          href={`/endpoints?${new URLSearchParams({ tag })}`}
          onClick={onClick}
          variant="default"
          fw={500}
          className={classes.tag}
        >
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

/** `compact`: in the narrow cell of a list, where the words would push the name out. */
export function ClonedBadge({ compact = false }: { compact?: boolean }) {
  const t = useT();
  if (compact) {
    return (
      <Tooltip label={t('assets.cloned.badge')}>
        <IconCopy
          size={15}
          color="var(--mantine-color-amber-filled)"
          aria-label={t('assets.cloned.badge')}
          role="img"
          className={classes.fixed}
        />
      </Tooltip>
    );
  }
  return (
    <Badge variant="light" color="amber" leftSection={<IconCopy size={12} aria-hidden="true" />}>
      {t('assets.cloned.badge')}
    </Badge>
  );
}

/** A part in the reader's language; one that we have no words for keeps its own name. */
export function partName(part: string, t: Translate): string {
  return t.has(`assets.part.${part}`) ? t(`assets.part.${part}`) : part;
}

export function sourceName(source: string, t: Translate): string {
  return t.has(`assets.source.${source}`) ? t(`assets.source.${source}`) : source;
}

const reachColors: Record<PortReach, string> = {
  everyone: 'ember',
  network: 'amber',
  'this-machine': 'gray',
  unknown: 'gray',
};

export function ReachBadge({ reach }: { reach: PortReach }) {
  const t = useT();
  return (
    <Badge
      variant={reach === 'unknown' ? 'outline' : 'light'}
      color={reachColors[reach]}
      className={classes.still}
    >
      {t(`assets.reach.${reach}`)}
    </Badge>
  );
}

const expiryColors: Record<ExpiryState, string> = {
  expired: 'crimson',
  soon: 'amber',
  valid: 'moss',
  unknown: 'gray',
};

export function ExpiryLabel({ expiry }: { expiry: Expiry }) {
  const t = useT();
  const format = useFormat();
  const { state, at, daysLeft } = expiry;
  return (
    <span className={classes.expiry}>
      <Badge
        variant={state === 'unknown' ? 'outline' : 'light'}
        color={expiryColors[state]}
        className={classes.still}
      >
        {t(`assets.expiry.${state}`)}
      </Badge>
      {at && <span className={classes.number}>{format.date(at.toISOString())}</span>}
      {daysLeft !== null && (
        <Dim>
          {daysLeft < 0
            ? t('assets.expiry.days-ago', { count: -daysLeft })
            : t('assets.expiry.days-left', { count: daysLeft })}
        </Dim>
      )}
    </span>
  );
}
