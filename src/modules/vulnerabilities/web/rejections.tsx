import { Button, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Feed } from '../api.ts';
import classes from './vulnerabilities.module.css';

interface RejectionsButtonProps {
  name: string;
  count: number;
  /** The first hundred. */
  rejections: Feed['rejections'];
}

/** How many records could not be read; opens which, and why. Nothing while there are none. */
export function RejectionsButton({ name, count, rejections }: RejectionsButtonProps) {
  const t = useT();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  if (count === 0) return null;
  return (
    <>
      <Button variant="subtle" color="amber" size="compact-xs" onClick={() => setOpened(true)}>
        {t('vulnerabilities.rejected', { count })}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        size="48rem"
        title={t('vulnerabilities.rejections', { name })}
      >
        <Text size="sm" mb="sm">
          {t('vulnerabilities.rejections-text')}
        </Text>
        <div className={classes.scroller}>
          <table className={classes.rows}>
            <thead>
              <tr>
                <th scope="col">{t('vulnerabilities.rejection.at')}</th>
                <th scope="col">{t('vulnerabilities.rejection.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {rejections.map(({ at, reason }) => (
                <tr key={`${at} ${reason}`}>
                  <td>{at}</td>
                  <td>{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {count > rejections.length && (
          <Text size="xs" c="dimmed" mt="xs">
            {t('vulnerabilities.rejections-cut', {
              shown: format.number(rejections.length),
              all: format.number(count),
            })}
          </Text>
        )}
      </Modal>
    </>
  );
}
