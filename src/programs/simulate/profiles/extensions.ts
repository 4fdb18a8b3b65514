/** What people add to browsers, editors and languages. Shares are of a hundred endpoints. */

/** Name, version, identifier, share. */
export const chromeExtensions = `
Google Docs Offline|1.92.1|ghbmnnjooekpmoecnnnilnnbdlolhkhi|88
Chrome Web Store Payments|1.0.0.6|nmmhkkegccagdldgiimedpiccmgmieda|62
uBlock Origin Lite|2025.1012.1818|ddkjiahejlhfcafbddmgiahcphecmpfh|21
Adobe Acrobat: PDF edit, convert, sign tools|25.10.1.0|efaidnbmnnnibpcajpcglclefindmkaj|38
Google Translate|2.0.16|aapbdbdomjkkjkaonfhkkikfgjllcleb|19
Grammarly: AI Writing Assistant|14.1257.0|kbfnbcaeplbcioakkpcpgfkobkghlhen|9
1Password – Password Manager|8.11.16.31|aeblfdkhhhdcdjpifhhbdiojplfjncoa|13
Bitwarden Password Manager|2025.9.1|nngceckbapebfimnlniiiahkandclblb|7
LastPass: Free Password Manager|4.147.0|hdokiejnpimakedhajhdlcegeplioahd|3
Dark Reader|4.9.110|eimadpbcbfnmbkopoojfekhnkhdbieeh|8
React Developer Tools|7.0.0|fmkadmapgofadopljbjfkapdkoienihi|9
Vue.js devtools|7.7.7|nhdogjmejiglipccpnnnanhbledajbpd|5
JSON Formatter|0.9.0|bcjindcccaagfpapjjmafapmmgkkhgoa|7
Microsoft Single Sign On|1.0.9|ppnbnpeolgkicgegkbkbjmhlideopiji|27
Google Keep Chrome Extension|4.25412.540.1|lpcaedmchfhocbbapmcbpinfpgnhiddi|6
Zoom Chrome Extension|1.8.32|kgjfgplpablkjnlkjmjdecgdpfankdle|12
Loom – Screen Recorder|5.5.90|liecbddmkiiihnedobmlmillhodjkdmb|4
Momentum|2.24.13|laookkfknpbbblfpciffpaejjkokdgca|3
Wappalyzer - Technology profiler|6.10.86|gppongmhjkpfnbhagpmjfkannfbllamg|4
Mouse Dictionary|1.8.0|dnclbikcihnpjohihfcmmldgkjnebgnj|4
`;

/** Name, version, identifier, creator, share (of those with Firefox). */
export const firefoxAddons = `
uBlock Origin|1.66.4|uBlock0@raymondhill.net|Raymond Hill|44
Bitwarden Password Manager|2025.9.1|{446900e4-71c2-419f-a6a7-df9c091e268b}|Bitwarden Inc.|11
Multi-Account Containers|8.3.0|@testpilot-containers|Mozilla|9
Dark Reader|4.9.110|addon@darkreader.org|Alexander Shutau|8
Japanese Language Pack|144.0.20251013|langpack-ja@firefox.mozilla.org|mozilla.org|39
Simple Translate|3.0.1|simple-translate@sienori|sienori|10
`;

/** Name, version, publisher, share (of those with Visual Studio Code). */
export const vscodeExtensions = `
ms-ceintl.vscode-language-pack-ja|1.105.2025101509|Microsoft|81
ms-python.python|2025.16.0|Microsoft|62
ms-python.vscode-pylance|2025.8.3|Microsoft|60
ms-python.debugpy|2025.14.1|Microsoft|58
dbaeumer.vscode-eslint|3.0.16|Microsoft|44
esbenp.prettier-vscode|11.0.0|Prettier|47
eamodio.gitlens|17.6.1|GitKraken|38
github.copilot|1.372.0|GitHub|41
github.copilot-chat|0.32.3|GitHub|40
ms-azuretools.vscode-docker|2.0.0|Microsoft|36
ms-vscode-remote.remote-containers|0.427.0|Microsoft|25
ms-vscode-remote.remote-ssh|0.120.0|Microsoft|33
ms-vscode-remote.remote-wsl|0.104.3|Microsoft|24
redhat.vscode-yaml|1.19.1|Red Hat|29
redhat.java|1.46.0|Red Hat|14
golang.go|0.50.0|Go Team at Google|12
rust-lang.rust-analyzer|0.3.2660|The Rust Programming Language|6
hashicorp.terraform|2.37.6|HashiCorp|15
bradlc.vscode-tailwindcss|0.14.28|Tailwind Labs|13
vue.volar|3.1.1|Vue|11
editorconfig.editorconfig|0.17.4|EditorConfig|26
streetsidesoftware.code-spell-checker|4.2.6|Street Side Software|17
mosapride.zenkaku|0.0.3|mosapride|12
yzhang.markdown-all-in-one|3.6.3|Yu Zhang|19
`;

/** Name, version, share (of those with Python of their own). */
export const pythonPackages = `
pip|25.2|100
setuptools|80.9.0|96
wheel|0.45.1|80
requests|2.32.5|78
urllib3|2.5.0|78
certifi|2025.10.5|78
idna|3.11|77
charset-normalizer|3.4.4|77
numpy|2.3.4|52
pandas|2.3.3|47
python-dateutil|2.9.0.post0|55
pytz|2025.2|48
six|1.17.0|60
openpyxl|3.1.5|31
matplotlib|3.10.7|28
pillow|12.0.0|34
cryptography|46.0.3|37
cffi|2.0.0|38
pycparser|2.23|38
PyYAML|6.0.3|44
Jinja2|3.1.6|36
MarkupSafe|3.0.3|36
Flask|3.1.2|12
Django|5.2.7|7
SQLAlchemy|2.0.44|14
boto3|1.40.55|19
botocore|1.40.55|19
pytest|8.4.2|16
black|25.9.0|11
jupyterlab|4.4.10|13
`;

/** Name, version, share (of those with Node.js). */
export const npmPackages = `
npm|10.9.3|100
corepack|0.34.0|86
yarn|1.22.22|31
pnpm|10.18.3|22
typescript|5.9.3|46
ts-node|10.9.2|14
eslint|9.38.0|21
prettier|3.6.2|19
nodemon|3.1.10|14
http-server|14.1.1|9
serve|14.2.5|7
vercel|48.6.0|5
firebase-tools|14.20.0|6
@angular/cli|20.3.6|6
@vue/cli|5.0.9|5
create-react-app|5.1.0|6
aws-cdk|2.1030.0|7
zx|8.8.4|3
npm-check-updates|19.1.1|9
pm2|6.0.13|8
`;
