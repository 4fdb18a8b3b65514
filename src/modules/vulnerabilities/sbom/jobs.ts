import type { Job, ModuleContext } from '../../../platform/module.ts';
import { applyVex } from '../vex/vex-store.ts';
import { assessApplications } from './assess-application-store.ts';

/** What changed advisories and newly opened findings leave to do for applications and VEX. */
export function applicationJobs({ db, clock, live }: ModuleContext): readonly Job[] {
  return [
    {
      name: 'vulnerabilities/assess-applications',
      cron: '* * * * *',
      run: async (_payload, signal) => {
        const assessed = await assessApplications(db, { clock, signal });
        if (assessed > 0) live.publish({ topic: 'findings' });
      },
    },
    {
      name: 'vulnerabilities/apply-vex',
      cron: '* * * * *',
      run: async () => {
        const changed = await db.transaction((tx) => applyVex(tx, clock()));
        if (changed > 0) live.publish({ topic: 'findings' });
      },
    },
  ];
}
