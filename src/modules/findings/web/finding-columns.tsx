import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import type { Column } from '../../../platform/web/data-table.tsx';
import { Dim } from '../../../platform/web/parts.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Finding } from '../api.ts';
import classes from './findings.module.css';
import {
  DueLabel,
  ExploitedBadge,
  FixText,
  SeverityBadge,
  StateLabel,
  useEpssText,
  useTitleOf,
} from './labels.tsx';

/** Room for the name and three lines of the reason below it. */
export const findingRowHeightPx = 86;

/** `of`: what the page is already about and need not be said in each row. */
export function useFindingColumns(of?: 'asset' | 'weakness'): readonly Column<Finding>[] {
  const t = useT();
  const language = useLanguage();
  const titleOf = useTitleOf();
  const epssText = useEpssText();
  const weakness: Column<Finding> = {
    id: 'weakness',
    titleKey: 'findings.column.weakness',
    width: 392,
    render: (row) => (
      <span className={classes.lead}>
        <span className={classes.leadHead}>
          <span>{row.weakness.key}</span>
          {row.weakness.exploited && <ExploitedBadge ransomware={row.weakness.ransomware} />}
          <span className={classes.leadTitle}>{titleOf(row.weakness)}</span>
        </span>
        <span className={classes.why} title={row.why[language]}>
          {row.why[language]}
        </span>
      </span>
    ),
  };
  const asset: Column<Finding> =
    of === 'weakness'
      ? {
          id: 'asset',
          titleKey: 'findings.column.asset',
          width: 400,
          render: (row) => (
            <span className={classes.lead}>
              <span className={classes.oneLine}>{row.assetName}</span>
              <span className={classes.why} title={row.why[language]}>
                {row.why[language]}
              </span>
            </span>
          ),
        }
      : {
          id: 'asset',
          titleKey: 'findings.column.asset',
          width: 108,
          render: (row) => (
            <AppLink href={assetHref(row)} inherit className={classes.oneLine ?? ''}>
              {row.assetName}
            </AppLink>
          ),
        };
  return [
    ...(of === 'weakness' ? [] : [weakness]),
    ...(of === 'asset' ? [] : [asset]),
    {
      id: 'due',
      titleKey: 'findings.column.due',
      width: 106,
      sortable: true,
      render: (row) => <DueLabel finding={row} />,
    },
    {
      id: 'severity',
      titleKey: 'findings.column.severity',
      width: 108,
      sortable: true,
      render: (row) => (
        <SeverityBadge severity={row.weakness.severity} score={row.weakness.cvssScore} />
      ),
    },
    {
      id: 'exploited',
      titleKey: 'findings.column.exploited',
      width: 118,
      defaultHidden: true,
      render: (row) =>
        row.weakness.exploited ? (
          <ExploitedBadge ransomware={row.weakness.ransomware} />
        ) : (
          <Dim>{t('findings.not-listed')}</Dim>
        ),
    },
    {
      id: 'epss',
      titleKey: 'findings.column.epss',
      width: 74,
      align: 'right',
      sortable: true,
      render: (row) =>
        row.weakness.epss === null ? (
          <Dim>{t('findings.not-scored')}</Dim>
        ) : (
          epssText(row.weakness.epss)
        ),
    },
    {
      id: 'fix',
      titleKey: 'findings.column.fix',
      width: 124,
      render: (row) => <FixText finding={row} />,
    },
    {
      id: 'state',
      titleKey: 'findings.column.state',
      width: 114,
      render: (row) => <StateLabel finding={row} />,
    },
    {
      id: 'class',
      titleKey: 'findings.column.class',
      width: 120,
      defaultHidden: of !== 'weakness',
      render: (row) =>
        row.class === 'normal' ? (
          <Dim>{t('findings.class.normal')}</Dim>
        ) : (
          t(`findings.class.${row.class}`)
        ),
    },
    {
      id: 'firstSeen',
      titleKey: 'findings.column.firstSeen',
      width: 100,
      sortable: true,
      render: (row) => <Age at={row.firstSeenAt} />,
    },
    {
      id: 'owner',
      titleKey: 'findings.column.owner',
      width: 130,
      defaultHidden: true,
      render: (row) => row.owner ?? <Dim>{t('findings.no-owner')}</Dim>,
    },
    {
      id: 'lastConfirmed',
      titleKey: 'findings.column.lastConfirmed',
      width: 120,
      defaultHidden: true,
      render: (row) => <Age at={row.lastConfirmedAt} never={t('findings.never-confirmed')} />,
    },
    {
      id: 'closed',
      titleKey: 'findings.column.closed',
      width: 120,
      defaultHidden: true,
      sortable: true,
      render: (row) => <Age at={row.closedAt} />,
    },
  ];
}

export function assetHref({ assetId, assetKind }: Pick<Finding, 'assetId' | 'assetKind'>): string {
  return assetKind === 'endpoint'
    ? `/endpoints/${assetId}?tab=findings`
    : `/applications/${assetId}`;
}
