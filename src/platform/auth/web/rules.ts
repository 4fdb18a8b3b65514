import type { Translate } from '../../web/translate.ts';

const loginPattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;
const minimumPasswordLength = 12;

/** What is wrong with a sign-in name, before the server is asked; null: nothing. */
export function loginError(login: string, t: Translate): string | null {
  const text = login.trim();
  if (text === '') return t('auth.needed');
  return text.length <= 100 && loginPattern.test(text) ? null : t('auth.login-hint');
}

export function passwordError(password: string, t: Translate): string | null {
  if (password === '') return t('auth.needed');
  return [...password].length >= minimumPasswordLength ? null : t('auth.password-hint');
}
