import { type Static, Type } from 'typebox';

/** RFC 9457 problem details. Programs rely on `code`; `title` and `detail` are for people. */
export type Problem = Static<typeof Problem>;
export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable and upper case, e.g. ENDPOINT_NOT_FOUND' }),
    title: Type.String({ description: 'English; the console translates by `code`' }),
    detail: Type.Optional(Type.String({ description: 'What exactly, and what to do about it' })),
    errors: Type.Optional(
      Type.Array(Type.Object({ at: Type.String(), message: Type.String() }), {
        description: 'The places in the request that are wrong, as JSON pointers',
      }),
    ),
  },
  { $id: 'Problem' },
);

/** Thrown by a handler to answer with this problem instead of a result. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(
    status: number,
    code: string,
    title: string,
    more: Pick<Problem, 'detail' | 'errors'> = {},
  ) {
    super(title);
    this.problem = { type: 'about:blank', status, code, title, ...more };
  }
}
