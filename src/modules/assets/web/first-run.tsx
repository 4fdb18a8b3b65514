import { Text } from '@mantine/core';
import { IconDeviceDesktopSearch, IconPlugConnected, IconSitemap } from '@tabler/icons-react';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { EndpointSummary } from '../api.ts';
import { enrolmentHref } from './add-endpoints.tsx';
import classes from './assets.module.css';
import type { FirstRun } from './picture.ts';

interface EndpointsAnswer {
  items: EndpointSummary[];
  total: number;
  asOf: string;
}

/** What to do next while there is nobody, or only the first machine, in the picture. */
export function FirstRunGuide({ state }: { state: NonNullable<FirstRun> }) {
  const t = useT();
  const first = useApi<EndpointsAnswer>(['endpoints', 'first'], '/api/endpoints', { limit: 1 });
  const endpoint = first.data?.items[0];
  const steps = [
    ...(state === 'only-one' && endpoint
      ? [{ name: 'look', href: `/endpoints/${endpoint.id}`, icon: IconDeviceDesktopSearch }]
      : []),
    { name: 'scopes', href: '/scopes', icon: IconSitemap },
    { name: 'endpoints', href: enrolmentHref, icon: IconPlugConnected },
  ];
  return (
    <Section title={t(`assets.first-run.${state}-title`)}>
      <Text size="sm" mb="md">
        {t(`assets.first-run.${state}-text`)}
      </Text>
      <ol className={classes.steps}>
        {steps.map(({ name, href, icon: Icon }) => (
          <li key={name}>
            <AppLink href={href} fw={600}>
              <span className={classes.withIcon}>
                <Icon size={18} stroke={1.6} aria-hidden="true" />
                {t(`assets.first-run.step-${name}`)}
              </span>
            </AppLink>
            <Text size="sm" c="dimmed" mt={4}>
              {t(`assets.first-run.step-${name}-text`)}
            </Text>
          </li>
        ))}
      </ol>
    </Section>
  );
}
