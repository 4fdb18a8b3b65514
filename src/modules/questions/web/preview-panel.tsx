import { Alert, Button, Checkbox, Kbd, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleX, IconSend } from '@tabler/icons-react';
import type { ApiProblem } from '../../../platform/web/api-client.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { BarList, Dim, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Preview } from '../api.ts';
import { CostBadge, platformLabel } from './question-parts.tsx';
import classes from './questions.module.css';
import { distinctProblems } from './sql-marks.ts';
import { type Verdict, warnsOf } from './verdict.ts';

interface PreviewPanelProps {
  /** There is something to ask. */
  isAsked: boolean;
  /** A question of the library is chosen, but its parameters are not filled in. */
  needsParameters: boolean;
  preview: Preview | undefined;
  problem: ApiProblem | null;
  /** What is shown belongs to the text before. */
  isOutdated: boolean;
  verdict: Verdict;
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
  /** Why the last attempt to ask was refused. */
  failure: ApiProblem | null;
  canAsk: boolean;
  /** The box of the target shows something that was not read when the button was pressed. */
  isOtherTarget: boolean;
  isSending: boolean;
  onAsk: () => void;
}

const scopesShown = 6;

/** How many would be asked, what it costs them, what speaks against it; and the button. */
export function PreviewPanel(props: PreviewPanelProps) {
  const { isAsked, preview, problem, isOutdated, verdict, failure, canAsk } = props;
  const t = useT();
  const mayAsk = useHolds('questions:respond');
  return (
    <Section
      title={t('questions.preview.title')}
      actions={
        isAsked && isOutdated && !problem ? (
          <Loader size="xs" color="gray" aria-label={t('shell.loading')} />
        ) : null
      }
    >
      <Stack gap="md">
        {!isAsked && (
          <Text size="sm" c="dimmed">
            {t(
              props.needsParameters ? 'questions.preview.parameters' : 'questions.preview.nothing',
            )}
          </Text>
        )}
        {problem && <ProblemAlert problem={problem} />}
        {preview && !problem && (
          <div
            className={classes.previewBody}
            data-outdated={isOutdated || undefined}
            aria-live="polite"
            aria-busy={isOutdated}
          >
            <PreviewBody {...props} preview={preview} />
          </div>
        )}
        {failure && <ProblemAlert problem={failure} />}
        {props.isOtherTarget && (
          <Alert color="amber" role="alert">
            {t('questions.preview.other-target')}
          </Alert>
        )}
        {mayAsk ? (
          <div>
            <Button
              fullWidth
              size="md"
              leftSection={<IconSend size={17} aria-hidden="true" />}
              disabled={!canAsk && !props.isSending}
              loading={props.isSending}
              onClick={props.onAsk}
            >
              {preview && !isOutdated && verdict === 'ready'
                ? t('questions.ask-count', { count: preview.targeted - preview.notApplicable })
                : t('questions.ask')}
            </Button>
            <Text size="xs" c="dimmed" ta="center" mt={6} component="div">
              {isAsked && !isOutdated && verdict !== 'ready' && verdict !== 'waiting' ? (
                t(`questions.preview.verdict.${verdict}`)
              ) : (
                <>
                  <Kbd size="xs">Ctrl</Kbd> + <Kbd size="xs">Enter</Kbd>
                </>
              )}
            </Text>
          </div>
        ) : (
          <Text size="sm" c="dimmed">
            {t('questions.may-not-ask')}
          </Text>
        )}
        {preview && !problem && (
          <div className={classes.previewBody} data-outdated={isOutdated || undefined}>
            <Breakdown preview={preview} />
          </div>
        )}
      </Stack>
    </Section>
  );
}

