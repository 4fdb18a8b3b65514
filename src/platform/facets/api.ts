import { type Static, Type } from 'typebox';

const Words = Type.Object({ ja: Type.String(), en: Type.String() });

export const FacetList = Type.Object({
  items: Type.Array(
    Type.Object({
      key: Type.String(),
      aliases: Type.Array(Type.String()),
      title: Words,
      description: Words,
      values: Type.String({ description: 'How values are written: choice, text, number, time, …' }),
      examples: Type.Array(Type.String()),
      isBareWord: Type.Boolean({ description: 'Words without a key are looked for by this facet' }),
    }),
  ),
});
export type FacetList = Static<typeof FacetList>;

export const CompletionQuery = Type.Object({
  text: Type.Optional(Type.String({ maxLength: 4_000, default: '' })),
  cursor: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 4_000, description: 'In UTF-16 code units; the end' }),
  ),
});

export const CompletionList = Type.Object({
  items: Type.Array(
    Type.Object({
      insert: Type.String({ description: 'Replaces `from`..`to` of the text' }),
      from: Type.Integer(),
      to: Type.Integer(),
      kind: Type.Union([Type.Literal('key'), Type.Literal('value'), Type.Literal('operator')]),
      title: Type.Union([Words, Type.Null()]),
      count: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
});
export type CompletionList = Static<typeof CompletionList>;

export const CountQuery = Type.Object({
  where: Type.Optional(Type.String({ maxLength: 20_000, default: '' })),
});

export const SelectorProblemAnswer = Type.Object({
  code: Type.String(),
  from: Type.Integer({ description: 'In UTF-16 code units of the selector' }),
  to: Type.Integer(),
  text: Words,
  nearest: Type.Array(Type.String(), {
    description: 'What may have been meant: replacements of `from`..`to`, nearest first',
  }),
});
export type SelectorProblemAnswer = Static<typeof SelectorProblemAnswer>;

/** A selector that cannot be read is an answer here, not a failure: one is still typing it. */
export const SelectorCount = Type.Object({
  count: Type.Union([Type.Integer(), Type.Null()]),
  problem: Type.Union([SelectorProblemAnswer, Type.Null()]),
});
export type SelectorCount = Static<typeof SelectorCount>;

export const FacetCheckAnswer = Type.Object({
  equal: Type.Boolean(),
  sources: Type.Array(
    Type.Object({
      name: Type.String(),
      ms: Type.Number({ description: 'How long the comparison took, in milliseconds' }),
      differences: Type.Array(Type.Object({ position: Type.Integer(), detail: Type.String() })),
    }),
  ),
});
export type FacetCheckAnswer = Static<typeof FacetCheckAnswer>;
