import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Action } from '../../agent-protocol/api.ts';
import type { Work } from '../api.ts';

/** At most so many names are written out. */
const mostNames = 3;

/** An action as a sentence in the reader's language. */
export function useActionText(): (action: Action) => string {
  const t = useT();
  const format = useFormat();
  const some = (names: readonly string[]) =>
    names.length <= mostNames
      ? names.join(t('remediation.list-separator'))
      : t('remediation.and-more', {
          names: names.slice(0, mostNames).join(t('remediation.list-separator')),
          count: names.length - mostNames,
        });
  return (action) => {
    switch (action.type) {
      case 'package-upgrade':
      case 'package-install':
      case 'package-remove':
        return t(`remediation.action-text.${action.type}`, {
          names: some(
            action.packages.map(({ name, atLeast }) => (atLeast ? `${name} ≥ ${atLeast}` : name)),
          ),
          manager: action.manager,
        });
      case 'service':
        return t(`remediation.service-text.${action.operation}`, { name: action.name });
      case 'set-value':
        return t('remediation.action-text.set-value', {
          line: `${action.key}${action.separator}${action.value}`,
          path: action.path,
        });
      case 'remove-extension':
        return t('remediation.action-text.remove-extension', {
          name: action.identifier,
          host: t(`remediation.host.${action.host}`),
        });
      case 'restart':
        return t('remediation.action-text.restart', {
          within: format.duration(action.atMostSeconds),
        });
      case 'collect':
        return t('remediation.action-text.collect', {
          names: some(action.paths),
          most: format.bytes(action.mostBytes),
        });
      case 'report-now':
        return t('remediation.action-text.report-now', { names: some(action.parts) });
      case 'script':
        return t('remediation.action-text.script', {
          interpreter: action.interpreter,
          hash: action.sha256.slice(0, 12),
        });
    }
  };
}

/** What a campaign does, as a sentence. */
export function useWorkText(): (work: Work) => string {
  const t = useT();
  const actionText = useActionText();
  return (work) => {
    switch (work.kind) {
      case 'fix':
        return t('remediation.work-text.fix');
      case 'findings': {
        const severities = (work.severities ?? [])
          .map((name) =>
            t.has(`remediation.severity.${name}`) ? t(`remediation.severity.${name}`) : name,
          )
          .join(t('remediation.list-separator'));
        return [
          severities === ''
            ? t('remediation.work-text.findings')
            : t('remediation.work-text.findings-of', { severities }),
          ...(work.exploitedOnly ? [t('remediation.work-text.exploited')] : []),
        ].join(t('remediation.list-separator'));
      }
      case 'action':
        return actionText(work.action);
    }
  };
}
