import { type Static, Type } from 'typebox';

const Time = Type.String({ format: 'date-time' });

/** GET /api/state: the server's own health; `rows` of all modules. */
export type SystemState = Static<typeof SystemState>;
export const SystemState = Type.Object({
  asOf: Time,
  version: Type.String(),
  startedAt: Time,
  sections: Type.Array(
    Type.Object({
      name: Type.String(),
      rows: Type.Array(
        Type.Object({
          key: Type.String(),
          value: Type.Union([Type.String(), Type.Number(), Type.Null()]),
          unit: Type.Optional(Type.String()),
          state: Type.Union([
            Type.Literal('ok'),
            Type.Literal('warning'),
            Type.Literal('error'),
            Type.Literal('unknown'),
          ]),
        }),
      ),
    }),
  ),
  jobs: Type.Array(
    Type.Object({
      name: Type.String(),
      cron: Type.Union([Type.String(), Type.Null()]),
      lastRunAt: Type.Union([Time, Type.Null()]),
      lastOutcome: Type.Union([Type.Literal('ok'), Type.Literal('failed'), Type.Null()]),
      lastError: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
