import { Alert, Button, Loader, Stack, Text, TextInput } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDeviceFloppy,
  IconPlayerPlay,
  IconUserCheck,
} from '@tabler/icons-react';
import type { ApiProblem } from '../../../platform/web/api-client.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { CampaignPreview } from '../api.ts';
import type { Danger } from './dangers.ts';
import type { DraftFault } from './draft.ts';
import classes from './remediation.module.css';

interface PreviewPanelProps {
  preview: CampaignPreview | undefined;
  faults: readonly DraftFault[];
  problem: ApiProblem | null;
  /** Why the last attempt was refused. */
  failure: ApiProblem | null;
  isOutdated: boolean;
  /** The box of the target shows something that was not read when the button was pressed. */
  isOtherTarget: boolean;
  isSending: boolean;
  canSend: boolean;
  dangers: readonly Danger[];
  /** It is not about findings but an action of one's own. */
  isOwnAction: boolean;
  title: string;
  onTitle: (title: string) => void;
  onSubmit: (start: boolean) => void;
}

/** What exactly will happen, where, what will not and why; and the buttons. */
export function PreviewPanel(props: PreviewPanelProps) {
  const { preview, faults, problem, failure, isOutdated, canSend, isSending } = props;
  const t = useT();
  const format = useFormat();
  const possible = preview?.byState['waiting'] ?? 0;
  const needsApproval = preview?.needsApproval ?? false;
  return (
    <Section
      title={t('remediation.preview.title')}
      actions={
        isOutdated && !problem ? (
          <Loader size="xs" color="gray" aria-label={t('shell.loading')} />
        ) : null
      }
    >
      <Stack gap="md" data-preview={preview && !isOutdated ? 'ready' : 'none'}>
        {faults.length > 0 && (
          <div>
            <Text size="sm" c="dimmed">
              {t('remediation.preview.missing')}
            </Text>
            <ul className={classes.plainList}>
              {faults.map((fault) => (
                <li key={fault}>
                  <Text size="sm">{t(`remediation.fault.${fault}`)}</Text>
                </li>
              ))}
            </ul>
          </div>
        )}
        {problem &&
          (problem.code === 'NO_ENDPOINTS' ? <Nobody /> : <ProblemAlert problem={problem} />)}
        {preview && !problem && needsApproval && (
          <Alert
            color="amber"
            icon={<IconUserCheck size={18} />}
            title={t('remediation.preview.approval')}
            data-needs-approval
          >
            <Reasons reasons={preview.approvalBecause} />
          </Alert>
        )}
        {preview &&
          !problem &&
          props.dangers.map((danger) => (
            <Alert
              key={danger}
              color={danger === 'may-restart' || danger === 'collect' ? 'amber' : 'crimson'}
              icon={<IconAlertTriangle size={18} />}
              py="xs"
              data-danger={danger}
            >
              {t(`remediation.danger.${danger}`, {
                count: possible,
                number: format.number(possible),
              })}
            </Alert>
          ))}
        {preview && !problem && (
          <div
            className={classes.previewBody}
            data-outdated={isOutdated || undefined}
            aria-live="polite"
            aria-busy={isOutdated}
          >
            <PreviewBody
              preview={preview}
              removes={props.dangers.includes('removal')}
              isOwnAction={props.isOwnAction}
            />
          </div>
        )}
        <TextInput
          label={t('remediation.compose.name')}
          description={t('remediation.compose.name-hint')}
          value={props.title}
          maxLength={200}
          onChange={(event) => props.onTitle(event.currentTarget.value)}
        />
        <div className={classes.previewFoot}>
          {failure && <ProblemAlert problem={failure} />}
          {props.isOtherTarget && (
            <Alert color="amber" role="alert">
              {t('remediation.preview.other-target')}
            </Alert>
          )}
          <Button
            fullWidth
            size="md"
            leftSection={
              needsApproval ? (
                <IconUserCheck size={17} aria-hidden="true" />
              ) : (
                <IconPlayerPlay size={17} aria-hidden="true" />
              )
            }
            disabled={(!canSend || (preview?.targeted ?? 0) === 0) && !isSending}
            loading={isSending}
            onClick={() => props.onSubmit(true)}
          >
            {needsApproval
              ? t('remediation.compose.ask')
              : preview && !isOutdated && possible > 0
                ? t('remediation.compose.start-count', {
                    count: possible,
                    number: format.number(possible),
                  })
                : t('remediation.compose.start')}
          </Button>
          <Button
            fullWidth
            variant="default"
            leftSection={<IconDeviceFloppy size={16} aria-hidden="true" />}
            disabled={!canSend || isSending}
            onClick={() => props.onSubmit(false)}
          >
            {t('remediation.compose.draft')}
          </Button>
        </div>
      </Stack>
    </Section>
  );
}

