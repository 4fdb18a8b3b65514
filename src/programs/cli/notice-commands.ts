import { type Command, Option } from 'commander';
import type { Language } from '../../platform/i18n/language.ts';
import {
  type Channel,
  type ChannelTest,
  type DeliveryState,
  type NoticeRow,
  noticeSeverities,
} from '../../platform/notify/api.ts';
import { timeText } from './age.ts';
import { type Context, type ListOf, showList } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type NoticeTexts, noticeTexts } from './notice-texts.ts';

type Run = (work: (context: Context) => Promise<unknown>) => () => Promise<void>;

const deliveryStates: readonly DeliveryState[] = ['waiting', 'delivered', 'given-up', 'withdrawn'];

interface NoticeOptions {
  readonly severity?: string;
  readonly kind?: string;
  readonly delivery?: string;
  readonly limit: string;
  readonly csv?: boolean;
}

/** Adds `yojin notices …`: what was told, the channels, a test of one. */
export function addNoticeCommands(program: Command, language: Language, run: Run): void {
  const texts = noticeTexts(language);
  const notices = program
    .command('notices')
    .description(texts('command.notices'))
    .helpCommand(false);
  const list = notices
    .command('list', { isDefault: true })
    .description(texts('command.notices'))
    .addOption(
      new Option('--severity <severity>', texts('option.severity')).choices(noticeSeverities),
    )
    .option('--kind <kind>', texts('option.kind'))
    .addOption(new Option('--delivery <state>', texts('option.delivery')).choices(deliveryStates))
    .option('--limit <count>', texts('option.limit'), '50')
    .option('--csv', texts('option.csv'));
  list.action(run((context) => listNotices(context, texts, list.opts())));
  notices
    .command('channels')
    .description(texts('command.channels'))
    .action(run((context) => listChannels(context, texts)));
  notices
    .command('test')
    .description(texts('command.test'))
    .argument('<channel>', texts('argument.channel'))
    .action((name: string) => run((context) => testChannel(context, texts, name))());
  notices
    .command('retry')
    .description(texts('command.retry'))
    .argument('<channel>', texts('argument.channel'))
    .action((name: string) => run((context) => retryChannel(context, texts, name))());
}

function listNotices(context: Context, texts: NoticeTexts, options: NoticeOptions): Promise<void> {
  const { severity, kind, delivery, limit, csv } = options;
  return showList<NoticeRow>(
    context,
    '/api/notices',
    { severity, kind, delivery },
    { limit: Number(limit), offset: 0, ...(csv && { csv }) },
    [
      { title: texts('column.told'), value: ({ toldAt }) => timeText(toldAt) },
      { title: texts('column.severity'), value: (row) => texts(`severity.${row.severity}`) },
      { title: texts('column.text'), value: ({ text }) => text[texts.language], elastic: true },
      {
        title: texts('column.delivery'),
        value: ({ deliveries }) =>
          deliveries
            ?.map(({ channelName: channel, state }) =>
              texts('delivery', { channel, state: texts(`delivery.${state}`) }),
            )
            .join(', '),
      },
    ],
  );
}

function listChannels(context: Context, texts: NoticeTexts): Promise<void> {
  return showList<Channel>(context, '/api/notification-channels', {}, { limit: 1000, offset: 0 }, [
    { title: texts('column.name'), value: ({ name }) => name },
    { title: texts('column.state'), value: ({ state }) => texts(`state.${state}`) },
    { title: texts('column.type'), value: ({ target }) => target.type },
    { title: texts('column.address'), value: ({ address }) => address },
    { title: texts('column.last'), value: ({ lastSuccessAt }) => timeText(lastSuccessAt) },
    { title: texts('column.waiting'), value: ({ waiting }) => waiting, align: 'right' },
    { title: texts('column.given-up'), value: ({ givenUp }) => givenUp, align: 'right' },
    {
      title: texts('column.error'),
      value: ({ lastError }) => lastError && `${lastError.code}: ${lastError.detail}`,
      elastic: true,
    },
  ]);
}

async function testChannel(context: Context, texts: NoticeTexts, name: string): Promise<ExitCode> {
  const channel = await channelOf(context, texts, name);
  if (!channel) return exitCodes.usage;
  const path = `/api/notification-channels/${channel.id}/test`;
  const result = await context.api().send<ChannelTest>('POST', path, {});
  if (context.json) context.printJson(result);
  else context.note(result.error ? texts('failed', { ...result.error }) : texts('delivered'));
  return result.delivered ? exitCodes.ok : exitCodes.failed;
}

async function retryChannel(context: Context, texts: NoticeTexts, name: string): Promise<ExitCode> {
  const channel = await channelOf(context, texts, name);
  if (!channel) return exitCodes.usage;
  const path = `/api/notification-channels/${channel.id}/retry`;
  const result = await context.api().send<{ count: number }>('POST', path, {});
  if (context.json) context.printJson(result);
  else context.note(texts('retried', result));
  return exitCodes.ok;
}

async function channelOf(
  context: Context,
  texts: NoticeTexts,
  name: string,
): Promise<Channel | undefined> {
  const path = '/api/notification-channels';
  const { items } = await context.api().get<ListOf<Channel>>(path, { limit: 1000 });
  const channel = items.find((each) => each.id === name || each.name === name);
  if (!channel) context.note(texts('no-channel', { name }));
  return channel;
}
