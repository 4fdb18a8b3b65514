/**
 * Apps of Macs as `apps` of osquery lists them. One line each: name, short version, build version
 * (empty: the same), bundle identifier, and on how many of a hundred Macs it is. `@os`: the
 * version of macOS itself.
 */
export const macosApps = `
Safari.app|@safari||com.apple.Safari|100
Mail.app|16.0||com.apple.mail|100
Calendar.app|15.0||com.apple.iCal|100
Contacts.app|14.0||com.apple.AddressBook|100
Notes.app|4.12||com.apple.Notes|100
Reminders.app|7.0||com.apple.reminders|100
Maps.app|3.0||com.apple.Maps|100
Photos.app|10.0||com.apple.Photos|100
Messages.app|14.0||com.apple.MobileSMS|100
FaceTime.app|36||com.apple.FaceTime|100
Music.app|1.5.6||com.apple.Music|100
TV.app|1.5.6||com.apple.TV|100
Podcasts.app|1.1.0||com.apple.podcasts|100
Books.app|7.6||com.apple.iBooksX|100
App Store.app|3.0||com.apple.AppStore|100
System Settings.app|15.0||com.apple.systempreferences|100
Terminal.app|2.14||com.apple.Terminal|100
Activity Monitor.app|10.14||com.apple.ActivityMonitor|100
Console.app|1.1||com.apple.Console|100
Disk Utility.app|22.7||com.apple.DiskUtility|100
Keychain Access.app|11.0||com.apple.keychainaccess|100
Screenshot.app|1.0||com.apple.screenshot.launcher|100
TextEdit.app|1.20||com.apple.TextEdit|100
Preview.app|11.0||com.apple.Preview|100
QuickTime Player.app|10.5||com.apple.QuickTimePlayerX|100
Calculator.app|11.0||com.apple.calculator|100
Shortcuts.app|7.0||com.apple.shortcuts|100
Automator.app|2.10||com.apple.Automator|100
Time Machine.app|1.3||com.apple.backup.launcher|100
Bluetooth File Exchange.app|9.0||com.apple.BluetoothFileExchange|100
Migration Assistant.app|15.0||com.apple.MigrateAssistant|100
Font Book.app|11.0||com.apple.FontBook|100
Pages.app|14.4|7043.0.93|com.apple.iWork.Pages|58
Numbers.app|14.4|7043.0.93|com.apple.iWork.Numbers|56
Keynote.app|14.4|7043.0.93|com.apple.iWork.Keynote|59
GarageBand.app|10.4.12|6105|com.apple.garageband10|37
iMovie.app|10.4.3|415183|com.apple.iMovieApp|36
Xcode.app|16.4|23792|com.apple.dt.Xcode|24
Google Chrome.app|141.0.7390.123|7390.123|com.google.Chrome|93
Firefox.app|144.0|14425.10.9|org.mozilla.firefox|31
Microsoft Edge.app|141.0.3537.99|3537.99|com.microsoft.edgemac|28
Arc.app|1.117.0|68735|company.thebrowser.Browser|7
Microsoft Word.app|16.102|16.102.25101223|com.microsoft.Word|71
Microsoft Excel.app|16.102|16.102.25101223|com.microsoft.Excel|71
Microsoft PowerPoint.app|16.102|16.102.25101223|com.microsoft.Powerpoint|70
Microsoft Outlook.app|16.102|16.102.25101829|com.microsoft.Outlook|62
Microsoft OneNote.app|16.102|16.102.25101223|com.microsoft.onenote.mac|41
Microsoft Teams.app|25275.2402|25275.2402.4016.6011|com.microsoft.teams2|63
OneDrive.app|25.184.0921|25184.0921|com.microsoft.OneDrive|55
Company Portal.app|5.2508.1|53.2508001|com.microsoft.CompanyPortalMac|33
Microsoft Defender.app|101.25082|101.25082.0006|com.microsoft.wdav|24
Visual Studio Code.app|1.105.1|1.105.1|com.microsoft.VSCode|47
Slack.app|4.46.101|446101|com.tinyspeck.slackmacgap|74
zoom.us.app|6.6.1|6.6.1 (64165)|us.zoom.xos|79
Webex.app|45.10.0|45.10.0.33232|Cisco-Systems.Spark|11
Discord.app|0.0.362|0.0.362|com.hnc.Discord|9
LINE.app|9.11.0|3735|jp.naver.line.mac|13
Notion.app|4.21.0|4.21.0|notion.id|29
Figma.app|125.9.10|125.9.10|com.figma.Desktop|22
Docker.app|4.48.0|207573|com.docker.docker|31
iTerm.app|3.6.5|3.6.5|com.googlecode.iterm2|27
IntelliJ IDEA.app|2025.2.3|IU-252.26830.84|com.jetbrains.intellij|11
PyCharm.app|2025.2.3|PY-252.26830.99|com.jetbrains.pycharm|5
Cursor.app|1.7.52|1.7.52|com.todesktop.230313mzl4w4u92|14
Postman.app|11.66.4|11.66.4|com.postmanlabs.mac|15
DBeaver.app|25.2.3|25.2.3|org.jkiss.dbeaver.core.product|9
Sourcetree.app|4.2.14|293|com.torusknot.SourceTreeNotMAS|6
GitHub Desktop.app|3.5.3|3.5.3|com.github.GitHubClient|10
1Password.app|8.11.16|81116036|com.1password.1password|38
Google Drive.app|114.0|114.0.1|com.google.drivefs|24
Box.app|2.47.213|2.47.213|com.box.desktop|14
Dropbox.app|234.4.5417|234.4.5417|com.getdropbox.dropbox|8
Adobe Acrobat DC.app|25.001.20756|25.001.20756|com.adobe.Acrobat.Pro|27
Adobe Photoshop 2025.app|26.11.0|20250917.r.18|com.adobe.Photoshop|17
Adobe Illustrator.app|29.8.1|29.8.1|com.adobe.illustrator|16
Creative Cloud.app|6.7.0.278|6.7.0.278|com.adobe.acc.AdobeCreativeCloud|19
Falcon.app|7.29|201.08|com.crowdstrike.falcon.App|22
GlobalProtect.app|6.2.8|6.2.8-223|com.paloaltonetworks.GlobalProtect.client|9
Cisco Secure Client.app|5.1.11.388|5.1.11.388|com.cisco.secureclient.gui|14
FortiClient.app|7.4.3.1761|7.4.3.1761|com.fortinet.FortiClient|7
Jamf Connect.app|2.45.1|9243|com.jamf.connect|12
Self Service.app|11.21.0|11.21.0|com.jamfsoftware.selfservice.mac|21
TeamViewer.app|15.70.6|15.70.6|com.teamviewer.TeamViewer|5
AnyDesk.app|9.6.0|9.6.0|com.philandro.anydesk|3
VLC.app|3.0.21|3.0.21|org.videolan.vlc|13
The Unarchiver.app|4.3.9|149|com.macpaw.site.theunarchiver|16
AppCleaner.app|3.6.8|4332|net.freemacsoft.AppCleaner|9
Karabiner-Elements.app|15.6.0|15.6.0|org.pqrs.Karabiner-Elements.Settings|8
Rectangle.app|0.91|91|com.knollsoft.Rectangle|12
Google 日本語入力.app|2.30.5490|2.30.5490.1|com.google.inputmethod.Japanese|14
ATOK.app|35.1.1|35.1.1|com.justsystems.inputmethod.atok35|4
CotEditor.app|5.2.4|720|com.coteditor.CotEditor|8
Spotify.app|1.2.74.477|1.2.74.477|com.spotify.client|17
ChatGPT.app|1.2025.287|1760571430|com.openai.chat|19
Wireshark.app|4.4.9|4.4.9|org.wireshark.Wireshark|4
Tailscale.app|1.88.4|101.88.4|io.tailscale.ipn.macos|6
`;

/** Formulae of Homebrew: name, version, share of a hundred Macs that have Homebrew at all. */
export const homebrewPackages = `
ca-certificates|2025-09-09|100
openssl@3|3.6.0|98
git|2.51.1|88
wget|1.25.0_1|52
curl|8.16.0|41
jq|1.8.1|70
gh|2.82.0|49
node|24.10.0|48
python@3.13|3.13.9|66
python@3.12|3.12.12|38
awscli|2.31.16|37
kubernetes-cli|1.34.1|28
helm|3.19.0|19
terraform|1.13.4|18
go|1.25.3|22
rust|1.90.0|9
sqlite|3.50.4|85
xz|5.8.1|90
zstd|1.5.7|88
libyaml|0.2.5|75
readline|8.3.1|90
pcre2|10.46|84
gettext|0.26|80
tmux|3.5a|17
ripgrep|15.0.0|25
fzf|0.66.0|24
neovim|0.11.4|13
imagemagick|7.1.2-5|14
ffmpeg|8.0_1|16
postgresql@16|16.10|14
redis|8.2.2|9
mysql|9.4.0_3|7
yarn|1.22.22|16
pyenv|2.6.10|15
rbenv|1.3.2|7
`;
