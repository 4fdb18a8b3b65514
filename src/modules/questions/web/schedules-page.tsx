import { ActionIcon, Button, Group, Menu, Modal, Switch, Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCalendarRepeat,
  IconDots,
  IconEdit,
  IconHistory,
  IconTrash,
} from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Schedule, ScheduleChange } from '../api.ts';
import { QuestionPlaces, TargetText, useIntervalText } from './question-parts.tsx';
import classes from './questions.module.css';
import { EditScheduleForm, schedulesKey } from './schedule-form.tsx';

const rowId = (row: Schedule) => String(row.id);
const historyHref = ({ id }: Schedule) => `/questions?scheduleId=${id}`;

/** Questions that are asked again and again, with what became of the last time. */
export function SchedulesPage() {
  const t = useT();
  const go = useGo();
  const [editing, setEditing] = useState<Schedule | null>(null);
  const columns = useScheduleColumns(setEditing);
  useLive(['questions'], [schedulesKey]);
  return (
    <Page titleKey="questions.schedules.title" subtitle={t('questions.schedules.subtitle')} fill>
      <QuestionPlaces here="schedules" />
      <DataTable<Schedule>
        id="questions.schedules"
        path="/api/questions/schedules"
        queryKey={schedulesKey}
        columns={columns}
        rowId={rowId}
        rowHref={historyHref}
        rowHeightPx={56}
        searchKey={false}
        csvName="yojin-question-schedules"
        emptyState={
          <EmptyState
            icon={<IconCalendarRepeat size={40} stroke={1.3} aria-hidden="true" />}
            title={t('questions.schedules.empty-title')}
            text={t('questions.schedules.empty-text')}
            action={
              <Button variant="default" onClick={() => go('/questions')}>
                {t('questions.schedules.empty-action')}
              </Button>
            }
          />
        }
      />
      <Modal
        opened={editing !== null}
        onClose={() => setEditing(null)}
        title={t('questions.schedules.edit-title')}
      >
        {editing && <EditScheduleForm schedule={editing} onDone={() => setEditing(null)} />}
      </Modal>
    </Page>
  );
}

function useScheduleColumns(onEdit: (schedule: Schedule) => void): readonly Column<Schedule>[] {
  const t = useT();
  const format = useFormat();
  const mayWrite = useHolds('questions:respond');
  const intervalText = useIntervalText();
  return useMemo<readonly Column<Schedule>[]>(
    () => [
      {
        id: 'title',
        titleKey: 'questions.column.title',
        width: 320,
        render: (row) => (
          <span className={classes.twoLines}>
            <span className={classes.oneLine}>{row.title}</span>
            <span className={classes.second}>
              <TargetText of={row} />
            </span>
          </span>
        ),
      },
      {
        id: 'enabled',
        titleKey: 'questions.schedule.enabled',
        width: 96,
        render: (row) => <EnabledSwitch schedule={row} mayWrite={mayWrite} />,
      },
      {
        id: 'everyMinutes',
        titleKey: 'questions.schedule.every',
        width: 130,
        render: (row) => intervalText(row.everyMinutes),
      },
      {
        id: 'lastQuestionId',
        titleKey: 'questions.schedule.last',
        width: 200,
        render: (row) => <LastRun schedule={row} />,
      },
      {
        id: 'nextRunAt',
        titleKey: 'questions.schedule.next',
        width: 150,
        render: (row) =>
          row.nextRunAt === null || !row.enabled ? (
            <Dim>{t('questions.schedule.not-planned')}</Dim>
          ) : (
            format.time(row.nextRunAt)
          ),
      },
      {
        id: 'keepRuns',
        titleKey: 'questions.schedule.keep',
        width: 110,
        align: 'right',
        defaultHidden: true,
        render: (row) => format.number(row.keepRuns),
      },
      {
        id: 'createdBy',
        titleKey: 'questions.schedule.created',
        width: 170,
        render: (row) => (
          <span className={classes.twoLines}>
            <span className={classes.oneLine}>{row.createdBy}</span>
            <span className={classes.second}>
              <Age at={row.createdAt} />
            </span>
          </span>
        ),
      },
      {
        id: 'actions',
        titleKey: 'questions.schedule.actions',
        width: 76,
        align: 'right',
        render: (row) => <ScheduleMenu schedule={row} mayWrite={mayWrite} onEdit={onEdit} />,
      },
    ],
    [t, format, intervalText, mayWrite, onEdit],
  );
}

