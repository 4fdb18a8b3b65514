import { Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useGo, useSearchState } from '../../../platform/web/page.ts';
import { Dim, FreshnessBadge, Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint, PartState } from '../api.ts';
import classes from './assets.module.css';
import { CriticalityLabel, PlatformLabel, partName, Tags } from './labels.tsx';
import { PartSection } from './part-section.tsx';
import { tabOfPart } from './part-tabs.ts';

/** Identity, system, hardware, who looks after it, and how much of it is known. */
export function SummaryTab({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const format = useFormat();
  const label = (key: string) => t(`assets.endpoint.${key}`);
  const cores = endpoint.cpuLogicalCores;
  return (
    <>
      <div className={classes.factCards}>
        <Section title={label('management')}>
          <Facts
            facts={[
              [
                label('scope'),
                <AppLink key="scope" href={`/endpoints?scopeId=${endpoint.scopeId}`} inherit>
                  {endpoint.scopeName}
                </AppLink>,
              ],
              [label('owner'), endpoint.owner ?? <Dim>{t('assets.none-set')}</Dim>],
              [
                label('criticality'),
                <CriticalityLabel key="criticality" criticality={endpoint.criticality} />,
              ],
              [label('tags'), <Tags key="tags" tags={endpoint.tags} wrap />],
              [
                label('notes'),
                endpoint.notes === '' ? null : (
                  <span key="notes" className={classes.notes}>
                    {endpoint.notes}
                  </span>
                ),
                t('assets.none-set'),
              ],
            ]}
          />
        </Section>
        <Section title={label('identity')}>
          <Facts
            facts={[
              [label('hostname'), endpoint.hostname],
              [label('computerName'), endpoint.computerName],
              [label('primaryAddress'), code(endpoint.primaryAddress)],
              [label('lastUser'), endpoint.lastUser],
              [label('hardwareUuid'), code(endpoint.hardwareUuid)],
              [label('hostIdentifier'), code(endpoint.hostIdentifier)],
              [label('firstSeenAt'), format.time(endpoint.firstSeenAt)],
              [
                label('lastSeenAt'),
                endpoint.lastSeenAt && <Age key="seen" at={endpoint.lastSeenAt} />,
                t('assets.presence.never'),
              ],
              [label('agentVersion'), endpoint.agentVersion && `osquery ${endpoint.agentVersion}`],
            ]}
          />
        </Section>
        <Section title={label('os')}>
          <Facts
            facts={[
              [t('assets.platform'), <PlatformLabel key="platform" platform={endpoint.platform} />],
              [label('osName'), endpoint.osName],
              [label('osVersion'), endpoint.osVersion],
              [label('osBuild'), endpoint.osBuild],
              [label('osCodename'), endpoint.osCodename],
              [label('arch'), endpoint.arch],
              [label('kernelVersion'), code(endpoint.kernelVersion)],
              [
                label('bootedAt'),
                endpoint.bootedAt && (
                  <span key="boot">
                    {format.time(endpoint.bootedAt)} <Dim>(</Dim>
                    <Dim>
                      <Age at={endpoint.bootedAt} />
                    </Dim>
                    <Dim>)</Dim>
                  </span>
                ),
              ],
            ]}
          />
        </Section>
        <Section title={label('hardware')}>
          <Facts
            facts={[
              [label('hardwareVendor'), endpoint.hardwareVendor],
              [label('hardwareModel'), endpoint.hardwareModel],
              [label('hardwareSerial'), code(endpoint.hardwareSerial)],
              [label('cpu'), endpoint.cpuBrand],
              [label('cores'), cores === null ? null : format.number(cores)],
              [
                label('memory'),
                endpoint.memoryBytes === null ? null : format.bytes(endpoint.memoryBytes),
              ],
            ]}
          />
        </Section>
      </div>
      <Parts endpoint={endpoint} />
    </>
  );
}

/** Label, value, and what is said instead of a value that is absent (default: unknown). */
type Fact = readonly [label: string, value: ReactNode, absent?: string];

function Facts({ facts }: { facts: readonly Fact[] }) {
  const t = useT();
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value, absent]) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>
            {value === null || value === '' ? (
              <Dim>{absent ?? t('assets.endpoint.unknown')}</Dim>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function code(text: string | null): ReactNode {
  return text === null || text === '' ? null : <span className={classes.mono}>{text}</span>;
}

/** Each part of the inventory: how fresh, of when, how many rows, why not. */
function Parts({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const [{ part: opened }] = useSearchState({ part: '' });
  const shown = endpoint.parts.find(({ part }) => part === opened);
  const base = `/endpoints/${endpoint.id}`;
  const hrefOf = ({ part }: PartState) => {
    const tab = tabOfPart(part);
    return tab === 'summary' ? `${base}?part=${part}` : `${base}?tab=${tab}`;
  };
  const parts = [...endpoint.parts].sort(
    (a, b) => Number(a.freshness === 'not-applicable') - Number(b.freshness === 'not-applicable'),
  );
  return (
    <Section flush title={t('assets.endpoint.parts')}>
      <Text size="sm" c="dimmed" px="md" pt="sm">
        {t('assets.endpoint.parts-hint')}
      </Text>
      <div className={classes.scroller}>
        <table className={classes.rows}>
          <thead>
            <tr>
              <th scope="col">{t('assets.parts.part')}</th>
              <th scope="col">{t('assets.parts.freshness')}</th>
              <th scope="col">{t('assets.parts.observed')}</th>
              <th scope="col">{t('assets.parts.changed')}</th>
              <th scope="col" data-align="right">
                {t('assets.parts.rows')}
              </th>
              <th scope="col">{t('assets.parts.interval')}</th>
              <th scope="col">{t('assets.parts.failure')}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((state) => (
              <tr key={state.part}>
                <td>
                  {state.freshness === 'not-applicable' ? (
                    <Dim>{partName(state.part, t)}</Dim>
                  ) : (
                    <AppLink href={hrefOf(state)} inherit>
                      {partName(state.part, t)}
                    </AppLink>
                  )}
                </td>
                <td>
                  <FreshnessBadge
                    freshness={state.freshness}
                    at={state.observedAt}
                    failure={state.failure}
                  />
                </td>
                <td>
                  <Age
                    at={state.observedAt}
                    never={state.freshness === 'not-applicable' ? '—' : t('assets.parts.never')}
                  />
                </td>
                <td>
                  <Age at={state.changedAt} />
                </td>
                <td data-align="right">{format.number(state.rowCount)}</td>
                <td className={classes.nowrap}>
                  <Dim>
                    {state.freshness === 'not-applicable'
                      ? '—'
                      : format.duration(state.intervalSeconds)}
                  </Dim>
                </td>
                <td>
                  {state.failure ? (
                    <span className={classes.long}>{state.failure}</span>
                  ) : (
                    <Dim>—</Dim>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Modal
        opened={shown !== undefined}
        onClose={() => go(base)}
        size="70rem"
        title={`${endpoint.hostname} · ${t('assets.endpoint.parts')}`}
      >
        {shown && <PartSection endpointId={endpoint.id} state={shown} />}
      </Modal>
    </Section>
  );
}
