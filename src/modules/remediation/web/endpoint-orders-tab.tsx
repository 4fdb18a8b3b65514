import { Badge, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconFlameOff, IconHammer } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo } from '../../../platform/web/page.ts';
import { Dim, EmptyState } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { EndpointOrder } from '../api.ts';
import { useActionText } from './action-words.ts';
import { campaignHref } from './campaign-link.ts';
import { ReasonText, useAdvice } from './reason-text.tsx';
import classes from './remediation.module.css';
import { campaignTopics } from './use-campaigns.ts';

const rowId = (row: EndpointOrder) => row.id;

/** What was done on this endpoint, the newest first. */
export function EndpointOrdersTab({ subjectId }: { subjectId: string }) {
  const t = useT();
  const go = useGo();
  const mayAct = useHolds('campaigns:respond');
  const columns = useOrderColumns();
  const [open, setOpen] = useState<EndpointOrder | null>(null);
  useLive(campaignTopics, [['endpoint-orders', subjectId]]);
  const plan = mayAct && (
    <Button
      variant="default"
      leftSection={<IconFlameOff size={16} aria-hidden="true" />}
      onClick={() => go(campaignHref({ endpoints: [subjectId] }))}
    >
      {t('remediation.orders.plan')}
    </Button>
  );
  return (
    <>
      <DataTable<EndpointOrder>
        id="remediation.orders"
        path={`/api/endpoints/${subjectId}/orders`}
        queryKey={['endpoint-orders', subjectId]}
        columns={columns}
        rowId={rowId}
        onRowOpen={setOpen}
        rowHeightPx={56}
        searchKey={false}
        searchPrefix="orders-"
        toolbar={plan}
        height={560}
        emptyState={
          <EmptyState
            icon={<IconHammer size={36} stroke={1.3} aria-hidden="true" />}
            title={t('remediation.orders.empty-title')}
            text={t('remediation.orders.empty-text')}
            action={plan}
          />
        }
      />
      <Drawer
        opened={open !== null}
        onClose={() => setOpen(null)}
        position="right"
        size="xl"
        title={t('remediation.orders.one')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {open && <OrderDetail order={open} />}
      </Drawer>
    </>
  );
}

const orderColors: Record<EndpointOrder['state'], string> = {
  issued: 'gray',
  received: 'gray',
  running: 'ember',
  done: 'moss',
  'no-effect': 'amber',
  failed: 'crimson',
  refused: 'crimson',
  'reboot-pending': 'amber',
  expired: 'amber',
  cancelled: 'gray',
};

function OrderBadge({ order: { state, dryRun } }: { order: EndpointOrder }) {
  const t = useT();
  return (
    <Group gap={4} wrap="nowrap">
      <Badge
        variant={state === 'issued' || state === 'cancelled' ? 'outline' : 'light'}
        color={orderColors[state] ?? 'gray'}
        className={classes.still}
        data-order-state={state}
      >
        {t.has(`remediation.order.${state}`) ? t(`remediation.order.${state}`) : state}
      </Badge>
      {dryRun && (
        <Badge variant="outline" className={classes.still}>
          {t('remediation.orders.dry-run')}
        </Badge>
      )}
    </Group>
  );
}

function useOrderColumns(): readonly Column<EndpointOrder>[] {
  const t = useT();
  const actionText = useActionText();
  return [
    {
      id: 'action',
      titleKey: 'remediation.column.action',
      width: 340,
      render: (row) => (
        <span className={classes.twoLines}>
          <span className={classes.oneLine} title={actionText(row.action)}>
            {actionText(row.action)}
          </span>
          <span className={classes.second}>
            {row.campaignTitle ?? t('remediation.orders.by-hand')}
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      titleKey: 'remediation.column.state',
      width: 170,
      render: (row) => <OrderBadge order={row} />,
    },
    {
      id: 'reason',
      titleKey: 'remediation.column.reason',
      width: 220,
      render: (row) => (row.reason === null ? <Dim>—</Dim> : <ReasonText reason={row.reason} />),
    },
    {
      id: 'requestedBy',
      titleKey: 'remediation.column.requested-by',
      width: 150,
      render: (row) => <span className={classes.oneLine}>{row.requestedBy}</span>,
    },
    {
      id: 'issuedAt',
      titleKey: 'remediation.column.ordered-at',
      width: 120,
      render: (row) => <Age at={row.issuedAt} />,
    },
    {
      id: 'endedAt',
      titleKey: 'remediation.column.ended-at',
      width: 120,
      render: (row) => <Age at={row.endedAt} />,
    },
  ];
}

function OrderDetail({ order }: { order: EndpointOrder }) {
  const t = useT();
  const format = useFormat();
  const actionText = useActionText();
  const advice = useAdvice()(order.reason);
  const { action } = order;
  return (
    <Stack gap="md">
      <div>
        <Text fw={650}>{actionText(action)}</Text>
        <Group gap="xs" mt={8}>
          <OrderBadge order={order} />
          {order.reason !== null && <ReasonText reason={order.reason} />}
        </Group>
      </div>
      {advice !== null && <Text size="sm">{advice}</Text>}
      <dl className={classes.facts}>
        <div>
          <dt>{t('remediation.campaign.title')}</dt>
          <dd>
            {order.campaignId === null ? (
              <Dim>{t('remediation.orders.by-hand')}</Dim>
            ) : (
              <AppLink href={`/campaigns/${order.campaignId}`} inherit>
                {order.campaignTitle ?? `#${order.campaignId}`}
              </AppLink>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.column.requested-by')}</dt>
          <dd>{order.requestedBy}</dd>
        </div>
        <div>
          <dt>{t('remediation.column.ordered-at')}</dt>
          <dd>{format.exactTime(order.issuedAt)}</dd>
        </div>
        <div>
          <dt>{t('remediation.column.ended-at')}</dt>
          <dd>
            {order.endedAt === null ? (
              <Dim>{t('remediation.facts.not-ended')}</Dim>
            ) : (
              format.exactTime(order.endedAt)
            )}
          </dd>
        </div>
      </dl>
      {'packages' in action && action.packages.length > 3 && (
        <div>
          <h3 className={classes.subhead}>{t('remediation.field.packages')}</h3>
          <Text size="sm" className={classes.mono}>
            {action.packages
              .map(({ name, atLeast }) => (atLeast ? `${name} ≥ ${atLeast}` : name))
              .join(', ')}
          </Text>
        </div>
      )}
      {action.type === 'script' && (
        <div>
          <h3 className={classes.subhead}>
            {t('remediation.field.script')} · SHA-256{' '}
            <span className={classes.mono}>{action.sha256}</span>
          </h3>
          <pre className={classes.output}>{action.text}</pre>
        </div>
      )}
      <div>
        <h3 className={classes.subhead}>{t('remediation.orders.output')}</h3>
        {order.output === null || order.output.trim() === '' ? (
          <Text size="sm" c="dimmed">
            {t('remediation.targets.no-message')}
          </Text>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard
          <pre className={classes.output} tabIndex={0}>
            {order.output}
          </pre>
        )}
      </div>
    </Stack>
  );
}