function PreviewBody({
  preview,
  accepted,
  onAccept,
}: Pick<PreviewPanelProps, 'accepted' | 'onAccept'> & { preview: Preview }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const { targeted, online, notApplicable, cost, costBecause } = preview;
  const problems = distinctProblems(preview.problems);
  return (
    <Stack gap="md">
      <div>
        <p className={classes.targeted}>
          <span className={classes.big} data-preview="targeted">
            {format.number(targeted)}
          </span>{' '}
          {t('questions.preview.targeted', { count: targeted })}
        </p>
        <Text size="sm" c="dimmed">
          {online >= targeted
            ? targeted > 0 && t('questions.preview.all-online', { count: targeted })
            : t('questions.preview.online', {
                online: format.number(online),
                offline: format.number(targeted - online),
              })}
        </Text>
        {notApplicable > 0 && (
          <Text size="sm" c="dimmed">
            {t('questions.preview.not-applicable', { number: format.number(notApplicable) })}
          </Text>
        )}
      </div>
      {problems.length > 0 && (
        <ul className={classes.plainList} aria-label={t('questions.preview.problems')}>
          {problems.map((mark) => (
            <li
              key={`${mark.text.en} ${mark.from} ${mark.platforms.join()}`}
              className={classes.problem}
              data-level={mark.level}
            >
              {mark.level === 'error' ? (
                <IconCircleX
                  size={16}
                  color="var(--mantine-color-crimson-filled)"
                  aria-label={t('questions.preview.error')}
                />
              ) : (
                <IconAlertTriangle
                  size={16}
                  color="var(--mantine-color-amber-filled)"
                  aria-label={t('questions.preview.warning')}
                />
              )}
              <span>{mark.text[language]}</span>
              <span className={classes.problemPlace}>
                {mark.platforms.map(platformLabel).join(' · ')}
                {mark.nearest.length > 0 &&
                  ` · ${t('questions.preview.nearest', { words: mark.nearest.slice(0, 3).join(', ') })}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div>
        <h3 className={classes.subhead}>{t('questions.preview.cost')}</h3>
        <CostBadge cost={cost} />
        {costBecause.length > 0 && (
          <ul className={classes.plainList}>
            {costBecause.map((reason) => (
              <li key={reason.en}>
                <Text size="xs" c="dimmed" mt={4}>
                  {reason[language]}
                </Text>
              </li>
            ))}
          </ul>
        )}
      </div>
      {warnsOf(preview) && !preview.problems.some(({ level }) => level === 'error') && (
        <Checkbox
          size="sm"
          label={t('questions.preview.accept')}
          checked={accepted}
          onChange={(event) => onAccept(event.currentTarget.checked)}
        />
      )}
    </Stack>
  );
}

/** Of what the endpoints are that would be asked. */
function Breakdown({ preview }: { preview: Preview }) {
  const t = useT();
  const { targeted, byPlatform, byScope } = preview;
  const scopes = [...byScope].sort((one, other) => other.targeted - one.targeted);
  return (
    <Stack gap="md">
      {byPlatform.length > 0 && (
        <div>
          <h3 className={classes.subhead}>{t('questions.preview.by-platform')}</h3>
          <BarList
            total={targeted}
            items={byPlatform.map((row) => ({
              label: (
                <>
                  {platformLabel(row.platform)}
                  {!row.applicable && (
                    <Dim>{` ${t('questions.preview.platform-not-applicable')}`}</Dim>
                  )}
                </>
              ),
              value: row.targeted,
              ...(row.applicable ? { color: 'moss' } : {}),
            }))}
          />
        </div>
      )}
      {scopes.length > 1 && (
        <div>
          <h3 className={classes.subhead}>{t('questions.preview.by-scope')}</h3>
          <BarList
            total={targeted}
            items={scopes.slice(0, scopesShown).map((scope) => ({
              label: scope.scopeName,
              value: scope.targeted,
            }))}
          />
          {scopes.length > scopesShown && (
            <Text size="xs" c="dimmed">
              {t('questions.preview.more-scopes', { count: scopes.length - scopesShown })}
            </Text>
          )}
        </div>
      )}
    </Stack>
  );
}
