import { type RefObject, useImperativeHandle, useRef } from 'react';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';

export interface TargetBoxHandle {
  /** What stands in the box, read or not. */
  text: () => string;
}

interface TargetBoxProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  handle: RefObject<TargetBoxHandle | null>;
}

/**
 * Says which endpoints, in the selector language. The box passes on only what can be read, and a
 * moment later: `handle` tells what it shows, lest others be asked than those that one reads there.
 */
export function TargetBox({ value, onChange, label, handle }: TargetBoxProps) {
  const place = useRef<HTMLDivElement>(null);
  useImperativeHandle(
    handle,
    () => ({ text: () => place.current?.querySelector('input')?.value.trim() ?? '' }),
    [],
  );
  return (
    <div ref={place} data-target-box>
      <SelectorBox value={value} onChange={onChange} label={label} />
    </div>
  );
}
