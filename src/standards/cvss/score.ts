/** What the equations of every version take and give. */
export type Metrics = Readonly<Record<string, string>>;

export interface Scores {
  readonly base: number;
  readonly temporal: number;
  readonly environmental: number;
}
