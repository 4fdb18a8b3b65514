const MiB = 1024 * 1024;

/** What a question may cost endpoints, server and the other questions. */
export interface QuestionLimits {
  /** JSON of all rows of one endpoint's answer. */
  readonly answerBytes: number;
  /** One value of a row, in UTF-16 code units. */
  readonly valueLength: number;
  readonly columnsPerRow: number;
  /** Rows of all endpoints together, and JSON of the distinct ones; beyond it they are only counted. */
  readonly totalRows: number;
  readonly totalBytes: number;
  /** Statements that one endpoint may have taken and not answered. */
  readonly statementsPerEndpoint: number;
  readonly openPerUser: number;
  readonly open: number;
  /** Questions that one user may ask in a minute. */
  readonly askedPerMinute: number;
}

export const questionLimits: QuestionLimits = {
  answerBytes: 8 * MiB,
  valueLength: 64 * 1024,
  columnsPerRow: 500,
  totalRows: 5_000_000,
  totalBytes: 512 * MiB,
  statementsPerEndpoint: 4,
  openPerUser: 50,
  open: 200,
  askedPerMinute: 30,
};

/** An endpoint is online when it was heard of within this time. */
export const onlineMs = 2 * 60_000;
/** Questions that ended so long ago are deleted; runs of schedules by their own rule. */
export const keepDays = 90;
