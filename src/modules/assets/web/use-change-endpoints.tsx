import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiProblem, api } from '../../../platform/web/api-client.ts';
import { notifyFailure, notifySuccess } from '../../../platform/web/notify.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { EndpointsChange } from '../api.ts';
import { type Before, type Change, inverseOf, requestsOf } from './bulk-change.ts';

/** Queries that a change of endpoints makes out of date. */
export const endpointQueryKeys = [
  ['endpoints'],
  ['endpoint'],
  ['scopes'],
  ['assets-overview'],
] as const;

/** Long enough to notice a slip; the audit log keeps both the change and its undoing. */
const undoOfferedMs = 20_000;

/**
 * Changes many endpoints and offers to take it back. Answers whether all of it was done; what went
 * wrong has been said by then.
 */
export function useChangeEndpoints(): (
  before: readonly Before[],
  change: Change,
) => Promise<boolean> {
  const client = useQueryClient();
  const t = useT();
  return useCallback(
    async (before, change) => {
      const refresh = () =>
        Promise.all(endpointQueryKeys.map((queryKey) => client.invalidateQueries({ queryKey })));
      const send = async (requests: readonly EndpointsChange[]): Promise<boolean> => {
        let sent = 0;
        try {
          for (const request of requests) {
            await api.post('/api/endpoints/changes', request);
            sent += 1;
          }
          return true;
        } catch (error) {
          if (!(error instanceof ApiProblem)) throw error;
          notifyFailure(
            sent === 0
              ? error
              : { code: error.code, title: error.title, detail: t('assets.bulk.partly') },
            t,
          );
          return false;
        } finally {
          await refresh();
        }
      };

      const inverse = inverseOf(before, change);
      const changed = inverse.flatMap(({ endpointIds }) => endpointIds);
      if (changed.length === 0) {
        notifySuccess(t('assets.bulk.nothing'));
        return true;
      }
      if (!(await send(requestsOf(changed, change)))) return false;
      const id = `assets-undo-${Date.now()}`;
      notifications.show({
        id,
        color: 'moss',
        withBorder: true,
        autoClose: undoOfferedMs,
        message: (
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <span>{t('assets.bulk.done', { count: changed.length })}</span>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                void send(inverse).then((done) => {
                  if (done) notifySuccess(t('assets.bulk.undone'));
                });
              }}
            >
              {t('assets.bulk.undo')}
            </Button>
          </Group>
        ),
      });
      return true;
    },
    [client, t],
  );
}
