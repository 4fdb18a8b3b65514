import { agentProtocolWeb } from '../../modules/agent-protocol/web/manifest.ts';
import { assetsWeb } from '../../modules/assets/web/manifest.ts';
import { findingsWeb } from '../../modules/findings/web/manifest.ts';
import { questionsWeb } from '../../modules/questions/web/manifest.ts';
import { remediationWeb } from '../../modules/remediation/web/manifest.ts';
import { vulnerabilitiesWeb } from '../../modules/vulnerabilities/web/manifest.ts';
import { auditWeb } from '../../platform/audit/web/manifest.ts';
import { authWeb } from '../../platform/auth/web/manifest.ts';
import { notifyWeb } from '../../platform/notify/web/manifest.ts';
import { stateWeb } from '../../platform/state/web/manifest.ts';
import { shellWeb } from '../../platform/web/manifest.ts';
import type { WebModule } from '../../platform/web/page.ts';
import { searchSources } from './search-sources.ts';

/** Everything that the console shows. */
export const webModules: readonly WebModule[] = [
  shellWeb,
  { ...assetsWeb, search: searchSources },
  findingsWeb,
  remediationWeb,
  vulnerabilitiesWeb,
  questionsWeb,
  agentProtocolWeb,
  authWeb,
  notifyWeb,
  auditWeb,
  stateWeb,
];
