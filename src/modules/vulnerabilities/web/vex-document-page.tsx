import { Alert, Badge, Button, Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam, useSearchState } from '../../../platform/web/page.ts';
import { ConfirmButton, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { StatementReport, VexDocumentDetails } from '../vex/api.ts';
import { nameOfDocument } from './vex-page.tsx';
import classes from './vulnerabilities.module.css';

/** One VEX document: what became of each of its statements, and taking it back. */
export function VexDocumentPage() {
  const t = useT();
  const id = useParam('id');
  const mayWrite = useHolds('vulnerabilities:write');
  const document = useApi<VexDocumentDetails>(['vex', id], `/api/vex/${encodeURIComponent(id)}`);
  useLive(['findings'], [['vex', id]]);
  const withdraw = useApiAction<void, VexDocumentDetails>({
    run: () => api.delete(`/api/vex/${encodeURIComponent(id)}`),
    invalidates: [['vex'], ['findings']],
    successKey: 'vulnerabilities.vex.was-withdrawn',
  });
  const breadcrumbs = [{ label: t('vulnerabilities.vex.title'), href: '/vex' }];
  const { data, error } = document;
  if (!data) {
    return (
      <Page titleKey="vulnerabilities.vex.document-title" breadcrumbs={breadcrumbs}>
        {error?.status === 404 || error?.status === 400 ? (
          <EmptyState
            title={t('vulnerabilities.vex.gone-title')}
            action={<AppLink href="/vex">{t('vulnerabilities.vex.title')}</AppLink>}
          />
        ) : error ? (
          <ProblemAlert problem={error} onRetry={() => void document.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={nameOfDocument(data)}
      breadcrumbs={breadcrumbs}
      subtitle={
        <span className={classes.noteLine}>
          <span>{data.format}</span>
          <span>{data.author ?? t('vulnerabilities.vex.no-author')}</span>
          <span>
            {t('vulnerabilities.vex.issued')}{' '}
            <Age at={data.issuedAt} never={t('vulnerabilities.vex.no-date')} />
          </span>
          <span>
            {t('vulnerabilities.application.imported')} <Age at={data.importedAt} />{' '}
            {data.importedBy}
          </span>
        </span>
      }
      actions={
        mayWrite &&
        data.withdrawnAt === null && (
          <ConfirmButton
            danger
            title={t('vulnerabilities.vex.withdraw-title')}
            text={t('vulnerabilities.vex.withdraw-text')}
            loading={withdraw.isPending}
            onConfirm={() => withdraw.mutate()}
          >
            {t('vulnerabilities.vex.withdraw')}
          </ConfirmButton>
        )
      }
    >
      {data.withdrawnAt !== null && (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={t('vulnerabilities.vex.withdrawn')}
        >
          {t('vulnerabilities.vex.withdrawn-text')} <Age at={data.withdrawnAt} />
        </Alert>
      )}
      <Statements statements={data.statements} />
    </Page>
  );
}

const shownAtFirst = 100;

function Statements({ statements }: { statements: readonly StatementReport[] }) {
  const t = useT();
  const format = useFormat();
  const [limit, setLimit] = useState(shownAtFirst);
  const [{ outcome }, setSearch] = useSearchState({ outcome: '' });
  const count = (of: StatementReport['outcome']) =>
    statements.filter((statement) => statement.outcome === of).length;
  const found = statements.filter((statement) => outcome === '' || statement.outcome === outcome);
  return (
    <Section
      flush
      title={t('vulnerabilities.vex.statements')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('vulnerabilities.vex.outcome')}
          value={outcome}
          onChange={(value) => setSearch({ outcome: value })}
          data={[
            {
              value: '',
              label: `${t('vulnerabilities.vex.all')} ${format.number(statements.length)}`,
            },
            {
              value: 'applied',
              label: `${t('vulnerabilities.vex.applied')} ${format.number(count('applied'))}`,
            },
            {
              value: 'not-applied',
              label: `${t('vulnerabilities.vex.not-applied')} ${format.number(count('not-applied'))}`,
            },
          ]}
        />
      }
    >
      {found.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {t('vulnerabilities.vex.no-statements')}
        </Text>
      ) : (
        <div className={classes.scroller}>
          <table className={classes.rows}>
            <thead>
              <tr>
                <th scope="col">{t('vulnerabilities.vex.vulnerability')}</th>
                <th scope="col">{t('vulnerabilities.vex.status')}</th>
                <th scope="col">{t('vulnerabilities.vex.outcome')}</th>
                <th scope="col">{t('vulnerabilities.vex.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, limit).map((statement) => (
                <StatementRow key={statement.at} statement={statement} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.length > limit && (
        <Group justify="center" p="xs">
          <Button variant="subtle" size="xs" onClick={() => setLimit(limit + 500)}>
            {t('vulnerabilities.application.more', { count: found.length - limit })}
          </Button>
        </Group>
      )}
    </Section>
  );
}

const mostProducts = 3;

function StatementRow({ statement }: { statement: StatementReport }) {
  const t = useT();
  const { at, vulnerability, status, products, outcome, reason, findings } = statement;
  const statusKey = `vulnerabilities.vex.status.${status}`;
  const reasonKey = `vulnerabilities.vex.reason.${reason}`;
  return (
    <tr>
      <td>
        {vulnerability === null ? (
          <span className={classes.name}>—</span>
        ) : (
          <AppLink
            href={`/weaknesses/${encodeURIComponent(vulnerability)}`}
            className={classes.name}
          >
            {vulnerability}
          </AppLink>
        )}
        <div className={classes.small}>
          {products.slice(0, mostProducts).join(t('vulnerabilities.list-separator'))}
          {products.length > mostProducts &&
            ` ${t('vulnerabilities.application.more', { count: products.length - mostProducts })}`}
        </div>
        <div className={classes.small}>{at}</div>
      </td>
      <td>{status === null ? '—' : t.has(statusKey) ? t(statusKey) : status}</td>
      <td>
        <Badge
          variant={outcome === 'applied' ? 'light' : 'outline'}
          color={outcome === 'applied' ? 'moss' : 'gray'}
          className={classes.still}
        >
          {t(
            outcome === 'applied'
              ? 'vulnerabilities.vex.applied'
              : 'vulnerabilities.vex.not-applied',
          )}
        </Badge>
      </td>
      <td>
        {outcome === 'applied'
          ? t('vulnerabilities.vex.decides', { count: findings })
          : reason === null
            ? t('vulnerabilities.vex.reason.no-such-finding')
            : t.has(reasonKey)
              ? t(reasonKey)
              : reason}
      </td>
    </tr>
  );
}
