import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ApiProblem } from './api-client.ts';
import { problemText } from './notify.ts';
import { useT } from './translate.ts';

interface ProblemAlertProps {
  problem: ApiProblem;
  onRetry?: () => void;
  /** Set where the form shows the wrong places at its fields. */
  withoutPlaces?: boolean;
}

/** Why something could not be shown or done, in the reader's language where we have the words. */
export function ProblemAlert({ problem, onRetry, withoutPlaces = false }: ProblemAlertProps) {
  const places = withoutPlaces ? [] : problem.errors;
  const t = useT();
  const { title, detail } = problemText(problem, t);
  const hasBody = detail !== undefined || places.length > 0 || onRetry !== undefined;
  return (
    <Alert
      color="crimson"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={title}
      role="alert"
    >
      {hasBody && (
        <Group justify="space-between" gap="md">
          <div>
            {detail && <Text size="sm">{detail}</Text>}
            {places.map(({ at, message }) => (
              <Text size="sm" key={`${at} ${message}`}>
                {at === '' ? message : `${at}: ${message}`}
              </Text>
            ))}
          </div>
          {onRetry && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('shell.retry')}
            </Button>
          )}
        </Group>
      )}
    </Alert>
  );
}
