import { Badge } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Application } from '../sbom/api.ts';
import { honestShare } from './feed-states.ts';
import classes from './vulnerabilities.module.css';

/** How much of an application was compared with advisories; not assessed is not 0 %. */
export function AssessedShare({ application }: { application: Application }) {
  const t = useT();
  const format = useFormat();
  const { assessedAt, assessedCount, version } = application;
  const share = honestShare(assessedCount, version.componentCount);
  if (assessedAt === null || share === null) {
    return (
      <Badge variant="outline" className={classes.still}>
        {t('vulnerabilities.not-assessed-yet')}
      </Badge>
    );
  }
  return (
    <>
      {share}% ({format.number(assessedCount)})
    </>
  );
}
