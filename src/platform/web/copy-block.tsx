import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import classes from './copy-block.module.css';
import { useT } from './translate.ts';

interface CopyBlockProps {
  /** What is copied, exactly. */
  text: string;
  label?: string;
  /** Offers it as a file of this name too. */
  fileName?: string;
}

/** Text to take elsewhere: a secret, a command, a file. */
export function CopyBlock({ text, label, fileName }: CopyBlockProps) {
  const t = useT();
  return (
    <div>
      {label && (
        <Text size="xs" c="dimmed" mb={4}>
          {label}
        </Text>
      )}
      <div className={classes.block}>
        <pre className={classes.text}>
          <code>{text}</code>
        </pre>
        <Group gap={4} className={classes.buttons} wrap="nowrap">
          <CopyButton value={text} timeout={1500}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? t('shell.copied') : t('shell.copy')}>
                <ActionIcon
                  variant="default"
                  aria-label={copied ? t('shell.copied') : t('shell.copy')}
                  onClick={copy}
                >
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
          {fileName && (
            <Tooltip label={t('shell.download', { file: fileName })}>
              <ActionIcon
                variant="default"
                aria-label={t('shell.download', { file: fileName })}
                onClick={() => downloadText(text, fileName)}
              >
                <IconDownload size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </div>
    </div>
  );
}

function downloadText(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
