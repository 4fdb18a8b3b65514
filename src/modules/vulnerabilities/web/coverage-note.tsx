import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Coverage } from '../api.ts';
import classes from './vulnerabilities.module.css';

/** Above the findings: of how much nothing is known. Says nothing when all was assessed. */
export function CoverageNote() {
  const t = useT();
  const format = useFormat();
  const coverage = useApi<Coverage>(['coverage'], '/api/vulnerabilities/coverage');
  useLive(['feeds', 'findings'], [['coverage']]);
  const { data } = coverage;
  if (!data || data.endpoints.total === 0) return null;
  const { endpoints, software } = data;
  if (endpoints.notAssessed === 0 && software.notAssessed === 0) return null;
  const isNothing = endpoints.assessed === 0;
  return (
    <Alert
      color={isNothing ? 'amber' : 'gray'}
      variant={isNothing ? 'light' : 'default'}
      icon={<IconInfoCircle size={18} />}
      py="xs"
    >
      <div className={classes.noteLine}>
        <span>
          {isNothing
            ? t('vulnerabilities.note.nothing')
            : t('vulnerabilities.note.part', {
                endpoints: format.number(endpoints.assessed),
                allEndpoints: format.number(endpoints.total),
                software: format.number(software.notAssessed),
              })}
        </span>
        <AppLink href="/feeds" inherit fw={600}>
          {t(isNothing ? 'vulnerabilities.note.import' : 'vulnerabilities.note.why')}
        </AppLink>
      </div>
    </Alert>
  );
}
