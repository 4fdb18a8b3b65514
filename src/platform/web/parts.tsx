import {
  Badge,
  Breadcrumbs,
  Button,
  type ButtonProps,
  Group,
  Paper,
  Stack,
  Text,
  Title,
  Tooltip,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';
import { Age } from './age.tsx';
import { AppLink, useLinkClick } from './app-link.tsx';
import { useFormat } from './format.ts';
import classes from './parts.module.css';
import { useT } from './translate.ts';

interface PageProps {
  titleKey?: string;
  /** In place of `titleKey` where the title is a name (of an endpoint, of software). */
  title?: ReactNode;
  /** For the window's title, when `title` is not plain text. */
  documentTitle?: string;
  /** One line below the title: what one sees here. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  breadcrumbs?: readonly { label: string; href: string }[];
  /** The content takes the rest of the height and scrolls by itself (a table). */
  fill?: boolean;
  children: ReactNode;
}

/** The frame of every page: where one is, what it is called, what one can do. */
export function Page({
  titleKey,
  title,
  documentTitle,
  subtitle,
  actions,
  breadcrumbs,
  fill,
  children,
}: PageProps) {
  const t = useT();
  const heading = titleKey ? t(titleKey) : title;
  const plain = documentTitle ?? (typeof heading === 'string' ? heading : undefined);
  useDocumentTitle(plain ? `${plain} · 用心 Yojin` : '用心 Yojin');
  return (
    <div className={classes.page} data-fill={fill || undefined}>
      <header className={classes.pageHeader}>
        <div className={classes.pageHeading}>
          {breadcrumbs && breadcrumbs.length > 0 && (
            <nav aria-label={t('shell.breadcrumbs')}>
              <Breadcrumbs separator="›" separatorMargin={6} className={classes.breadcrumbs}>
                {breadcrumbs.map(({ label, href }) => (
                  <AppLink key={href} href={href} size="sm" c="dimmed">
                    {label}
                  </AppLink>
                ))}
              </Breadcrumbs>
            </nav>
          )}
          <Title order={1} className={classes.pageTitle}>
            {heading}
          </Title>
          {subtitle && (
            <Text component="div" c="dimmed" size="sm" className={classes.subtitle}>
              {subtitle}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </header>
      <div className={classes.pageBody}>{children}</div>
    </div>
  );
}

interface SectionProps {
  title?: ReactNode;
  actions?: ReactNode;
  /** No inner space: for tables and lists that reach the edge. */
  flush?: boolean;
  children: ReactNode;
}

/** A framed part of a page with its own heading. */
export function Section({ title, actions, flush, children }: SectionProps) {
  return (
    <Paper component="section" className={classes.section}>
      {(title || actions) && (
        <header className={classes.sectionHeader}>
          <Title order={2} className={classes.sectionTitle}>
            {title}
          </Title>
          {actions && <Group gap="xs">{actions}</Group>}
        </header>
      )}
      <div className={flush ? undefined : classes.sectionBody}>{children}</div>
    </Paper>
  );
}

interface EmptyStateProps {
  title: string;
  /** What this means and what to do next. */
  text?: ReactNode;
  icon?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ title, text, icon, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" className={classes.empty}>
      {icon && <div className={classes.emptyIcon}>{icon}</div>}
      <Text fw={600}>{title}</Text>
      {text && (
        <Text component="div" c="dimmed" size="sm" ta="center" maw={520}>
          {text}
        </Text>
      )}
      {action && <div className={classes.emptyAction}>{action}</div>}
    </Stack>
  );
}

export type FreshnessName = 'fresh' | 'stale' | 'never' | 'failed' | 'not-applicable';

const freshnessColors: Record<FreshnessName, string> = {
  fresh: 'moss',
  stale: 'amber',
  never: 'gray',
  failed: 'crimson',
  'not-applicable': 'gray',
};

interface FreshnessBadgeProps {
  freshness: FreshnessName;
  /** When it was last confirmed. */
  at?: string | null;
  /** Why it failed; shown on hover. */
  failure?: string | null;
}

/** How far a fact can be trusted by its age; five different answers, never folded into one. */
export function FreshnessBadge({ freshness, at, failure }: FreshnessBadgeProps) {
  const t = useT();
  const format = useFormat();
  const hint = [
    t(`shell.freshness-hint.${freshness}`),
    at ? t('shell.confirmed-at', { time: format.exactTime(at) }) : '',
    failure ?? '',
  ].filter((line) => line !== '');
  return (
    <Tooltip
      multiline
      maw={360}
      label={hint.map((line) => <div key={line}>{line}</div>)}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Badge
        variant={freshness === 'never' || freshness === 'not-applicable' ? 'outline' : 'light'}
        color={freshnessColors[freshness]}
        className={classes.badge}
      >
        {t(`shell.freshness.${freshness}`)}
      </Badge>
    </Tooltip>
  );
}

interface NumberTileProps {
  labelKey: string;
  /** Null: not known; `unknownReason` says why. Never write 0 for it. */
  value: number | null | undefined;
  /** The list behind the number. */
  href?: string;
  asOf?: string | null;
  /** A short line below the number. */
  hint?: ReactNode;
  unknownReason?: string;
  tone?: 'plain' | 'good' | 'warning' | 'bad';
  icon?: ReactNode;
}

/** One number with its name, its age and the list it opens. */
export function NumberTile({
  labelKey,
  value,
  href,
  asOf,
  hint,
  unknownReason,
  tone = 'plain',
  icon,
}: NumberTileProps) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  const isKnown = value !== null && value !== undefined;
  const content = (
    <>
      <span className={classes.tileLabel}>
        {icon}
        {t(labelKey)}
      </span>
      <span className={classes.tileValue} data-tone={tone}>
        {isKnown ? format.number(value) : '—'}
        {!isKnown && <VisuallyHidden>{t('shell.unknown')}</VisuallyHidden>}
      </span>
      <span className={classes.tileFoot}>
        <span>{isKnown ? hint : (unknownReason ?? t('shell.unknown'))}</span>
        {asOf && <Age at={asOf} />}
      </span>
    </>
  );
  return href ? (
    <UnstyledButton component="a" href={href} onClick={onClick} className={classes.tile} data-link>
      {content}
    </UnstyledButton>
  ) : (
    <div className={classes.tile}>{content}</div>
  );
}

interface ConfirmButtonProps extends ButtonProps {
  /** What is asked before it is done. */
  title: string;
  text: ReactNode;
  /** The words on the button that does it; default: those on this button. */
  confirmLabel?: string;
  danger?: boolean;
  onConfirm: () => void;
  children: ReactNode;
}

/** A button that asks before it acts. */
export function ConfirmButton({
  title,
  text,
  confirmLabel,
  danger = false,
  onConfirm,
  children,
  ...rest
}: ConfirmButtonProps) {
  const t = useT();
  return (
    <Button
      variant="default"
      {...rest}
      onClick={() =>
        modals.openConfirmModal({
          title,
          centered: true,
          children: (
            <Text component="div" size="sm">
              {text}
            </Text>
          ),
          labels: {
            confirm: confirmLabel ?? (typeof children === 'string' ? children : t('shell.yes')),
            cancel: t('shell.cancel'),
          },
          confirmProps: danger ? { color: 'crimson' } : {},
          onConfirm,
        })
      }
    >
      {children}
    </Button>
  );
}

export interface BarListItem {
  label: ReactNode;
  value: number;
  href?: string;
  /** A theme colour; default: a quiet one. */
  color?: string;
}

interface BarListProps {
  items: readonly BarListItem[];
  /** The whole that the bars are a part of; default: the largest value. */
  total?: number;
  /** Rows shown before "show all". */
  emptyText?: string;
}

/** Values by name, largest first, each with a bar and the list it opens. */
export function BarList({ items, total, emptyText }: BarListProps) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  if (items.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {emptyText ?? t('shell.nothing-yet')}
      </Text>
    );
  }
  const whole = Math.max(1, total ?? Math.max(...items.map(({ value }) => value)));
  return (
    <ul className={classes.bars}>
      {items.map(({ label, value, href, color }, index) => {
        const row = (
          <>
            <span className={classes.barLabel}>{label}</span>
            <span className={classes.barValue}>{format.number(value)}</span>
            <span className={classes.barTrack} aria-hidden="true">
              <span
                className={classes.barFill}
                style={{
                  width: `${Math.min(100, (100 * value) / whole)}%`,
                  ...(color ? { backgroundColor: `var(--mantine-color-${color}-filled)` } : {}),
                }}
              />
            </span>
          </>
        );
        return (
          // Labels are nodes and may repeat: the place in the list is the identity here.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index}>
            {href ? (
              <a href={href} onClick={onClick} className={classes.bar} data-link>
                {row}
              </a>
            ) : (
              <div className={classes.bar}>{row}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Said of what is not known or not set: quiet, and never an empty cell. */
export function Dim({ children }: { children: ReactNode }) {
  return (
    <Text span inherit c="dimmed">
      {children}
    </Text>
  );
}
