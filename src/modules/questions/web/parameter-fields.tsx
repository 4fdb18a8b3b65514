import { SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { LibraryQuestion } from '../api.ts';
import { parameterFaults } from './draft.ts';

interface ParameterFieldsProps {
  entry: LibraryQuestion;
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

/** A field for each parameter; what is wrong with one is said once it was left. */
export function ParameterFields({ entry, values, onChange }: ParameterFieldsProps) {
  const t = useT();
  const language = useLanguage();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const faults = parameterFaults(entry, values);
  if (entry.parameters.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 1, sm: entry.parameters.length > 1 ? 2 : 1 }} spacing="md">
      {entry.parameters.map(({ name, title, example }) => {
        const fault = faults[name];
        return (
          <TextInput
            key={name}
            name={name}
            label={title[language]}
            placeholder={t('questions.parameter.example', { example })}
            value={values[name] ?? ''}
            maxLength={1000}
            required
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
            onBlur={() => setLeft((before) => new Set([...before, name]))}
            error={
              fault !== undefined && left.has(name)
                ? t(`questions.parameter.${fault}`, { example })
                : undefined
            }
          />
        );
      })}
    </SimpleGrid>
  );
}
