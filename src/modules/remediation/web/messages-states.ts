import { sideBySide } from '../../../platform/web/translate.ts';

/** The words of states, of proof, and of the causes that agents name. */
export const stateMessages = sideBySide({
  'remediation.state.draft': ['下書き', 'Draft'],
  'remediation.state.awaiting-approval': ['承認待ち', 'Needs approval'],
  'remediation.state.running': ['実行中', 'Running'],
  'remediation.state.paused': ['一時停止', 'Paused'],
  'remediation.state.halted': ['自動停止', 'Halted'],
  'remediation.state.finished': ['終了', 'Finished'],
  'remediation.state.cancelled': ['中止', 'Cancelled'],
  'remediation.state-hint.draft': ['まだ何も指示していません。', 'Nothing was ordered yet.'],
  'remediation.state-hint.awaiting-approval': [
    '作成者とは別の担当者の承認が必要です。',
    'Somebody other than its maker has to agree.',
  ],
  'remediation.state-hint.running': ['リングの順に進めています。', 'It goes on ring by ring.'],
  'remediation.state-hint.paused': ['担当者が止めました。', 'A person stopped it for now.'],
  'remediation.state-hint.halted': [
    '失敗または応答のない端末が上限に達したため、自動で止まりました。',
    'It stopped by itself: too many endpoints failed or fell silent.',
  ],
  'remediation.state-hint.finished': [
    'すべての端末の結果が出ました。火種が消えたかどうかは「確認」で見てください。',
    'Every endpoint has its end. Whether the findings are gone is what the proof says.',
  ],
  'remediation.state-hint.cancelled': ['担当者が中止しました。', 'A person ended it.'],

  'remediation.by.target': ['実施（エージェントの報告）', 'Carried out, as the agents report'],
  'remediation.by.proof': ['確認（再観測の結果）', 'Proof, as observed afterwards'],
  'remediation.other-states': ['その他', 'Other'],

  'remediation.target.waiting': ['順番待ち', 'Waiting'],
  'remediation.target.queued': ['配信待ち', 'Queued'],
  'remediation.target.delivered': ['受領', 'Delivered'],
  'remediation.target.running': ['実行中', 'Running'],
  'remediation.target.done': ['完了', 'Done'],
  'remediation.target.no-effect': ['効果なし', 'No effect'],
  'remediation.target.failed': ['失敗', 'Failed'],
  'remediation.target.refused': ['拒否', 'Refused'],
  'remediation.target.reboot-pending': ['再起動待ち', 'Restart pending'],
  'remediation.target.offline': ['オフライン', 'Offline'],
  'remediation.target.no-agent': ['エージェントなし', 'No agent'],
  'remediation.target.excluded': ['実施不可', 'Cannot be done'],
  'remediation.target.expired': ['期限切れ', 'Expired'],
  'remediation.target.cancelled': ['中止', 'Cancelled'],
  'remediation.target-hint.waiting': [
    'リングの順番またはメンテナンス時間帯を待っています。',
    'Its ring or its maintenance window has not come.',
  ],
  'remediation.target-hint.queued': [
    '指示を用意しました。端末が取りに来るのを待っています。',
    'An order is there for it to fetch.',
  ],
  'remediation.target-hint.delivered': ['端末が指示を受け取りました。', 'It took the order.'],
  'remediation.target-hint.running': ['端末で実行しています。', 'It is at work.'],
  'remediation.target-hint.done': [
    'ツールは成功と報告しました。火種が消えたかどうかは再観測で確かめます。',
    'The tool reported success. Whether the finding is gone is for observation to say.',
  ],
  'remediation.target-hint.no-effect': [
    'ツールは成功と報告しましたが、何も変わりませんでした。',
    'The tool reported success, and nothing changed.',
  ],
  'remediation.target-hint.failed': [
    '失敗しました。ツールの出力を確認してください。',
    'It failed; read what the tool said.',
  ],
  'remediation.target-hint.refused': [
    'エージェントが指示を受け付けませんでした。何も実行していません。',
    'The agent did not accept the order. Nothing was done.',
  ],
  'remediation.target-hint.reboot-pending': [
    '再起動すると有効になります。',
    'It takes effect after a restart.',
  ],
  'remediation.target-hint.offline': [
    '端末が指示を取りに来ていません。期限までに復帰すれば実行します。',
    'It has not come for its order. It will be done when it returns before the deadline.',
  ],
  'remediation.target-hint.no-agent': [
    'osqueryだけの端末です。作業を書き出して別の手段で実施します。',
    'It has stock osquery only; the work is exported for others.',
  ],
  'remediation.target-hint.excluded': [
    'この端末では実施できません。理由は端末の一覧にあります。',
    'It cannot be done there; the list of endpoints says why.',
  ],
  'remediation.target-hint.expired': [
    '期限までに端末が指示を取りに来ませんでした。',
    'The deadline passed before it came.',
  ],
  'remediation.target-hint.cancelled': [
    '実行する前にキャンペーンが中止されました。',
    'The campaign was cancelled before it began there.',
  ],

  'remediation.proof.proved': ['解消を確認', 'Proved'],
  'remediation.proof.still-there': ['完了したのに残存', 'Done but still there'],
  'remediation.proof.waiting': ['再観測待ち', 'Awaiting observation'],
  'remediation.proof.unknown': ['不明', 'Unknown'],
  'remediation.proof.not-due': ['確認の前', 'Not due'],
  'remediation.proof-hint.proved': [
    '再観測で、火種が消えたことを確かめました。',
    'Observed again: the findings are gone.',
  ],
  'remediation.proof-hint.still-there': [
    '完了と報告されましたが、再観測では火種が残っています。',
    'Reported done, yet observed again the finding is still there.',
  ],
  'remediation.proof-hint.waiting': [
    '実施しました。再観測の結果を待っています。',
    'It was done; the next observation is awaited.',
  ],
  'remediation.proof-hint.unknown': [
    '実施してから再観測できていないため、消えたかどうかわかりません。',
    'It has not been observed since, so nobody can say.',
  ],
  'remediation.proof-hint.not-due': [
    'まだ実施していない、または消すべき火種がありません。',
    'Nothing was done there yet, or there is no finding to close.',
  ],

  'remediation.order.issued': ['配信待ち', 'Issued'],
  'remediation.order.received': ['受領', 'Received'],
  'remediation.order.running': ['実行中', 'Running'],
  'remediation.order.done': ['完了', 'Done'],
  'remediation.order.no-effect': ['効果なし', 'No effect'],
  'remediation.order.failed': ['失敗', 'Failed'],
  'remediation.order.refused': ['拒否', 'Refused'],
  'remediation.order.reboot-pending': ['再起動待ち', 'Restart pending'],
  'remediation.order.expired': ['期限切れ', 'Expired'],
  'remediation.order.cancelled': ['中止', 'Cancelled'],

  'remediation.reason.APT_LOCKED': [
    '別のパッケージ操作が実行中',
    'Another package tool is at work',
  ],
  'remediation.reason.LOCKED': ['別の操作が実行中', 'Something else is at work'],
  'remediation.reason.HELD': ['パッケージが保留（hold）されている', 'The package is held'],
  'remediation.reason.DISK_FULL': ['ディスクの空きが足りない', 'The disk is full'],
  'remediation.reason.DPKG_BROKEN': ['dpkgの状態が壊れている', 'The state of dpkg is broken'],
  'remediation.reason.RPM_BROKEN': ['RPMデータベースが壊れている', 'The RPM database is broken'],
  'remediation.reason.FETCH_FAILED': ['ダウンロードに失敗', 'The download failed'],
  'remediation.reason.NOT_AVAILABLE': [
    '必要な版が配布元にない',
    'The version needed is not offered',
  ],
  'remediation.reason.NOT_FOUND': ['対象が見つからない', 'It was not found'],
  'remediation.reason.NOT_INSTALLED': ['インストールされていない', 'It is not installed'],
  'remediation.reason.WOULD_REMOVE': [
    'ほかのパッケージの削除が必要になる',
    'Other packages would have to be removed',
  ],
  'remediation.reason.INTERRUPTED': ['実行中に中断された', 'It was interrupted'],
  'remediation.reason.TIMED_OUT': ['時間切れ', 'It took too long'],
  'remediation.reason.TOOL_FAILED': ['ツールがエラーで終了', 'The tool ended with an error'],
  'remediation.reason.SCRIPT_FAILED': [
    'スクリプトがエラーで終了',
    'The script ended with an error',
  ],
  'remediation.reason.NO_EFFECT': ['何も変わらなかった', 'Nothing changed'],
  'remediation.reason.ALREADY': ['すでに望む状態だった', 'It was already so'],
  'remediation.reason.EXPIRED': ['期限切れ', 'It had expired'],
  'remediation.reason.REPLAYED': ['一度実行した指示の再送', 'The order was sent a second time'],
  'remediation.reason.BAD_SIGNATURE': ['署名が正しくない', 'The signature is wrong'],
  'remediation.reason.OTHER_AGENT': ['別のエージェント宛ての指示', 'Meant for another agent'],
  'remediation.reason.OTHER_ENDPOINT': ['別の端末宛ての指示', 'Meant for another endpoint'],
  'remediation.reason.NOT_PRIVILEGED': ['権限が足りない', 'The agent lacks the rights'],
  'remediation.reason.SCRIPTS_DISABLED': [
    'スクリプトが有効になっていない',
    'Scripts are not enabled there',
  ],
  'remediation.reason.NOT_SUPPORTED': ['この端末では使えない操作', 'Not possible on this endpoint'],
  'remediation.reason.NO_AGENT': ['エージェントなし', 'No agent'],
  'remediation.advice.APT_LOCKED': [
    '端末で別の更新が動いています。終わってから再試行してください。',
    'Another update is running there. Retry when it has ended.',
  ],
  'remediation.advice.HELD': [
    '端末で意図的に固定されています。理由を確かめ、外してよければ apt-mark unhold などで解除してから再試行してください。',
    'Somebody pinned it on purpose. Find out why; if it may go, lift the hold (apt-mark unhold) and retry.',
  ],
  'remediation.advice.DISK_FULL': [
    '端末の空き容量を増やしてから再試行してください。',
    'Make room on the endpoint, then retry.',
  ],
  'remediation.advice.DPKG_BROKEN': [
    '端末で dpkg --configure -a と apt -f install を実行して直してから再試行してください。',
    'Repair it there with dpkg --configure -a and apt -f install, then retry.',
  ],
  'remediation.advice.FETCH_FAILED': [
    '端末から配布元に届くか、プロキシやミラーの設定を確認してください。',
    'Check that the endpoint reaches its repositories: network, proxy, mirror.',
  ],
  'remediation.advice.NOT_AVAILABLE': [
    '端末が使う配布元に、火種を消す版がありません。セキュリティ用の配布元が設定されているか確認してください。',
    'The repositories of the endpoint do not offer the version needed. Check that the security repository is set up.',
  ],
  'remediation.advice.WOULD_REMOVE': [
    '依存関係のため、更新すると別のパッケージが消えます。端末で手動で確かめてください。',
    'Upgrading would remove other packages. Look at it by hand on the endpoint.',
  ],
  'remediation.advice.SCRIPTS_DISABLED': [
    'スクリプトを使うには、管理者が端末のエージェントで有効にする必要があります。',
    'An administrator has to enable scripts in the agent of the endpoint.',
  ],
  'remediation.advice.INTERRUPTED': [
    '端末の停止などで途中で終わりました。状態を確かめてから再試行してください。',
    'It ended half-way, perhaps because the endpoint stopped. Check its state, then retry.',
  ],
});
