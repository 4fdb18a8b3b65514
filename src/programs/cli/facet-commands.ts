import type { Command } from 'commander';
import type {
  CompletionList,
  FacetCheckAnswer,
  FacetList,
  SelectorCount,
} from '../../platform/facets/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type FacetTexts, facetTexts } from './facet-texts.ts';
import { terminalWidth } from './terminal-width.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

/** Adds `yojin facets`: the keys of the selector language, and what is behind them. */
export function addFacetCommands(program: Command, language: Language, run: Run): void {
  const texts = facetTexts(language);
  const facets = program
    .command('facets')
    .description(texts('command.facets'))
    .helpCommand(false)
    .action(run((context) => listFacets(context, texts)));
  facets
    .command('count')
    .description(texts('command.count'))
    .argument('<selector>', texts('argument.selector'))
    .action((selector: string) => run((context) => countSelected(context, texts, selector))());
  facets
    .command('complete')
    .description(texts('command.complete'))
    .argument('[text]', texts('argument.text'), '')
    .action((text: string) => run((context) => complete(context, texts, text))());
  facets
    .command('check')
    .description(texts('command.check'))
    .action(run((context) => checkIndex(context, texts)));
}

async function listFacets(context: Context, texts: FacetTexts): Promise<ExitCode> {
  const list = await context.api().get<FacetList>('/api/facets');
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  context.printTable<FacetList['items'][number]>(
    [
      { title: texts('column.key'), value: (row) => [row.key, ...row.aliases].join(', ') },
      { title: texts('column.title'), value: (row) => row.title[texts.language] },
      { title: texts('column.values'), value: (row) => row.values },
      { title: texts('column.examples'), value: (row) => row.examples.join('  '), elastic: true },
    ],
    list.items,
  );
  const bareWord = list.items.find((row) => row.isBareWord);
  if (bareWord) context.note(texts('bare-word', { key: bareWord.key }));
  return exitCodes.ok;
}

async function countSelected(
  context: Context,
  texts: FacetTexts,
  selector: string,
): Promise<ExitCode> {
  const answer = await context.api().get<SelectorCount>('/api/facets/count', { where: selector });
  if (context.json) context.printJson(answer);
  else if (answer.problem === null) context.print(`${answer.count}\n`);
  else context.note(problemText(selector, answer.problem, texts));
  return answer.problem === null ? exitCodes.ok : exitCodes.usage;
}

/** The selector with a line below it that points at the place. */
function problemText(
  selector: string,
  problem: NonNullable<SelectorCount['problem']>,
  texts: FacetTexts,
): string {
  const line = selector.replaceAll(/\s/g, ' ');
  const indent = ' '.repeat(terminalWidth(line.slice(0, problem.from)));
  const marks = '^'.repeat(Math.max(1, terminalWidth(line.slice(problem.from, problem.to))));
  const lines = [line, `${indent}${marks}`, problem.text[texts.language]];
  if (problem.nearest.length > 0) {
    lines.push(texts('did-you-mean', { nearest: problem.nearest.join('  ') }));
  }
  return lines.join('\n');
}

async function complete(context: Context, texts: FacetTexts, text: string): Promise<ExitCode> {
  const list = await context.api().get<CompletionList>('/api/facets/completions', { text });
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  context.printTable<CompletionList['items'][number]>(
    [
      {
        title: texts('column.text'),
        value: (row) => `${text.slice(0, row.from)}${row.insert}${text.slice(row.to)}`,
      },
      { title: texts('column.title'), value: (row) => row.title?.[texts.language] },
      { title: texts('column.count'), value: (row) => row.count, align: 'right' },
    ],
    list.items,
  );
  return exitCodes.ok;
}

async function checkIndex(context: Context, texts: FacetTexts): Promise<ExitCode> {
  const answer = await context.api().send<FacetCheckAnswer>('POST', '/api/facets/check', {});
  if (context.json) {
    context.printJson(answer);
  } else {
    context.printTable<FacetCheckAnswer['sources'][number]>(
      [
        { title: texts('column.source'), value: (row) => row.name },
        { title: texts('column.seconds'), value: (row) => row.ms / 1000, align: 'right' },
        {
          title: texts('column.differences'),
          value: (row) => row.differences.length,
          align: 'right',
        },
      ],
      answer.sources,
    );
    for (const { name, differences } of answer.sources) {
      for (const { position, detail } of differences) {
        context.print(`${texts('difference', { source: name, position, detail })}\n`);
      }
    }
    context.note(texts(answer.equal ? 'equal' : 'different'));
  }
  return answer.equal ? exitCodes.ok : exitCodes.failed;
}
