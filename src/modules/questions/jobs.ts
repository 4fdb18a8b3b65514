import { ProblemError } from '../../platform/http/problem.ts';
import type { Job, ModuleContext } from '../../platform/module.ts';
import { keepDays } from './limits.ts';
import { deleteOldQuestions } from './question-store.ts';
import type { AskFor } from './routes.ts';
import { recordRun, takeDueSchedules } from './schedule-store.ts';

const dayMs = 86_400_000;

export function questionJobs({ db, clock, log }: ModuleContext, ask: AskFor): readonly Job[] {
  return [
    {
      name: 'questions/run-schedules',
      cron: '* * * * *',
      run: async (_payload, signal) => {
        for (const schedule of await takeDueSchedules(db, clock())) {
          signal.throwIfAborted();
          const { id, title, ask: stored, createdBy, createdById, reach } = schedule;
          const { statements, ...given } = stored;
          try {
            const questionId = await ask(
              { ...given, title, acceptWarnings: true },
              {
                id: createdById,
                name: createdBy,
                reach: reach ?? 'all',
                language: 'en',
                actor: { kind: 'system', id: String(id), name: `schedule of ${createdBy}` },
              },
              { scheduleId: id, statements },
            );
            await recordRun(db, id, { questionId });
          } catch (error) {
            // The others run all the same; what stopped this one stands beside it.
            if (!(error instanceof ProblemError)) {
              log.error({ err: error, schedule: id }, 'a scheduled question could not be asked');
            }
            await recordRun(db, id, { failure: (error as Error).message });
          }
        }
      },
    },
    {
      name: 'questions/delete-old',
      cron: '17 2 * * *',
      run: async () => {
        const before = new Date(clock().getTime() - keepDays * dayMs);
        const deleted = await deleteOldQuestions(db, before);
        if (deleted > 0) log.info({ deleted }, 'old questions were deleted');
      },
    },
  ];
}