function Reasons({ reasons }: { reasons: CampaignPreview['approvalBecause'] }) {
  const language = useLanguage();
  return (
    <ul className={classes.plainList}>
      {reasons.map((reason) => (
        <li key={reason.en}>{reason[language]}</li>
      ))}
    </ul>
  );
}

function Nobody() {
  const t = useT();
  return (
    <Alert color="gray" title={t('remediation.preview.nobody')} data-preview-nobody>
      {t('remediation.preview.nobody-text')}
    </Alert>
  );
}

interface PreviewBodyProps {
  preview: CampaignPreview;
  removes: boolean;
  isOwnAction: boolean;
}

function PreviewBody({ preview, removes, isOwnAction }: PreviewBodyProps) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const { targeted, byState, findingsToClose, exploitedToClose, rebootLikely } = preview;
  const noAgent = byState['no-agent'] ?? 0;
  if (targeted === 0) return <Nobody />;
  return (
    <>
      <div>
        <p className={classes.targeted}>
          <span className={classes.big} data-preview-possible>
            {format.number(byState['waiting'] ?? 0)}
          </span>{' '}
          {t('remediation.preview.possible', { whole: format.number(targeted) })}
        </p>
        {(findingsToClose > 0 || !isOwnAction) && (
          <Text size="sm" mt={4}>
            {t('remediation.preview.findings', {
              count: findingsToClose,
              number: format.number(findingsToClose),
            })}
            {exploitedToClose > 0 && (
              <strong className={classes.bad}>
                {t('remediation.preview.exploited', {
                  count: exploitedToClose,
                  number: format.number(exploitedToClose),
                })}
              </strong>
            )}
          </Text>
        )}
        {rebootLikely > 0 && (
          <Text size="sm" c="dimmed">
            {t('remediation.preview.reboot', {
              count: rebootLikely,
              number: format.number(rebootLikely),
            })}
          </Text>
        )}
      </div>
      {preview.actions.length > 0 && (
        <div>
          <h3 className={classes.subhead}>{t('remediation.preview.actions')}</h3>
          <ul className={classes.plainList} data-preview-actions>
            {preview.actions.map((action) => (
              <li
                key={`${action.manager} ${action.summary.en} ${action.packages.map(({ name, from }) => `${name} ${from.join()}`).join()}`}
                className={classes.countRow}
              >
                <span>{action.summary[language]}</span>
                <span className={classes.number}>
                  {t('remediation.endpoints', {
                    count: action.endpoints,
                    number: format.number(action.endpoints),
                  })}
                </span>
                {action.packages.length > 0 && (
                  <Packages packages={action.packages} removes={removes} />
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {(noAgent > 0 || preview.excluded.length > 0) && (
        <div>
          <h3 className={classes.subhead}>{t('remediation.preview.excluded')}</h3>
          <ul className={classes.plainList} data-preview-excluded>
            {preview.excluded.map(({ reason, endpoints }) => (
              <li key={reason.en} className={classes.countRow}>
                <span>{reason[language]}</span>
                <span className={classes.number}>
                  {t('remediation.endpoints', {
                    count: endpoints,
                    number: format.number(endpoints),
                  })}
                </span>
              </li>
            ))}
          </ul>
          {noAgent > 0 && (
            <Text size="xs" c="dimmed" mt={4}>
              {t('remediation.preview.no-agent', {
                count: noAgent,
                number: format.number(noAgent),
              })}
            </Text>
          )}
        </div>
      )}
      {preview.rings.length > 0 && (
        <div>
          <h3 className={classes.subhead}>{t('remediation.rings.title')}</h3>
          <ul className={classes.plainList} data-preview-rings>
            {preview.rings.map(({ name, endpoints }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, places do not
              <li key={`${place} ${name}`} className={classes.countRow}>
                <span>
                  <Dim>{place + 1}.</Dim> {name}
                </span>
                <span className={classes.number}>
                  {t('remediation.endpoints', {
                    count: endpoints,
                    number: format.number(endpoints),
                  })}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** So many packages and versions are written out. */
const mostShown = 6;

interface PackagesProps {
  packages: CampaignPreview['actions'][number]['packages'];
  removes: boolean;
}

function Packages({ packages, removes }: PackagesProps) {
  const t = useT();
  const rest = packages.length - mostShown;
  return (
    <ul className={classes.packages}>
      {packages.slice(0, mostShown).map(({ name, from, atLeast }) => (
        <li key={name} className={classes.change}>
          {name}{' '}
          {from.length === 0 ? t('remediation.preview.not-installed') : from.slice(0, 3).join(', ')}
          {from.length > 3 && ` +${from.length - 3}`} →{' '}
          <span className={removes ? classes.bad : classes.changeTo}>
            {removes
              ? t('remediation.change.absent')
              : atLeast === null
                ? t('remediation.preview.newest')
                : `≥ ${atLeast}`}
          </span>
        </li>
      ))}
      {rest > 0 && <li>{t('remediation.preview.more', { count: rest })}</li>}
    </ul>
  );
}
