import { Table, Text, Tooltip } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { RuleSimulation } from '../api.ts';
import { everyDay } from './days.ts';
import classes from './remediation.module.css';

/** What a rule would have done with the past: in numbers, by day, and as a table. */
export function SimulationResult({ simulation }: { simulation: RuleSimulation }) {
  const t = useT();
  const format = useFormat();
  const { from, to, campaigns, findings, closedSooner, meanDaysWon } = simulation;
  const days = everyDay(simulation, simulation.days);
  const most = Math.max(1, ...days.map((day) => day.findings));
  const withSome = days.filter((day) => day.findings > 0);
  const dayText = (day: string) => format.date(`${day}T12:00:00`);
  return (
    <div data-simulation>
      <dl className={classes.figures}>
        <div>
          <dt>{t('remediation.simulation.campaigns')}</dt>
          <dd>{format.number(campaigns)}</dd>
        </div>
        <div>
          <dt>{t('remediation.simulation.findings')}</dt>
          <dd>{format.number(findings)}</dd>
        </div>
        <div>
          <dt>{t('remediation.simulation.closed-sooner')}</dt>
          <dd>{format.number(closedSooner)}</dd>
        </div>
        <div>
          <dt>{t('remediation.simulation.days-won')}</dt>
          <dd>
            {meanDaysWon === null ? (
              <>
                — <small>{t('remediation.simulation.days-unknown')}</small>
              </>
            ) : (
              t('remediation.simulation.days', {
                number: format.number(Math.round(meanDaysWon * 10) / 10),
              })
            )}
          </dd>
        </div>
      </dl>
      {days.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('remediation.simulation.by-day')}</h3>
          <div className={classes.chart} aria-hidden="true">
            {days.map(({ day, findings: count }) => (
              <Tooltip key={day} label={`${dayText(day)}: ${format.number(count)}`} openDelay={0}>
                <div className={classes.chartDay}>
                  <span style={{ height: `${(100 * count) / most}%` }} />
                </div>
              </Tooltip>
            ))}
          </div>
          <div className={classes.chartEnds}>
            <span>{format.date(from)}</span>
            <span>{t('remediation.simulation.most', { number: format.number(most) })}</span>
            <span>{format.date(to)}</span>
          </div>
        </>
      )}
      {withSome.length === 0 ? (
        <Text size="sm" c="dimmed" mt="xs">
          {t('remediation.simulation.nothing')}
        </Text>
      ) : (
        <details style={{ marginTop: 8 }}>
          <summary>
            <Text span size="sm">
              {t('remediation.simulation.table')}
            </Text>
          </summary>
          <Table withRowBorders verticalSpacing={4} mt={6} maw={360}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('remediation.simulation.day')}</Table.Th>
                <Table.Th ta="right">{t('remediation.simulation.findings')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {withSome.map(({ day, findings: count }) => (
                <Table.Tr key={day}>
                  <Table.Td>{dayText(day)}</Table.Td>
                  <Table.Td ta="right">{format.number(count)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </div>
  );
}
