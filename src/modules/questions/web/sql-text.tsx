import { CopyBlock } from '../../../platform/web/copy-block.tsx';
import { commonSql } from './draft.ts';
import { platformLabel } from './question-parts.tsx';

/** The statements as they are sent; those that are alike on all platforms once. */
export function SqlText({ sql }: { sql: Readonly<Record<string, string>> }) {
  const common = commonSql(sql);
  if (common !== null) {
    return (
      <CopyBlock text={common} label={`SQL · ${Object.keys(sql).map(platformLabel).join(' · ')}`} />
    );
  }
  return Object.entries(sql).map(([platform, text]) => (
    <CopyBlock key={platform} text={text} label={`SQL · ${platformLabel(platform)}`} />
  ));
}