function EnabledSwitch({ schedule, mayWrite }: { schedule: Schedule; mayWrite: boolean }) {
  const t = useT();
  const change = useApiAction<ScheduleChange>({
    run: (body) => api.patch(`/api/questions/schedules/${schedule.id}`, body),
    invalidates: [schedulesKey],
  });
  return (
    <Switch
      size="sm"
      aria-label={t('questions.schedule.enabled-of', { title: schedule.title })}
      checked={schedule.enabled}
      disabled={!mayWrite || change.isPending}
      onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
    />
  );
}

/** The last answers, and, apart from them, why asking failed since. */
function LastRun({ schedule }: { schedule: Schedule }) {
  const t = useT();
  const { lastQuestionId, lastFailure } = schedule;
  return (
    <Group gap={6} wrap="nowrap">
      {lastQuestionId === null ? (
        <Dim>{t('questions.schedule.never')}</Dim>
      ) : (
        <AppLink href={`/questions/${lastQuestionId}`} inherit>
          {t('questions.schedule.open-last')}
        </AppLink>
      )}
      {lastFailure !== null && (
        <Tooltip
          label={lastFailure}
          multiline
          maw={360}
          events={{ hover: true, focus: true, touch: true }}
        >
          <Text component="span" size="xs" c="crimson" className={classes.subtitle} tabIndex={0}>
            <IconAlertTriangle size={14} aria-hidden="true" />
            {t('questions.schedule.failed')}
          </Text>
        </Tooltip>
      )}
    </Group>
  );
}

interface ScheduleMenuProps {
  schedule: Schedule;
  mayWrite: boolean;
  onEdit: (schedule: Schedule) => void;
}

function ScheduleMenu({ schedule, mayWrite, onEdit }: ScheduleMenuProps) {
  const t = useT();
  const go = useGo();
  const remove = useApiAction({
    run: () => api.delete(`/api/questions/schedules/${schedule.id}`),
    invalidates: [schedulesKey],
    successKey: 'questions.schedule.deleted',
  });
  const askDelete = () =>
    modals.openConfirmModal({
      title: t('questions.schedule.delete-title', { title: schedule.title }),
      children: <Text size="sm">{t('questions.schedule.delete-text')}</Text>,
      labels: { confirm: t('questions.schedule.delete'), cancel: t('shell.cancel') },
      confirmProps: { color: 'crimson' },
      onConfirm: () => remove.mutate(),
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          loading={remove.isPending}
          aria-label={t('questions.schedule.actions-of', { title: schedule.title })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconHistory size={15} aria-hidden="true" />}
          onClick={() => go(historyHref(schedule))}
        >
          {t('questions.schedule.history')}
        </Menu.Item>
        {schedule.lastQuestionId !== null && (
          <Menu.Item
            leftSection={<IconArrowsExchange size={15} aria-hidden="true" />}
            onClick={() => go(`/questions/${schedule.lastQuestionId}?tab=compare`)}
          >
            {t('questions.schedule.compare')}
          </Menu.Item>
        )}
        {mayWrite && (
          <>
            <Menu.Item
              leftSection={<IconEdit size={15} aria-hidden="true" />}
              onClick={() => onEdit(schedule)}
            >
              {t('questions.schedules.edit-title')}
            </Menu.Item>
            <Menu.Item
              color="crimson"
              leftSection={<IconTrash size={15} aria-hidden="true" />}
              onClick={askDelete}
            >
              {t('questions.schedule.delete')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
