import { sideBySide } from '../../web/translate.ts';

export const messages = sideBySide({
  'auth.motto': [
    '火の用心を、すべての端末に。',
    'Beware of fire. On every machine you look after.',
  ],
  'auth.motto-text': [
    'まだ火事になっていない火種を見つけ、取り除き、消えたことを測り直して確かめる。見回りは、止まりません。',
    'Find the ember before it is a fire, remove it, and measure again to prove that it is gone. A patrol that never stops.',
  ],
  'auth.open-source': [
    'オープンソースのサイバー防災プラットフォーム',
    'The open-source cyber-hygiene platform',
  ],
  'auth.sign-in': ['サインイン', 'Sign in'],
  'auth.forgot': [
    'パスワードをお忘れの場合は、Yojinの管理者に再設定を依頼してください。',
    'Forgot your password? An administrator of this Yojin can set a new one.',
  ],
  'auth.needed': ['入力してください', 'Please fill this in'],
  'auth.login': ['サインイン名', 'Sign-in name'],
  'auth.login-hint': [
    '半角の英数字と . _ @ + - が使えます。先頭は英数字です。',
    'Letters, digits and . _ @ + - ; begins with a letter or digit.',
  ],
  'auth.password': ['パスワード', 'Password'],
  'auth.password-hint': [
    '12文字以上。長い文章のほうが、記号混じりの短いものより安全です。',
    'At least 12 characters. A long phrase beats a short one full of symbols.',
  ],
  'auth.password-again': ['パスワード（確認）', 'Password, once more'],
  'auth.password-differs': ['2つのパスワードが一致しません', 'The two passwords differ'],
  'auth.display-name': ['表示名', 'Name'],

  'auth.setup': ['Yojinをはじめる', 'Set up Yojin'],
  'auth.setup-text': [
    '最初の管理者アカウントを作成します。',
    'Make the account of the first administrator.',
  ],
  'auth.setup-submit': ['作成して始める', 'Create and begin'],
  'auth.setup-secret': ['セットアップ用の文字列', 'Set-up secret'],
  'auth.setup-no-secret': ['セットアップ用リンクから開いてください', 'Open the set-up link'],
  'auth.setup-no-secret-text': [
    'Yojinを起動したターミナルに、一度だけ使えるリンクが表示されています。そのリンクを開くか、# より後ろの文字列を下に貼り付けてください。',
    'The terminal in which Yojin was started shows a link that works once. Open it, or paste what follows its # below.',
  ],

  'auth.account': ['アカウント設定', 'My account'],
  'auth.account-text': [
    '表示名・言語・パスワードを変更できます。',
    'Your name, language and password.',
  ],
  'auth.profile': ['プロフィール', 'Profile'],
  'auth.change-password': ['パスワードを変更', 'Change password'],
  'auth.change-password-text': [
    '変更すると、ほかのブラウザーでのサインインは終了します。',
    'Changing it ends your sessions in other browsers.',
  ],
  'auth.current-password': ['現在のパスワード', 'Current password'],
  'auth.new-password': ['新しいパスワード', 'New password'],
  'auth.password-changed': ['パスワードを変更しました', 'Password changed'],

  'auth.users': ['ユーザー', 'Users'],
  'auth.users-text': [
    'サインインできる人と、その役割・所属範囲。',
    'Who can sign in, what they may do, and in which scopes.',
  ],
  'auth.create-user': ['ユーザーを追加', 'Add user'],
  'auth.user-created': ['ユーザーを追加しました', 'User added'],
  'auth.edit-user': ['ユーザーを編集', 'Edit user'],
  'auth.first-password': ['初期パスワード', 'First password'],
  'auth.reset-password': ['パスワードを再設定', 'Set a new password'],
  'auth.reset-password-hint': [
    '変更しない場合は空のままにします。再設定すると、この人のサインインはすべて終了します。',
    'Leave empty to keep it. A new one ends all sessions of this user.',
  ],
  'auth.role': ['役割', 'Role'],
  'auth.role-hint.viewer': [
    '所属範囲の情報を閲覧できます。変更はできません。',
    'Sees everything in the scopes, changes nothing.',
  ],
  'auth.role-hint.operator': [
    '閲覧に加えて、端末の情報の編集や対処ができます。',
    'Sees, edits and acts on endpoints in the scopes.',
  ],
  'auth.role-hint.administrator': [
    'ユーザー・トークン・監査記録を含む、すべての管理ができます。',
    'Everything, including users, tokens and the audit log.',
  ],
  'auth.scopes': ['所属範囲', 'Scopes'],
  'auth.scopes-hint': [
    '選んだ範囲と、その下位の範囲が対象になります。',
    'The chosen scopes and all below them.',
  ],
  'auth.scopes-needed': ['所属範囲を1つ以上選んでください', 'Choose at least one scope'],
  'auth.last-sign-in': ['最終サインイン', 'Last sign-in'],
  'auth.never': ['なし', 'Never'],
  'auth.state': ['状態', 'State'],
  'auth.active': ['有効', 'Active'],
  'auth.disabled': ['無効', 'Disabled'],
  'auth.created': ['作成', 'Created'],
  'auth.disable': ['無効にする', 'Disable'],
  'auth.enable': ['有効に戻す', 'Enable again'],
  'auth.disable-user': ['ユーザーを無効にしますか？', 'Disable this user?'],
  'auth.disable-user-text': [
    '{{name}}さんはサインインできなくなり、この人のトークンもすべて使えなくなります。記録は残り、あとで有効に戻せます。',
    '{{name}} can no longer sign in, and all tokens of this user stop working. The record stays, and you can enable it again.',
  ],

  'auth.tokens': ['APIトークン', 'API tokens'],
  'auth.tokens-text': [
    'コマンドラインやほかのシステムからYojinのAPIを使うための鍵。',
    'Keys for the command line and for other systems that use the API.',
  ],
  'auth.token-name': ['名前', 'Name'],
  'auth.token-name-hint': [
    '使いみちがわかる名前にします（例：夜間バックアップ）。',
    'What it is for, e.g. “nightly export”.',
  ],
  'auth.token-owner': ['所有者', 'Owner'],
  'auth.token-state.active': ['有効', 'Active'],
  'auth.token-state.revoked': ['失効', 'Revoked'],
  'auth.token-state.expired': ['期限切れ', 'Expired'],
  'auth.token-action': ['操作', 'Action'],
  'auth.expires': ['有効期限', 'Expires'],
  'auth.no-expiry': ['期限なし', 'Never'],
  'auth.in-days': ['{{count}}日後', 'in {{count}} day', 'in {{count}} days'],
  'auth.last-used': ['最終使用', 'Last used'],
  'auth.create-token': ['トークンを発行', 'Create token'],
  'auth.no-tokens': ['トークンはまだありません', 'No tokens yet'],
  'auth.no-tokens-text': [
    'yojinコマンドやスクリプトから使うときに発行します。',
    'Create one to use the yojin command line or your own scripts.',
  ],
  'auth.token-once': ['この文字列は今しか表示されません', 'This is shown only now'],
  'auth.token-once-text': [
    'Yojinはハッシュしか保存しません。今すぐ安全な場所に控えてください。',
    'Yojin keeps only a hash. Put it in a safe place before you close this.',
  ],
  'auth.token-use': ['使い方の例', 'How to use it'],
  'auth.token-kept': ['控えました', 'I have kept it'],
  'auth.token-revoked': ['トークンを失効させました', 'Token revoked'],
  'auth.revoke': ['失効させる', 'Revoke'],
  'auth.revoke-token': ['トークンを失効させますか？', 'Revoke this token?'],
  'auth.revoke-token-text': [
    '「{{name}}」を使っている処理は、すぐにAPIを使えなくなります。元には戻せません。',
    'Whatever uses “{{name}}” loses access at once. This cannot be undone.',
  ],

  'problem.SIGN_IN_REFUSED': [
    'サインイン名またはパスワードが違います',
    'The sign-in name or the password is wrong',
  ],
  'problem.SIGN_IN_THROTTLED': ['試行回数が多すぎます', 'Too many attempts'],
  'problem.SIGN_IN_BUSY': [
    'サインインが混み合っています',
    'Too many people sign in at this moment',
  ],
  'problem.SIGN_IN_THROTTLED.detail': [
    '{{number}}秒後にもう一度お試しください。',
    'Try again in {{number}} s.',
  ],
  'problem.SETUP_LINK_INVALID': [
    'このセットアップ用リンクは使えません',
    'This set-up link does not work (any more)',
  ],
  'problem.SETUP_LINK_INVALID.detail': [
    'リンクは一度だけ、発行から24時間、ユーザーがまだいない間に限り使えます。サーバーを再起動すると、新しいリンクが表示されます。',
    'It works once, for 24 hours, and only while there is no user. Restart the server for a new one.',
  ],
  'problem.SESSION_NEEDED': [
    'この操作には、パスワードでのサインインが必要です',
    'This needs a sign-in with your password',
  ],
  'problem.CURRENT_PASSWORD_WRONG': ['現在のパスワードが違います', 'The current password is wrong'],
  'problem.PASSWORD_IS_LOGIN': [
    'サインイン名と同じパスワードは使えません',
    'The password must not be the sign-in name',
  ],
  'problem.PASSWORD_COMMON': [
    'このパスワードは推測されやすいため使えません',
    'This password is among the first that are guessed',
  ],
  'problem.PASSWORD_COMMON.detail': [
    '互いに関係のない言葉をいくつか並べるか、パスワード管理ソフトをお使いください。',
    'Take several words that do not belong together, or use a password manager.',
  ],
  'problem.LOGIN_TAKEN': ['このサインイン名はすでに使われています', 'This sign-in name is taken'],
  'problem.USER_NOT_FOUND': ['このユーザーは見つかりません', 'There is no such user'],
  'problem.TOKEN_NOT_FOUND': ['このトークンは見つかりません', 'There is no such token'],
  'problem.LAST_ADMINISTRATOR': ['最後の管理者は変更できません', 'This is the last administrator'],
  'problem.LAST_ADMINISTRATOR.detail': [
    '先に、ほかのユーザーを、すべての所属範囲の管理者にしてください。',
    'Make somebody else an administrator of all scopes first.',
  ],
  'problem.ROLE_ABOVE_OWN': [
    '自分より上の役割は与えられません',
    'A token cannot hold more than you do',
  ],
  'problem.SCOPE_ABOVE_OWN': [
    '自分の所属範囲を超える範囲は指定できません',
    'This reaches beyond your own scopes',
  ],
});
