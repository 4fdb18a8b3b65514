import { sideBySide } from '../../../platform/web/translate.ts';

/** What the server answers when something cannot be done, in words. */
export const problemMessages = sideBySide({
  'problem.CAMPAIGN_NOT_FOUND': ['このキャンペーンはありません', 'There is no such campaign'],
  'problem.CAMPAIGN_STATE': [
    'キャンペーンの状態が変わったため実行できません',
    'The state of the campaign does not allow this any more',
  ],
  'problem.CAMPAIGN_STATE.detail': [
    '画面を開き直して、今の状態を確認してください。',
    'Open it again and look at how it stands now.',
  ],
  'problem.DEADLINE_PASSED': [
    'キャンペーンの期限を過ぎています',
    'The deadline of the campaign has passed',
  ],
  'problem.DEADLINE_PASSED.detail': ['新しく作成してください。', 'Make a new one.'],
  'problem.DEADLINE_INVALID': ['この期限は使えません', 'This deadline cannot be kept'],
  'problem.DEADLINE_INVALID.detail': [
    'これからの日時で、最大{{number}}日先までにしてください。',
    'It has to lie ahead, by at most {{number}} days.',
  ],
  'problem.RINGS_INVALID': ['リングの指定が正しくありません', 'The rings make no sense'],
  'problem.TOO_MANY_ENDPOINTS': [
    '1つのキャンペーンの対象が多すぎます',
    'These are too many endpoints for one campaign',
  ],
  'problem.FIX_NOT_FOUND': [
    'この直し方はもうありません。火種がすでに消えた可能性があります',
    'There is no such fix any more; its findings may be gone',
  ],
  'problem.SEVERITY_UNKNOWN': ['深刻度の指定が正しくありません', 'There is no such severity'],
  'problem.SELECTION_MISSING': ['対象の端末を指定してください', 'Say on which endpoints'],
  'problem.SELECTION_MISSING.detail': [
    '操作を指定する場合は、セレクターか端末名で対象を決めます。',
    'An action of your own needs a selector or endpoints.',
  ],
  'problem.SECOND_PERSON_NEEDED': ['別の担当者の承認が必要です', 'Somebody else has to agree'],
  'problem.SECOND_PERSON_NEEDED.detail': [
    '作成した本人は承認できません。',
    'Whoever made a campaign cannot approve it.',
  ],
  'problem.NOTHING_TO_RETRY': ['再試行する端末がありません', 'There is nothing to retry'],
  'problem.RULE_NOT_FOUND': ['このルールはありません', 'There is no such patch rule'],
  'problem.CANNOT_UNDO': ['元に戻せません', 'This cannot be undone'],
});
