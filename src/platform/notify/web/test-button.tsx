import { Alert, Button, Stack, Text } from '@mantine/core';
import { api, useApiAction } from '../../web/api-client.ts';
import { useFormat } from '../../web/format.ts';
import { useT } from '../../web/translate.ts';
import { type Channel, type ChannelTest, makesTickets } from '../api.ts';
import { useProblemWords } from './problem-words.ts';

/** Sends a test notice and says at once what came of it. */
export function TestButton({ channel }: { channel: Channel }) {
  const t = useT();
  const format = useFormat();
  const wordsOf = useProblemWords();
  const test = useApiAction({
    run: () => api.post<ChannelTest>(`/api/notification-channels/${channel.id}/test`),
    invalidates: [['notification-channels']],
  });
  const result = test.data;
  const tickets = makesTickets(channel.target.type);
  return (
    <Stack gap="xs">
      <div>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          {t('notify.test')}
        </Button>
      </div>
      <Text size="xs" c="dimmed">
        {t(tickets ? 'notify.test-hint-ticket' : 'notify.test-hint')}
      </Text>
      {result?.error && (
        <Alert color="crimson" title={t('notify.test-failed')}>
          {wordsOf(result.error).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Alert>
      )}
      {result?.delivered && (
        <Alert color="moss">
          {t('notify.test-delivered', { duration: format.duration(result.durationMs / 1_000) })}
        </Alert>
      )}
    </Stack>
  );
}
