import { type TSchema, Type } from 'typebox';

/**
 * All lists answer alike: one window of rows, how many there are in all, and when that was true.
 * The same address with `format=csv` answers the whole list (same filter and order, no window) as
 * a CSV file.
 */
export const listQuery = {
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  sort: Type.Optional(
    Type.String({
      maxLength: 60,
      description: 'A column of the list; with a leading "-" in descending order',
    }),
  ),
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')])),
};

export function listOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'Rows that match, not only those of this window' }),
    asOf: Type.String({ format: 'date-time' }),
  });
}
