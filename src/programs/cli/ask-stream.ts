import type { AnswerStreamPage, Progress, Question } from '../../modules/questions/api.ts';
import { csvLine } from '../../platform/http/csv.ts';
import { timeText } from './age.ts';
import type { AskTexts } from './ask-texts.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { cutToWidth, terminalText, terminalWidth } from './terminal-width.ts';

export interface StreamOptions {
  /** Until the question ends, whoever is offline. */
  readonly watch: boolean;
  readonly csv: boolean;
  readonly timeoutMs: number;
}

/** Seconds that one request waits for the next answer: the progress line moves as often. */
const waitSeconds = 1;

/**
 * Shows the answers of a question as they come, until all are there, time is up, only offline
 * endpoints are left, or somebody presses Ctrl-C. Whatever happens here, the question stays.
 */
export async function streamAnswers(
  context: Context,
  texts: AskTexts,
  question: Question,
  { watch, csv, timeoutMs }: StreamOptions,
): Promise<ExitCode> {
  const api = context.api();
  const started = performance.now();
  const line = progressLine(process.stderr);
  const interrupted = Promise.withResolvers<'interrupted'>();
  const onInterrupt = () => interrupted.resolve('interrupted');
  process.once('SIGINT', onInterrupt);
  const print = context.json
    ? jsonPrinter(context)
    : csv
      ? csvPrinter(context, question.columns)
      : textPrinter(context, texts, question.columns);
  if (!context.json) {
    context.note(texts('asked', { id: question.id, count: question.progress.targeted }));
  }
  let after = 0;
  let { state, progress } = question;
  try {
    for (;;) {
      const path = `/api/questions/${question.id}/answers`;
      const asking = api.get<AnswerStreamPage>(path, { after, wait: waitSeconds });
      asking.catch(() => undefined);
      const page = await Promise.race([asking, interrupted.promise]);
      if (page === 'interrupted') break;
      line.clear();
      for (const answer of page.answers) print.answer(answer);
      after = page.next;
      state = page.state;
      progress = page.progress;
      if (page.answers.length === 0) {
        if (state !== 'open') break;
        if (!watch && waitsFor(progress) === 0) break;
      }
      if (!watch && performance.now() - started >= timeoutMs) break;
      line.draw(
        texts('progress', {
          count: progress.targeted,
          done: finalOf(progress),
          rows: progress.rows,
          seconds: Math.round((performance.now() - started) / 1000),
        }),
      );
    }
  } finally {
    line.clear();
    process.off('SIGINT', onInterrupt);
  }
  const left = print.end();
  if (context.json) {
    context.print(`${JSON.stringify({ question: question.id, state, progress })}\n`);
  } else {
    if (left.length > 0) context.note(texts('more-columns', { columns: left.join(', ') }));
    tellSummary(context, texts, question, state, progress);
  }
  return allAnswered(progress) ? exitCodes.ok : exitCodes.failed;
}

/** How all endpoints fared, and what happens with those that have not answered. */
export function tellSummary(
  context: Context,
  texts: AskTexts,
  { id, expiresAt }: Question,
  state: Question['state'],
  progress: Progress,
): void {
  const { byOutcome, targeted, queuedOffline, rows, distinctRows } = progress;
  const others = Object.entries(byOutcome)
    .filter(([outcome, count]) => outcome !== 'answered' && count > 0)
    .map(([outcome, count]) => {
      const name = texts(`outcome.${outcome}` as 'outcome.queued');
      const shown =
        outcome === 'queued' && queuedOffline > 0
          ? texts('offline', { outcome: name, count: queuedOffline })
          : name;
      return `${count} ${shown}`;
    });
  context.note(
    texts('summary', {
      count: targeted,
      done: byOutcome['answered'] ?? 0,
      others: others.length > 0 ? `; ${others.join(', ')}` : '',
      rows,
      distinct: distinctRows,
    }),
  );
  context.note(
    state === 'open'
      ? texts('left-open', { id, time: timeText(expiresAt) })
      : texts('ended', { state: texts(`state.${state}`) }),
  );
}

export function allAnswered({ byOutcome, targeted }: Progress): boolean {
  return (byOutcome['answered'] ?? 0) + (byOutcome['not-applicable'] ?? 0) === targeted;
}

/** Endpoints whose answer may come any moment. */
function waitsFor({ byOutcome, queuedOffline }: Progress): number {
  return (byOutcome['queued'] ?? 0) - queuedOffline + (byOutcome['delivered'] ?? 0);
}

function finalOf({ byOutcome, targeted }: Progress): number {
  return targeted - (byOutcome['queued'] ?? 0) - (byOutcome['delivered'] ?? 0);
}

type Answer = AnswerStreamPage['answers'][number];

interface Printer {
  readonly answer: (answer: Answer) => void;
  /** Columns that could not be shown. */
  readonly end: () => readonly string[];
}

/** JSON lines: one answer each. */
function jsonPrinter(context: Context): Printer {
  return {
    answer: (answer) => context.print(`${JSON.stringify(answer)}\n`),
    end: () => [],
  };
}

function csvPrinter(context: Context, known: readonly string[]): Printer {
  let columns = known.length > 0 ? known : undefined;
  const left = new Set<string>();
  const head = () => context.print(csvLine(['hostname', ...(columns ?? [])]));
  if (columns) head();
  return {
    answer({ hostname, rows }) {
      for (const row of rows) {
        if (!columns) {
          columns = Object.keys(row);
          head();
        }
        for (const name of Object.keys(row)) if (!columns.includes(name)) left.add(name);
        context.print(csvLine([hostname, ...columns.map((name) => row[name] ?? null)]));
      }
    },
    end: () => [...left],
  };
}

/** `host  column=value  column=value`, one line per row; what failed goes to standard error. */
function textPrinter(context: Context, texts: AskTexts, known: readonly string[]): Printer {
  let width = 0;
  return {
    answer({ hostname, outcome, message, rows }) {
      const host = terminalText(hostname);
      width = Math.max(width, Math.min(40, terminalWidth(host)));
      const padded = host + ' '.repeat(Math.max(0, width - terminalWidth(host)));
      if (outcome !== 'answered') {
        const name = texts(`outcome.${outcome}` as 'outcome.failed');
        context.note(`${padded}  ${name}${message === null ? '' : `: ${terminalText(message)}`}`);
      }
      for (const row of rows) {
        const cells = inOrder(row, known).map(
          ([name, value]) => `${terminalText(name)}=${quoted(terminalText(value))}`,
        );
        context.print(`${padded}  ${cells.join('  ')}\n`);
      }
    },
    end: () => [],
  };
}

/** In the order in which the columns were asked for; those that nobody knew of come last. */
function inOrder(row: Readonly<Record<string, string>>, known: readonly string[]) {
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  return Object.entries(row).sort(([one], [other]) => place(one) - place(other));
}

function quoted(value: string): string {
  return value === '' || /[\s"=]/.test(value) ? JSON.stringify(value) : value;
}

function progressLine(out: NodeJS.WriteStream) {
  let drawn = false;
  return {
    draw(text: string) {
      if (!out.isTTY) return;
      out.write(`\r\u001b[K${cutToWidth(text, Math.max(20, (out.columns ?? 80) - 1))}`);
      drawn = true;
    },
    clear() {
      if (drawn) out.write('\r\u001b[K');
      drawn = false;
    },
  };
}
