import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { LineCounter, parseDocument } from 'yaml';
import { MaintenanceWindow, Ring } from './api.ts';
import { ringsProblem } from './ring-plan.ts';

const only = { additionalProperties: false } as const;
const Words = Type.Object(
  { en: Type.String({ minLength: 1 }), ja: Type.String({ minLength: 1 }) },
  only,
);

/** A patch rule as it stands in content/patch-rules. */
export type RuleEntry = Static<typeof RuleEntry>;
const RuleEntry = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z0-9-]{1,60}$' }),
    title: Words,
    description: Words,
    every: Type.Unsafe<'hour' | 'day' | 'second-tuesday'>(
      Type.Union([Type.Literal('hour'), Type.Literal('day'), Type.Literal('second-tuesday')]),
    ),
    findings: Type.Object(
      {
        exploitedOnly: Type.Optional(Type.Boolean()),
        severities: Type.Optional(
          Type.Array(
            Type.Union(
              ['none', 'low', 'medium', 'high', 'critical', 'unknown'].map((name) =>
                Type.Literal(name),
              ),
            ),
            { minItems: 1, maxItems: 6 },
          ),
        ),
      },
      only,
    ),
    campaign: Type.Object(
      {
        selector: Type.Optional(Type.String({ maxLength: 4000 })),
        deadlineDays: Type.Integer({ minimum: 1, maximum: 60 }),
        rings: Type.Optional(Type.Array(Ring, { minItems: 1, maxItems: 10 })),
        window: Type.Optional(MaintenanceWindow),
        haltAtFailurePercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
        haltAtSilentPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
        restart: Type.Optional(
          Type.Unsafe<'never' | 'when-needed'>(
            Type.Union([Type.Literal('never'), Type.Literal('when-needed')]),
          ),
        ),
      },
      only,
    ),
  },
  only,
);

/** A rule of which something cannot be read: file, line and what is wrong. */
class RuleFileError extends Error {
  constructor(file: string, line: number | null, what: string) {
    super(`${file}${line === null ? '' : `:${line}`}: ${what}`);
  }
}

/** @throws RuleFileError with its place */
export function parseRule(text: string, file: string): RuleEntry {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true });
  const [problem] = document.errors;
  if (problem) {
    throw new RuleFileError(
      file,
      lines.linePos(problem.pos[0]).line,
      problem.message.split('\n')[0]!,
    );
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const [error] = Value.Errors(RuleEntry, value);
  if (error) {
    const path = error.instancePath.split('/').slice(1);
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    const line = node?.range ? lines.linePos(node.range[0]).line : null;
    throw new RuleFileError(file, line, `${path.join('.') || 'the rule'}: ${error.message}`);
  }
  const rule = value as RuleEntry;
  const wrong = rule.campaign.rings === undefined ? null : ringsProblem(rule.campaign.rings);
  if (wrong !== null) throw new RuleFileError(file, null, wrong);
  return rule;
}
