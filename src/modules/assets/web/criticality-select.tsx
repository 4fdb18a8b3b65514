import { Select } from '@mantine/core';
import { useT } from '../../../platform/web/translate.ts';
import type { EndpointSummary } from '../api.ts';
import { criticalityNames } from './labels.tsx';

interface CriticalitySelectProps {
  value: EndpointSummary['criticality'] | null;
  onChange: (criticality: EndpointSummary['criticality']) => void;
}

export function CriticalitySelect({ value, onChange }: CriticalitySelectProps) {
  const t = useT();
  return (
    <Select
      label={t('assets.criticality')}
      data={criticalityNames.map((name) => ({
        value: name,
        label: t(`assets.criticality.${name}`),
      }))}
      value={value}
      allowDeselect={false}
      onChange={(chosen) => {
        const name = criticalityNames.find((one) => one === chosen);
        if (name) onChange(name);
      }}
    />
  );
}
