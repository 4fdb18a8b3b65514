/** `00:1A-2b.3c` → `001a2b3c`; `*` stays. Undefined: something else is in it. */
export function macDigits(text: string): string | undefined {
  const digits = text.toLowerCase().replaceAll(/[:.\-\s]/g, '');
  return /^[0-9a-f*]{1,20}$/.test(digits) ? digits : undefined;
}

/** As people read it: `00:1a:2b:3c:4d:5e`. Undefined: no address, or one that nobody has. */
export function macAddress(text: string): string | undefined {
  const digits = macDigits(text);
  if (digits?.length !== 12 || digits.includes('*') || /^(0+|f+)$/.test(digits)) return undefined;
  return digits.replaceAll(/..(?!$)/g, '$&:');
}
